"""What an alias' file says, key by key as it is written: tests of aliases compare with that."""

import os

from chatops_cli.model.json import JsonObject
from chatops_cli.model.problem import Problem
from chatops_cli.reading.file import read_file
from chatops_cli.reading.source import parse
from chatops_cli.reading.value import Value


def read_alias_content(pack: str, name: str) -> JsonObject | None:
    """The content of the first file in the pack's folder whose alias has this name."""
    folder = f"{pack}/aliases"
    try:
        files = sorted(os.listdir(folder))  # noqa: PTH208  # names, not paths
    except OSError:
        return None
    for file in files:
        if file.endswith((".yaml", ".yml")) and not file.startswith("."):
            content = _read(f"{folder}/{file}")
            if content.get("name") == name:
                return content
    return None


def _read(path: str) -> JsonObject:
    data = read_file(path, file=path)
    if isinstance(data, Problem):
        return {}
    root = parse(data, file=path).root
    content = Value(root, path, []).json() if root is not None else None
    return content if isinstance(content, dict) else {}
