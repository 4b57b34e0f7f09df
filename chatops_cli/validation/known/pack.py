"""Rules about packs as a whole, under which other parts of the program report."""

from chatops_cli.validation.rule import Rule

RULES = (
    Rule(
        code="PCK001",
        name="missing-root",
        summary="a folder of packs does not exist or is no folder",
        why="no pack is read from there",
        mend="correct the path",
    ),
    Rule(
        code="PCK002",
        name="missing-pack-yaml",
        summary="a folder with actions or aliases, and no pack.yaml",
        why="a folder without it is no pack, and none of its commands exist",
        mend="add a pack.yaml",
    ),
    Rule(
        code="PCK003",
        name="outside-root",
        summary="the pack is a symbolic link out of its root; it is not read",
        why="a link must not lead a reader to files that nobody meant to share",
        mend="name its target as a root of its own",
    ),
    Rule(
        code="PCK004",
        name="outside-pack",
        summary="a file or folder is a symbolic link out of its pack; it is not read",
        why="a pack that is copied elsewhere would lose what the link leads to",
        mend="put a copy into the pack",
    ),
    Rule(
        code="PCK005",
        name="pack-ref",
        summary=(
            "the ref is not of lower-case letters, digits and underscores, or nothing can "
            "stand for it (error)"
        ),
        why="refs are written in chat, in file names and in other packs",
        mend="add a proper ref",
    ),
    Rule(
        code="PCK006",
        name="pack-version",
        summary="the version has not the form 1.2.3",
        why="versions that don't compare can't be brought up to date",
        mend="write 1.0.0",
    ),
    Rule(
        code="PCK007",
        name="repeated-pack",
        summary="two packs of one root have the same ref; the second is not read",
        why="only one of them can answer",
        mend="give one another ref",
    ),
    Rule(
        code="PCK008",
        name="shadowed-pack",
        summary="a pack of an earlier root has the same ref",
        why="what is changed in this folder has no effect",
        mend="nothing, if it is meant",
    ),
    Rule(
        code="PCK009",
        name="repeated-action",
        summary="the pack has an action of this name already; this file is not used",
        why="only one of them can run",
        mend="give one another name",
    ),
    Rule(
        code="PCK010",
        name="repeated-alias",
        summary="the same for an alias",
        why="only one of them can answer",
        mend="give one another name",
    ),
    Rule(
        code="PCK011",
        name="repeated-policy",
        summary="the same for a policy",
        why="only one of them holds",
        mend="give one another name",
    ),
    Rule(
        code="PCK012",
        name="repeated-rule",
        summary="the same for a rule",
        why="only one of them fires",
        mend="give one another name",
    ),
)
