"""A new folder filled with a pack's files, whoever made them: within limits, and nowhere else.

Links are made last, so that no file is ever written through one; and of them only those stay that
lead to something in the pack.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from chatops_cli.catalog.folder import show
from chatops_cli.errors import InstallError

ENTRY_LIMIT = 50_000
"""Files, folders and links of a pack."""
FILE_LIMIT = 100 * 1024 * 1024
TOTAL_LIMIT = 500 * 1024 * 1024
"""Bytes, unpacked."""
DEPTH_LIMIT = 40
PROVENANCE = ".chatops-install.json"
"""What an installed pack holds of where it came from: never taken over from a source."""
LEFT_OUT = frozenset(
    {
        *(".git", ".hg", ".svn", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"),
        *(".tox", ".venv", ".DS_Store"),
    }
)
"""Names of files and folders that are no part of a pack: those of version control and caches."""

_CHUNK = 256 * 1024


class Filling:
    """A folder being filled. Names are paths in it, with ``/``; folders on the way are made.

    Every method raises `InstallError` for what a pack must not hold.
    """

    def __init__(self, folder: Path, *, tell: Callable[[int], None] | None = None) -> None:
        """Make `folder`, which must not be there; `tell` hears how many files there are."""
        self.path = folder
        self._tell = tell
        self._entries: set[str] = set()
        self._links: dict[str, str] = {}
        self._total = 0
        folder.mkdir(mode=0o755)

    def folder(self, name: str) -> None:
        """A folder is there."""
        parts = self._parts(name)
        if parts is not None:
            self._make_folders(parts)

    def file(self, name: str, stream: IO[bytes], *, is_executable: bool) -> None:
        """A file holds what is left of a stream."""
        parts = self._parts(name)
        if parts is None:
            return
        if not parts:
            raise _hostile(name, "names the folder itself")
        path = self._claim(parts, name)
        descriptor = os.open(
            path,
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC,
            0o755 if is_executable else 0o644,
        )
        with os.fdopen(descriptor, "wb") as file:
            size = 0
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                self._total += len(chunk)
                if size > FILE_LIMIT:
                    raise _hostile(name, f"is larger than {FILE_LIMIT // 1024**2} MB")
                if self._total > TOTAL_LIMIT:
                    raise InstallError(f"the pack is larger than {TOTAL_LIMIT // 1024**2} MB")
                file.write(chunk)

    def link(self, name: str, target: str) -> None:
        """A symbolic link is there in the end."""
        parts = self._parts(name)
        if parts is None:
            return
        if not parts or not target or "\0" in target or target.startswith("/"):
            raise _hostile(name, f"is a link out of the pack, to {show(target)}")
        self._claim(parts, name)
        self._links["/".join(parts)] = target

    def finish(self) -> None:
        """The links are made; each leads to something in the pack."""
        for name, target in self._links.items():
            (self.path / name).symlink_to(target)
        inside = os.path.realpath(self.path)
        for name, target in self._links.items():
            try:
                found = os.path.realpath(self.path / name, strict=True)
            except OSError as error:
                raise _hostile(name, f"is a link to {show(target)}, which leads nowhere") from error
            if not f"{found}/".startswith(f"{inside}/"):
                raise _hostile(name, f"is a link out of the pack, to {show(target)}")

    def _parts(self, name: str) -> list[str] | None:
        """The parts of a path in the pack, None for what is left out."""
        if name.startswith("/") or "\0" in name:
            raise _hostile(name, "has an absolute path")
        parts = [part for part in name.split("/") if part not in {"", "."}]
        if ".." in parts:
            raise _hostile(name, "leads out of the pack")
        if len(parts) > DEPTH_LIMIT:
            raise _hostile(name, f"is deeper than {DEPTH_LIMIT} folders")
        if parts == [PROVENANCE] or LEFT_OUT.intersection(map(str.lower, parts)):
            return None
        return None if parts and parts[-1].endswith(".pyc") else parts

    def _claim(self, parts: list[str], name: str) -> Path:
        self._make_folders(parts[:-1])
        path = "/".join(parts)
        if path in self._entries:
            raise _hostile(name, "stands there twice")
        self._count(path)
        return self.path / path

    def _make_folders(self, parts: list[str]) -> None:
        for number in range(1, len(parts) + 1):
            path = "/".join(parts[:number])
            if path in self._links:
                raise _hostile(path, "is a link and a folder")
            if path not in self._entries:
                self._count(path)
                (self.path / path).mkdir(mode=0o755)
            elif not (self.path / path).is_dir():
                raise _hostile(path, "is a file and a folder")

    def _count(self, path: str) -> None:
        self._entries.add(path)
        if len(self._entries) > ENTRY_LIMIT:
            raise InstallError(f"the pack has more than {ENTRY_LIMIT} files and folders")
        if self._tell is not None:
            self._tell(len(self._entries))


def _hostile(name: str, why: str) -> InstallError:
    return InstallError(
        f"{show(name)[-200:]} {why}", hint="no pack needs that; nothing was installed"
    )
