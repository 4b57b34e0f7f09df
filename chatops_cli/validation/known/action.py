"""Rules about actions, under which other parts of the program report."""

from chatops_cli.validation.fixing import lines, words
from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="ACT001",
        name="name",
        summary="a name that holds what can't be printed",
        why="it is shown in chat and in records",
        mend="correct it",
    ),
    Rule(
        code="ACT002",
        name="pack-mismatch",
        summary="the file names another pack than that in which it stands",
        why="the folder decides; the line misleads who reads it",
        mend="remove the line",
        fix=lines.other_pack,
    ),
    Rule(
        code="ACT003",
        name="unknown-runner",
        summary="no runner of this type, built in or installed",
        why="nothing can run the action",
        mend="correct it, or install what brings it",
    ),
    Rule(
        code="ACT004",
        name="legacy-runner",
        summary="an old name of a runner",
        why="StackStorm renamed it; the old name goes away",
        mend="write the name that is given",
        fix=words.runner_name,
    ),
    Rule(
        code="ACT005",
        name="retired-runner",
        summary="StackStorm has removed the runner; the action can't run",
        why="there is no such runner any more",
        mend="rewrite it as the message says",
    ),
    Rule(
        code="ACT006",
        name="entry-point",
        summary="the file to run is missing, no file, or leads out of the pack",
        why="the action fails each time it is run",
        mend="correct the path, relative to actions/",
    ),
    Rule(
        code="ACT007",
        name="no-route",
        summary="an event of notify names no route, so nobody is told",
        why="nobody is told, though the file asks for it",
        mend="add routes",
    ),
    Rule(
        code="ACT008",
        name="missing-action",
        summary=(
            "the pack is here and has no such action; told of policies, rules and workflows, too"
        ),
        why="whatever names it fails when it is used",
        mend="correct it",
    ),
    Rule(
        code="ACT009",
        name="action-reference",
        summary="it names no pack",
        why="an action is found by its pack and its name",
        mend="write core.echo",
    ),
    Rule(
        code="ACT010",
        name="disabled-action",
        summary="the action is disabled",
        why="it refuses to run",
        mend="enable it",
    ),
    Rule(
        code="ACT011",
        name="missing-pack",
        summary=(
            "the pack of an action isn't here (a warning of validate, which may see one pack "
            "of many); told of policies, rules and workflows, too"
        ),
        why="whatever names it fails where that pack isn't installed",
        mend=(
            "name it under dependencies of pack.yaml, which is enough; or install it, name the "
            "folder that has it with --packs, or correct its name"
        ),
    ),
)
