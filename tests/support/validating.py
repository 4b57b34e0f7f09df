"""Packs checked through the command line, and what was found."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.support.cli import invoke
from tests.support.packs import write_pack


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
    result = invoke("validate", str(root), "--select", codes, "--format", "jsonl")
    assert result.exit_code in {0, 1}, result.stderr
    found = map(json.loads, result.stdout.splitlines())
    return [f"{d['line']}:{d['column']} {d['code']} {d['message']}" for d in found]


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
