"""Rules about configurations of packs, under which other parts of the program report."""

from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="CFG001",
        name="config-value",
        summary="a value that the pack's schema doesn't permit; secret ones are not shown",
        why="no action of the pack runs",
        mend="correct it",
    ),
    Rule(
        code="CFG002",
        name="config-schema",
        summary="the pack's schema is broken at this value",
        why="values can't be checked against it",
        mend="correct config.schema.yaml",
    ),
    Rule(
        code="CFG003",
        name="config-reference",
        summary="what it refers to can't be looked up, or isn't what the schema permits",
        why="an action that needs it fails",
        mend="set it",
    ),
    Rule(
        code="CFG004",
        name="config-open",
        summary="secrets stand in the file, and others of the machine can read it",
        why="others on the machine can read the secrets",
        mend="chmod 600, or keep them in the datastore",
    ),
    Rule(
        code="CFG005",
        name="config-absent",
        summary="there is no file, and the schema requires something",
        why="actions that need it fail",
        mend="chatops pack config PACK",
    ),
    Rule(
        code="CFG006",
        name="config-pack",
        summary="no pack of the file's name is loaded",
        why="nobody reads it",
        mend="rename or remove it",
    ),
)
