"""SARIF 2.1.0, which code scanning of GitHub and others reads.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

import json
from collections.abc import Iterator
from pathlib import PurePath
from urllib.parse import quote

from chatops_cli import __version__
from chatops_cli.model.json import Json
from chatops_cli.validation.finding import Finding
from chatops_cli.validation.fixing.fix import Fix
from chatops_cli.validation.rule import Rule
from chatops_cli.validation.run import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(report: Report) -> Iterator[str]:
    """One run with the rules that were found."""
    rules = tuple(dict.fromkeys(finding.rule for finding in report.findings))
    numbers = {rule.code: number for number, rule in enumerate(rules)}
    driver: dict[str, Json] = {
        "name": "chatops",
        "version": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, numbers) for finding in report.findings],
    }
    yield json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": f"{rule.summary}: {rule.why}"},
        "help": {"text": rule.mend},
    }


def _result(finding: Finding, numbers: dict[str, int]) -> Json:
    place = finding.place
    physical: dict[str, Json] = {"artifactLocation": {"uri": _uri(place.file)}}
    if place.line:
        region: dict[str, Json] = {"startLine": place.line}
        if place.column:
            region["startColumn"] = place.column
        physical["region"] = region
    result: dict[str, Json] = {
        "ruleId": finding.rule.code,
        "ruleIndex": numbers[finding.rule.code],
        "level": str(finding.problem.severity),
        "message": {"text": f"{finding.problem.message} ({finding.mend})"},
        "locations": [{"physicalLocation": physical}],
    }
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, place.file)]
    return result


def _fix(fix: Fix, file: str) -> Json:
    replacements: list[Json] = [
        {
            "deletedRegion": {
                "startLine": edit.line,
                "startColumn": edit.column,
                "endLine": edit.end_line,
                "endColumn": edit.end_column,
            },
            "insertedContent": {"text": edit.text},
        }
        for edit in fix.edits
    ]
    return {
        "description": {"text": fix.description},
        "artifactChanges": [
            {"artifactLocation": {"uri": _uri(file)}, "replacements": replacements}
        ],
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
