"""For people: each finding with the line that it is about, and a caret below."""

from collections.abc import Iterator
from functools import cache

from chatops_cli.reading.file import read_file
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.run import Report

WIDTH = 100
"""Columns of a source line that are shown, from a little before the place on."""
BEFORE = 40


def write(report: Report) -> Iterator[str]:
    """Three to five lines a finding."""
    lines_of = cache(_lines)
    for finding in report.findings:
        problem, rule = finding.problem, finding.rule
        yield f"{finding.place}: {problem.severity}[{rule.code}] {problem.message}"
        file = finding.place.file
        lines = report.lines.get(file) if file in report.lines else lines_of(file)
        yield from _excerpt(finding, lines or ())
        yield f"  why: {rule.why}"
        yield f"  mend: {finding.mend}"
        if finding.fix is not None:
            yield f"  --fix: {finding.fix.description}"


def _excerpt(finding: Finding, lines: tuple[str, ...]) -> Iterator[str]:
    place = finding.place
    if not 0 < place.line <= len(lines):
        return
    line = lines[place.line - 1].replace("\t", " ")
    start = max(place.column - 1 - BEFORE, 0) if len(line) > WIDTH else 0
    shown = line[start : start + WIDTH].rstrip()
    margin = f"{place.line:>5} | "
    yield f"{margin}{shown}"
    if place.column:
        yield f"{'':>5} | {'':>{place.column - 1 - start}}^"


def _lines(file: str) -> tuple[str, ...]:
    data = read_file(file, file=file)
    return tuple(data.decode("utf-8", "replace").splitlines()) if isinstance(data, bytes) else ()
