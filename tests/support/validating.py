"""Packs checked through the command line, and what was found."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support.cli import invoke
from tests.support.packs import alias_text, write_pack


class Found(NamedTuple):
    """A finding, as short as tests like it."""

    file: str
    line: int | None
    code: str
    severity: str


def validate(root: Path, *arguments: str) -> list[Found]:
    """What `chatops validate` says of a folder of packs, with files below that folder."""
    result = invoke("validate", str(root), "--format", "jsonl", *arguments)
    assert result.exit_code in {0, 1}, result.stderr
    return [_found(json.loads(line), root) for line in result.stdout.splitlines()]


def told(root: Path, codes: str) -> list[str]:
    """``line:column code message`` of each finding under some codes."""
    return [text for _, text in _told(root, codes)]


def told_by_file(root: Path, codes: str) -> dict[str, list[str]]:
    """The same by the file's name without its ending: many cases in one go take little time."""
    found: dict[str, list[str]] = {}
    for file, text in _told(root, codes):
        found.setdefault(Path(file).stem, []).append(text)
    return found


def _told(root: Path, codes: str) -> list[tuple[str, str]]:
    result = invoke("validate", str(root), "--select", codes, "--format", "jsonl")
    assert result.exit_code in {0, 1}, result.stderr
    found = [json.loads(line) for line in result.stdout.splitlines()]
    return [(d["file"], f"{d['line']}:{d['column']} {d['code']} {d['message']}") for d in found]


def answers(root: Path, cases: Iterable[tuple[str, str]], *, part: str = "result") -> Path:
    """A pack with an alias ``a0``, ``a1`` … for each case: an action's text and a template.

    Templates begin in line 7, column 5, of their files.
    """
    files: dict[str, str | bytes] = {"actions/go.py": ""}
    refs: dict[str, str] = {}
    for number, (action, template) in enumerate(cases):
        ref = refs.setdefault(action, f"go{len(refs)}")
        files[f"actions/{ref}.yaml"] = f"name: {ref}\n{action}"
        text = "".join(f"    {line}\n" for line in template.splitlines())
        name = f"a{number}"
        files[f"aliases/{name}.yaml"] = (
            alias_text(name, f"web.{ref}") + f"{part}:\n  format: |\n{text}"
        )
    return write_pack(root, "web", files)


def answer(root: Path, action: str, template: str, *, part: str = "result") -> list[str]:
    """What is told of one template."""
    answers(root, [(action, template)], part=part)
    return told(root, "TPL")


def _found(finding: dict[str, str], root: Path) -> Found:
    return Found(
        file=finding["file"].removeprefix(f"{root}/"),
        line=int(finding["line"]) if finding["line"] else None,
        code=finding["code"],
        severity=finding["severity"],
    )


def samples(documentation: str) -> dict[str, dict[str, str]]:
    """The files of a rule's samples, under ``Fails`` and ``Passes``."""
    found = re.findall(
        r"^(Fails|Passes)\b.*?:\n\n```yaml\n(.*?)^```", documentation, re.DOTALL | re.MULTILINE
    )
    return {word: files_of(text) for word, text in found}


def files_of(text: str) -> dict[str, str]:
    """The files of one sample: each begins with a comment that says its name."""
    parts = re.split(r"^# (\S+\.(?:yaml|py))\n", text, flags=re.MULTILINE)
    assert parts[0] == "", text
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def write_sample(root: Path, files: Mapping[str, str]) -> Path:
    """The pack ``demo`` with these files."""
    return write_pack(root, "demo", files)
