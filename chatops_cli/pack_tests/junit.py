"""One JUnit report out of pytest's reports, one a pack."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.pack_tests.verdict import Verdict

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def write_junit(path: Path, reports: Sequence[tuple[Verdict, Path | None]]) -> None:
    """All suites in one file. A pack whose tests gave no report is a suite with one error.

    Args:
        path: The file to write; one that is there is replaced.
        reports: How the tests of each pack ended, and where pytest was to write, if it ran.

    Raises:
        ChatOpsError: It can't be written.
    """
    from xml.etree.ElementTree import Element, ElementTree

    root = Element("testsuites", name="chatops test")
    for verdict, report in reports:
        found = _suites(report) if report is not None else []
        root.extend(found or [_made(verdict)])
    try:
        ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise ChatOpsError(f"the report {path} can't be written: {error.strerror}") from error


def _suites(report: Path) -> "list[Element]":
    from xml.etree.ElementTree import ParseError, parse

    try:
        return parse(report).getroot().findall("testsuite")  # noqa: S314  # pytest wrote it
    except (OSError, ParseError):
        return []


def _made(verdict: Verdict) -> "Element":
    from xml.etree.ElementTree import Element, SubElement

    errors = "1" if verdict.is_bad else "0"
    suite = Element("testsuite", name=verdict.ref, tests=errors, errors=errors, failures="0")
    if verdict.is_bad:
        case = SubElement(suite, "testcase", classname=verdict.ref, name="tests")
        SubElement(case, "error", message=verdict.why)
    return suite
