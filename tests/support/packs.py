"""Packs written from dictionaries of file names and texts."""

import textwrap
from collections.abc import Mapping
from pathlib import Path


def write_pack(root: Path, ref: str, files: Mapping[str, str]) -> Path:
    """A pack below `root`: its `pack.yaml`, and the files given; scripts are executable."""
    folder = root / ref
    manifest = f"ref: {ref}\nname: {ref}\ndescription: For tests.\nversion: 1.0.0\nauthor: T\n"
    for name, text in {"pack.yaml": manifest, **files}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip("\n"))
        if not name.endswith(".yaml"):
            file.chmod(0o755)
    return folder


def shell_action(name: str, cmd: str, *parameters: str) -> str:
    """The text of an action that runs a shell line; each parameter is a line of YAML."""
    quoted = cmd.replace("'", "''")
    lines = [f"cmd: {{immutable: true, default: '{quoted}'}}", *parameters]
    listed = "".join(f"  {line}\n" for line in lines)
    return f"name: {name}\nrunner_type: local-shell-cmd\nparameters:\n{listed}"


def alias(name: str, action: str, *formats: str, more: str = "") -> str:
    """The text of an alias with these formats; `more` is appended as it is."""
    listed = "".join("  - '" + form.replace("'", "''") + "'\n" for form in formats)
    return f"name: {name}\naction_ref: {action}\nformats:\n{listed}{textwrap.dedent(more)}"
