"""How cases ended, put together, and as a JUnit report."""

from collections.abc import Sequence
from pathlib import Path

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.workflows.rehearsing.judging import Difference
from chatops_cli.workflows.rehearsing.played import Played
from chatops_cli.workflows.rehearsing.suite import Case, Suite


@frozen
class Outcome:
    """How a case ended. `played` is None where it was refused before it began: `refusal` says why.

    `case` is None for what concerns all cases of a file.
    """

    suite: Suite
    workflow: str
    case: Case | None
    played: Played | None = None
    refusal: str | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def name(self) -> str:
        """What it is called."""
        return "mocks of all cases" if self.case is None else self.case.name

    @property
    def has_passed(self) -> bool:
        """Whether all is as expected."""
        stopped = self.played is not None and self.played.status is None
        return self.refusal is None and not self.differences and not stopped

    @property
    def why(self) -> tuple[str, ...]:
        """What is wrong, a line each."""
        lines = [] if self.refusal is None else [self.refusal]
        if self.played is not None and self.played.status is None:
            names = dict.fromkeys(each.path for each in self.played.lacking)
            lines.append(f"no mock for {', '.join(names)}")
        lines += [f"{each.place}: {each.about}: {each.message}" for each in self.differences]
        return tuple(lines)


def shared_unused(suite: Suite, workflow: str, outcomes: Sequence[Outcome]) -> tuple[Outcome, ...]:
    """One more outcome, where mocks for all cases were used by none."""
    used = {place for each in outcomes if each.played is not None for place in each.played.used}
    if any(each.played is None or each.played.status is None for each in outcomes):
        return ()
    found = tuple(
        Difference(about="mocks", place=answer.place, message="this mock was used by no case")
        for answer in suite.mocks.answers()
        if answer.place not in used and not answer.spare
    )
    return (Outcome(suite=suite, workflow=workflow, case=None, differences=found),) if found else ()


def write_junit(path: Path, outcomes: Sequence[Outcome]) -> None:
    """All cases as a JUnit report: a suite a file.

    Raises:
        ChatOpsError: It can't be written.
    """
    from xml.etree.ElementTree import Element, ElementTree, SubElement

    root = Element("testsuites", name="chatops workflow rehearse")
    for file in dict.fromkeys(each.suite.file for each in outcomes):
        found = [each for each in outcomes if each.suite.file == file]
        failed = sum(not each.has_passed for each in found)
        suite = SubElement(
            root, "testsuite", name=file, tests=str(len(found)), failures=str(failed), errors="0"
        )
        for each in found:
            case = SubElement(suite, "testcase", classname=each.workflow, name=_xml(each.name))
            if not each.has_passed:
                failure = SubElement(case, "failure", message=_xml(each.why[0]))
                failure.text = _xml("\n".join(each.why))
    try:
        ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise ChatOpsError(f"the report {path} can't be written: {error.strerror}") from error


def _xml(text: str) -> str:
    """Without the characters that XML has not."""
    return "".join(c for c in text if c >= " " or c in "\t\n")
