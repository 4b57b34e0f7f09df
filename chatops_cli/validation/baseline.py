"""A baseline: what was found when a repository adopted the check, and is told no more."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.validation.finding import Finding, by_place
from chatops_cli.validation.own import BASELINE
from chatops_cli.validation.registry import Selection, all_rules
from chatops_cli.validation.run import Report
from chatops_cli.validation.scope import Scope

VERSION = 1
_PLACE = re.compile(r"(?:[^\s()'\"]*/)?([^\s()'\"/]+):\d+:\d+")
"""A place in a message: other files move, too, and are called otherwise from elsewhere."""
Key = tuple[str, str, str]
"""File relative to the baseline's folder, code, message; no line: what moves stays known."""


def adopted(
    report: Report, path: Path, scope: Scope, selection: Selection, *, is_written: bool
) -> Report:
    """The report without what the baseline holds, which is first written where that is asked for.

    Raises:
        ChatOpsError: The file can't be read or written, or is no baseline.
    """
    if is_written:
        write_baseline(path, report)
    return without_known(report, read_baseline(path), path, scope, selection)


def write_baseline(path: Path, report: Report) -> None:
    """Everything that is found now is known from now on.

    Raises:
        ChatOpsError: The file can't be written.
    """
    counts = Counter(_key(finding, path) for finding in report.findings)
    entries: list[Json] = [
        {"file": file, "code": code, "message": message, "count": counts[file, code, message]}
        for file, code, message in sorted(counts)
    ]
    text = json.dumps({"version": VERSION, "findings": entries}, indent=2) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ChatOpsError(
            f"{path} can't be written: {error.strerror}", hint="name a file in a folder of yours"
        ) from error


def read_baseline(path: Path) -> Counter[Key]:
    """How often each finding is known.

    Raises:
        ChatOpsError: The file can't be read, or is no baseline.
    """
    try:
        return Counter(dict(_entries(json.loads(path.read_text(encoding="utf-8")))))
    except OSError as error:
        raise ChatOpsError(
            f"{path} can't be read: {error.strerror}", hint="--write-baseline makes it"
        ) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ChatOpsError(
            f"{path} is no baseline", hint="--write-baseline makes it anew"
        ) from error


def without_known(
    report: Report, known: Counter[Key], path: Path, scope: Scope, selection: Selection
) -> Report:
    """The report without what is known; entries of what isn't found any more are told of.

    Args:
        report: All that was found.
        known: What `read_baseline` read.
        path: Where it was read.
        scope: What was asked about: nothing is said of other files.
        selection: The rules that were told: nothing is said of others.
    """
    rest = Counter(known)
    new: list[Finding] = []
    for finding in report.findings:
        key = _key(finding, path)
        if rest[key] > 0:
            rest[key] -= 1
        else:
            new.append(finding)
    unused = _unused((key for key, count in rest.items() if count > 0), path, scope, selection)
    told = (finding for finding in unused if selection.holds(finding.rule))
    return replace(
        report,
        findings=tuple(sorted([*new, *told], key=by_place)),
        known=len(report.findings) - len(new),
    )


def _unused(
    keys: Iterable[Key], path: Path, scope: Scope, selection: Selection
) -> Iterator[Finding]:
    rules, name = {rule.code: rule for rule in all_rules()}, BASELINE.name
    for file, code, message in keys:
        is_asked = scope.holds(str(path.parent / file))
        if is_asked and (code not in rules or selection.holds(rules[code])):
            problem = Problem(
                place=Place(file=str(path)),
                rule=name,
                message=f"{code} is not found in {file} any more: {message}",
                severity=Severity.WARNING,
            )
            yield Finding(problem=problem, rule=BASELINE)


def _entries(data: Json) -> Iterator[tuple[Key, int]]:
    if not isinstance(data, dict) or data["version"] != VERSION:
        raise ValueError("another version")
    found = data["findings"]
    if not isinstance(found, list):
        raise TypeError("findings is no list")
    for entry in found:
        if not isinstance(entry, dict) or not isinstance(entry["count"], int):
            raise TypeError("no entry")
        yield (str(entry["file"]), str(entry["code"]), str(entry["message"])), entry["count"]


def _key(finding: Finding, path: Path) -> Key:
    file = os.path.relpath(finding.place.file, path.parent)
    return file, finding.rule.code, _PLACE.sub(r"\1", finding.problem.message)
