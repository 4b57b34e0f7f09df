"""For comments of pull requests and summaries of jobs: a table of findings in Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from chatops_cli.validation.run import Report


def write(report: Report) -> Iterator[str]:
    """The table, or a line where there is nothing to tell."""
    if not report.findings:
        yield "No findings."
        return
    rows = [
        (
            str(finding.problem.severity),
            code(finding.rule.code),
            code(str(finding.place)),
            text(finding.problem.message),
            text(finding.mend),
        )
        for finding in report.findings
    ]
    yield from table(("", "rule", "place", "what", "mend"), rows)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table of cells that are Markdown already."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def code(said: str) -> str:
    """Text of others as code in a table's cell: nothing in it means anything, nobody is called."""
    line = " ".join(said.split()).replace("|", "\\|")
    fence = "`" * (1 + max((len(run) for run in _runs(line)), default=0))
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}" if line else ""


def text(said: str) -> str:
    """Text of others as text in a table's cell."""
    line = " ".join(said.split())
    line = "".join(f"\\{sign}" if sign in "\\`*_[]|#!~" else sign for sign in line)
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # An empty comment keeps `@name` from calling somebody.
    return line.replace("@", "@<!-- -->")


def _runs(line: str) -> list[str]:
    import re

    return re.findall("`+", line)
