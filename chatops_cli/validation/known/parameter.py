"""Rules about parameters of actions, under which other parts of the program report."""

from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="PAR001",
        name="parameter-name",
        summary="a parameter's name has other signs than letters, digits and underscores",
        why="templates and key=value in chat can't name it",
        mend="rename it",
    ),
    Rule(
        code="PAR002",
        name="runner-parameter",
        summary=("it says anew of a runner parameter what only the runner may say"),
        why="the runner refuses to run the action",
        mend="leave it out",
    ),
    Rule(
        code="PAR003",
        name="default-circle",
        summary="defaults need each other in a circle",
        why="the action runs only where somebody gives one of them",
        mend="give one of them a value",
    ),
    Rule(
        code="PAR004",
        name="missing-parameter",
        summary="a parameter that the action needs isn't given",
        why="the action refuses to run",
        mend="give it",
    ),
    Rule(
        code="PAR005",
        name="unknown-parameter",
        summary="neither the action nor its runner has this parameter",
        why="the action refuses what it doesn't know",
        mend="correct it",
    ),
    Rule(
        code="PAR006",
        name="immutable-parameter",
        summary="the parameter is fixed",
        why="what is fixed can't be set from outside",
        mend="remove it",
    ),
)
