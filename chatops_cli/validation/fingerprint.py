"""What findings depend on, as a digest: an equal one means that the same would be found again."""

import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from chatops_cli.room.world import World
from chatops_cli.validation.kept import standing
from chatops_cli.validation.scope import Scope

_SIZE = 16
WHOLE = 1024 * 1024
"""Bytes of the longest file whose content counts; of longer ones, size and times do."""


def fingerprint(world: World, scope: Scope, passing: str = "") -> str:
    """One of all that is loaded, what is asked about, the settings, and this program itself.

    Every file of every pack is read for it, but what is hidden. The name of a folder that is
    `passing` doesn't count.
    """
    packs = tuple(world.catalog.packs.values())
    settings = replace(world.settings, home=Path())
    said = [repr(settings), repr(scope), str(Path.cwd()), *map(repr, packs), *_program()]
    found = blake2b(digest_size=_SIZE)
    found.update(standing("\n".join(said), passing).encode("utf-8", "surrogateescape"))
    for pack in packs:
        for name, data in _files(pack.path, ""):
            found.update(b"\n%d %d " % (len(name), len(data)) + name + data)
    return found.hexdigest()


def slot_of(scope: Scope, passing: str = "") -> str:
    """A short name for what is asked about."""
    said = standing(repr(scope), passing)
    return blake2b(said.encode("utf-8", "surrogateescape"), digest_size=_SIZE).hexdigest()


def _files(folder: str, inside: str) -> Iterator[tuple[bytes, bytes]]:
    """Each file's name in the pack, and what of it counts; links to folders are not followed."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        yield os.fsencode(inside), f"! {error.errno}".encode()
        return
    for entry in entries:
        if entry.name.startswith((".", "__pycache__")):
            continue
        name = f"{inside}{entry.name}"
        yield os.fsencode(name), _content(entry)
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path, f"{name}/")


def _content(entry: "os.DirEntry[str]") -> bytes:
    try:
        own = entry.stat(follow_symlinks=False)
        target = os.fsencode(os.readlink(entry.path)) if stat.S_ISLNK(own.st_mode) else b""  # noqa: PTH115  # thousands of paths stay text
        there = entry.stat()
        said = f"{own.st_mode} {there.st_mode} {there.st_size} ".encode() + target
        if not stat.S_ISREG(there.st_mode):
            return said
        if there.st_size > WHOLE:
            return said + f" {there.st_mtime_ns} {there.st_ctime_ns} {there.st_ino}".encode()
        with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123  # as above
            return said + file.read(WHOLE + 1)
    except OSError as error:
        return f"! {error.errno}".encode()


def _program() -> Iterator[str]:
    """What finds: this package's modules, and when libraries were last installed or removed."""
    yield sys.version
    package = Path(__file__).parents[1]
    yield from _modules(str(package))
    for path in sys.path:
        if path.endswith(("site-packages", "dist-packages")) and os.path.isdir(path):  # noqa: PTH112  # as above
            yield f"{path} {os.stat(path).st_mtime_ns}"  # noqa: PTH116  # as above


def _modules(folder: str) -> Iterator[str]:
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        if entry.name.endswith(".py"):
            there = entry.stat()
            yield f"{entry.path} {there.st_mtime_ns} {there.st_size}"
        elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
            yield from _modules(entry.path)
