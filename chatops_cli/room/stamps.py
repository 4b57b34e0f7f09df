"""What of the files of packs and settings tells that they have changed."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from chatops_cli.settings.values import Settings

PASSED_OVER = frozenset({".git", "__pycache__", "node_modules", ".venv", "virtualenv"})

Stamps: TypeAlias = dict[str, tuple[int, int]]
"""Time of modification (ns) and size of each file."""


def stamps(settings: "Settings") -> Stamps:
    """The files of packs, their configurations, the settings and roles, as they are now."""
    found: Stamps = {}
    folders = [*settings.roots, settings.config_folder]
    if settings.access.folder:
        folders.append(Path(settings.access.folder))
    for folder in folders:
        for path, _, names in _walk(folder):
            _add(found, (os.path.join(path, name) for name in names))  # noqa: PTH118  # thousands of texts
    if settings.file is not None:
        _add(found, [str(settings.file)])
    return found


def _walk(folder: Path) -> "Iterable[tuple[str, list[str], list[str]]]":
    for path, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in PASSED_OVER]
        yield path, folders, names


def _add(found: Stamps, paths: Iterable[str]) -> None:
    for path in paths:
        with suppress(OSError):
            seen = os.stat(path)  # noqa: PTH116  # a text, as the walk gives it
            found[path] = (seen.st_mtime_ns, seen.st_size)
