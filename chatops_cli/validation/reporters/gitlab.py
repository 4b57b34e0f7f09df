"""For GitLab: a code quality report.

Source: docs.gitlab.com, "Code Quality", the report's format, on 2026-11-23.
"""

import json
from collections.abc import Iterator
from hashlib import blake2b

from chatops_cli.model.json import Json
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.run import Report


def write(report: Report) -> Iterator[str]:
    """The array. Fingerprints hold no lines, so a finding that only moves stays the same one."""
    seen: dict[str, int] = {}
    entries: list[Json] = []
    for finding in report.findings:
        said = f"{finding.place.file}\0{finding.rule.code}\0{finding.problem.message}"
        seen[said] = seen.get(said, 0) + 1
        digest = blake2b(f"{said}\0{seen[said]}".encode(), digest_size=16).hexdigest()
        entries.append(_entry(finding, digest))
    yield json.dumps(entries, indent=2)


def _entry(finding: Finding, fingerprint: str) -> Json:
    return {
        "description": f"{finding.problem.message} ({finding.mend})",
        "check_name": finding.rule.code,
        "fingerprint": fingerprint,
        "severity": "major" if finding.is_error else "minor",
        "location": {
            "path": finding.place.file,
            "lines": {"begin": max(finding.place.line, 1)},
        },
    }
