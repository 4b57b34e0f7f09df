"""Findings that a change brings: those that were not there before, wherever they stood."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

from chatops_cli.reading.file import read_file
from chatops_cli.validation.comparison.sides import Side
from chatops_cli.validation.finding import Finding

_NUMBERS = re.compile(r"(?<=:)\d+:\d+|(?<=\bline )\d+")

Key = tuple[str, str, str]
"""File relative to the repository, code, message without lines."""


def brought(old: Side, new: Side, renames: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings of `new` that `old` has not, in order.

    Those that say the same of the same file are told apart by the line of text that they are
    about: what only moved was there before.

    Args:
        old: The state before.
        new: The state after.
        renames: New names of files by their old ones.
    """
    known_lines = cache(lines_of)
    known: Counter[Key] = Counter()
    exact: Counter[tuple[Key, str]] = Counter()
    for finding in old.report.findings:
        key = _key(finding, old, renames)
        known[key] += 1
        exact[key, _line(finding, known_lines(finding.place.file))] += 1
    rest: list[tuple[Finding, Key]] = []
    for finding in new.report.findings:
        key = _key(finding, new, {})
        line = _line(finding, known_lines(finding.place.file))
        if exact[key, line] > 0:
            exact[key, line] -= 1
            known[key] -= 1
        else:
            rest.append((finding, key))
    found = []
    for finding, key in rest:
        if known[key] > 0:
            known[key] -= 1
        else:
            found.append(finding)
    return tuple(found)


def _key(finding: Finding, side: Side, renames: Mapping[str, str]) -> Key:
    file = side.inside(finding.place.file)
    message = finding.problem.message
    for root in sorted(map(str, side.world.settings.roots), key=len, reverse=True):
        message = message.replace(f"{root}/", f"{side.inside(root)}/")
    return renames.get(file, file), finding.rule.code, _NUMBERS.sub("", message)


def _line(finding: Finding, lines: tuple[str, ...]) -> str:
    number = finding.place.line
    return lines[number - 1].strip() if 0 < number <= len(lines) else ""


def lines_of(file: str) -> tuple[str, ...]:
    """A file's lines, none where it can't be read."""
    data = read_file(file, file=file)
    return tuple(data.decode("utf-8", "replace").split("\n")) if isinstance(data, bytes) else ()
