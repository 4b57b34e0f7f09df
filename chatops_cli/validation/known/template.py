"""Rules about templates, under which other parts of the program report."""

from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="TPL001",
        name="broken-template",
        summary=(
            "an ack or result template can't be rendered; told in the reply, without "
            "brackets, with the default text"
        ),
        why="people get the default text in its place",
        mend="correct the line that is named",
    ),
)
