"""Rules of the check itself: what it could not do, and remarks that don't do what they say."""

from typing import TYPE_CHECKING

from chatops_cli.validation.rule import Rule

if TYPE_CHECKING:
    from chatops_cli.model.problem import Problem
    from chatops_cli.validation.fixing.document import Document
    from chatops_cli.validation.fixing.fix import Fix


def _useless_remark(problem: "Problem", document: "Document") -> "Fix | None":
    # Only here: these rules are imported where the same was checked before and nothing is found.
    from chatops_cli.validation.fixing.lines import useless_remark

    return useless_remark(problem, document)


FAILED = Rule(
    code="CHK001",
    name="rule-failed",
    summary="a rule ended with an error of this program",
    why="what it would have found is not known",
    mend="report it, with the file if you can; --ignore leaves the rule out",
)
UNUSED = Rule(
    code="CHK002",
    name="unused-ignore",
    summary="a remark in a file ignores what isn't found there",
    why="it would hide what somebody breaks there later",
    mend="remove it",
    fix=_useless_remark,
)
UNKNOWN = Rule(
    code="CHK003",
    name="unknown-ignore",
    summary="a remark in a file, or an entry of validate.ignore, names no rule",
    why="it ignores nothing",
    mend="correct the code; 'chatops rule' lists them",
)
UNEXPLAINED = Rule(
    code="CHK004",
    name="unexplained-ignore",
    summary="a remark in a file ignores something without saying why",
    why="nobody can tell later whether it still holds",
    mend="write the reason behind it",
)
UNDECIDED = Rule(
    code="CHK005",
    name="overlap-undecided",
    summary="whether formats overlap could not be decided",
    why="the room may ask back where nobody expects it",
    mend="make the format that is named simpler",
)
BASELINE = Rule(
    code="CHK006",
    name="unused-baseline",
    summary="an entry of the baseline is about what isn't found any more",
    why="it would hide what somebody breaks there later",
    mend="write the baseline anew: --write-baseline",
)
UNUSED_PATH = Rule(
    code="CHK007",
    name="unused-path-ignore",
    summary="the settings leave out for some paths what isn't found there",
    why="it would hide what somebody breaks there later",
    mend="remove the entry from validate.ignore",
)

RULES = (FAILED, UNUSED, UNKNOWN, UNEXPLAINED, UNDECIDED, BASELINE, UNUSED_PATH)
