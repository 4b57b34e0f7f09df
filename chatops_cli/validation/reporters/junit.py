"""For what reads test results: JUnit's XML, a failed test for each finding."""

from collections.abc import Iterator

from chatops_cli.validation.run import Report


def write(report: Report) -> Iterator[str]:
    """One suite; with no findings, one test that passed."""
    from xml.sax.saxutils import escape, quoteattr

    count = len(report.findings)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        f'<testsuite name="chatops validate" tests="{max(count, 1)}" failures="{count}"'
        ' errors="0" skipped="0">'
    )
    if not count:
        yield '  <testcase classname="chatops validate" name="no findings"/>'
    for finding in report.findings:
        message = quoteattr(_allowed(finding.problem.message))
        name = quoteattr(_allowed(f"{finding.place} {finding.rule.code}"))
        text = escape(_allowed(f"{finding.rule.why}\n{finding.mend}"))
        yield f"  <testcase classname={quoteattr(_allowed(finding.place.file))} name={name}>"
        yield f'    <failure type="{finding.rule.code}" message={message}>{text}</failure>'
        yield "  </testcase>"
    yield "</testsuite>"


def _allowed(text: str) -> str:
    """The text without what XML can't hold at all."""
    return "".join(
        c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
