"""For scripts that read line by line: one JSON object a finding."""

import json
from collections.abc import Iterator

from chatops_cli.validation.run import Report


def write(report: Report) -> Iterator[str]:
    """A line a finding."""
    for finding in report.findings:
        yield json.dumps(finding.to_json(), separators=(",", ":"))
