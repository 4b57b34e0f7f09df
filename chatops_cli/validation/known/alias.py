"""Rules about aliases, under which other parts of the program report."""

from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="ALI001",
        name="empty-format",
        summary="an empty format; it is left out",
        why="it would match every empty message",
        mend="remove it",
    ),
    Rule(
        code="ALI002",
        name="alias-format",
        summary="the format can't be used; the alias' others are",
        why="the format never matches, so its command does not exist",
        mend=(
            "close what is open; alternatives and optional groups instead of look-arounds "
            "and back-references"
        ),
    ),
)
