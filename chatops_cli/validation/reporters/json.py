"""For scripts: one JSON array of all findings."""

import json
from collections.abc import Iterator

from chatops_cli.validation.run import Report


def write(report: Report) -> Iterator[str]:
    """The array, indented."""
    yield json.dumps([finding.to_json() for finding in report.findings], indent=2)
