"""Mocks written as YAML, for people to edit."""

import json
import re
from collections.abc import Iterable

from chatops_cli.model.json import Json
from chatops_cli.workflows.rehearsing.played import Lacking

_PLAIN = re.compile(r"[A-Za-z_][\w.-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def key(text: str) -> str:
    """A key as YAML reads it back."""
    is_plain = _PLAIN.fullmatch(text) is not None and text.lower() not in _WORDS
    return text if is_plain else json.dumps(text)


def value(found: Json) -> str:
    """A value on one line: JSON, which is YAML."""
    return json.dumps(found, ensure_ascii=False)


def snippet(lacking: Iterable[Lacking]) -> str:
    """Mocks to write for what is lacking, ready to be filled in."""
    by_path: dict[str, list[Lacking]] = {}
    for each in lacking:
        by_path.setdefault(each.path, []).append(each)
    lines = ["mocks:"]
    for path, found in by_path.items():
        lines += _lines(path, found)
    return "\n".join(lines) + "\n"


def _lines(path: str, found: list[Lacking]) -> list[str]:
    first = found[0]
    told = f"  # {first.action} ({first.runner})"
    sample = '{status: succeeded, gives: ""}'
    run = max(each.run for each in found)
    if run > 1:
        return [f"  {key(path)}:{told}, run {run}", "    runs:", f"      {run}: {sample}"]
    if first.item is not None:
        items = sorted({each.item for each in found if each.item is not None})
        told = f"{told}, {len(items)} items"
        return [f"  {key(path)}:{told}", "    items: {}", f"    else: {sample}"]
    return [f"  {key(path)}: {sample}{told}"]


def mocks_file(
    workflow: str, given: dict[str, Json], mocks: dict[str, Json], notes: Iterable[str] = ()
) -> str:
    """A whole file: the workflow, its input, and a mock a task as `suite_file` reads it."""
    lines = [f"# {note}" for note in notes]
    lines.append(f"workflow: {key(workflow)}")
    if given:
        lines += ["input:", *(f"  {key(name)}: {value(each)}" for name, each in given.items())]
    lines.append("mocks:" if mocks else "mocks: {}")
    for path, mock in mocks.items():
        lines += [f"  {key(path)}:", *_mock(mock, "    ")]
    return "\n".join(lines) + "\n"


def _mock(mock: Json, indent: str) -> list[str]:
    """A mock with one line for each value."""
    lines = []
    for name, each in mock.items() if isinstance(mock, dict) else ():
        if name in {"runs", "items"} and isinstance(each, dict):
            lines.append(f"{indent}{name}:")
            for number, inner in each.items():
                lines += [f"{indent}  {number}:", *_mock(inner, f"{indent}    ")]
        else:
            lines.append(f"{indent}{name}: {value(each)}")
    return lines
