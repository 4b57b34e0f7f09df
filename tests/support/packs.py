"""Packs written from a mapping of file names to texts."""

import os
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

LONG_AGO = 1_600_000_000


def write_pack(root: Path, ref: str, files: Mapping[str, str | bytes] | None = None) -> Path:
    """A pack with a good ``pack.yaml``, unless `files` has another, and with files of long ago.

    Texts are dedented; bytes are written as they are.
    """
    pack = root / ref
    manifest = f"ref: {ref}\nname: {ref}\ndescription: d\nversion: 1.0.0\nauthor: a\n"
    for name, content in {"pack.yaml": manifest, **(files or {})}.items():
        path = pack / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
        os.utime(path, (LONG_AGO, LONG_AGO))
    return pack


def action_text(name: str, runner: str = "noop", more: str = "") -> str:
    """A small action's metadata."""
    return f"name: {name}\nrunner_type: {runner}\ndescription: d\n{more}"


def alias_text(name: str, action_ref: str, *formats: str) -> str:
    """A small alias' file."""
    lines = "".join(f"  - '{text}'\n" for text in formats or (f"{name} now",))
    return f"name: {name}\naction_ref: {action_ref}\nformats:\n{lines}"
