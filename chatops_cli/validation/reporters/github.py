"""For GitHub: workflow commands, which it shows beside the lines of a pull request.

Source: docs.github.com, "Workflow commands for GitHub Actions", on 2026-11-23.
"""

from collections.abc import Iterator

from chatops_cli.validation.run import Report


def write(report: Report) -> Iterator[str]:
    """A command a finding."""
    for finding in report.findings:
        place = finding.place
        properties = {"file": place.file}
        if place.line:
            properties |= {"line": str(place.line), "col": str(place.column)}
        properties["title"] = f"{finding.rule.code} {finding.rule.name}"
        listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
        message = f"{finding.problem.message}\nwhy: {finding.rule.why}\nmend: {finding.mend}"
        yield f"::{finding.problem.severity} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
