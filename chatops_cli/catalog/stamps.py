"""What the file system says of a pack's files: enough to know which of them have changed."""

import os
import stat
from array import array
from collections.abc import Iterable
from dataclasses import field
from itertools import chain

from chatops_cli.catalog.folder import MANIFEST, Folder, show
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import unreadable

CONFIG_SCHEMA = "config.schema.yaml"
PARTS = ("actions", "aliases", "policies", "rules")
"""Folders of a pack of which every YAML file is read; hidden ones, such as the lock of an editor,
and those in folders below are not.

Source: StackStorm, ``st2common.bootstrap.base``, which lists them by a pattern.
"""

Stamp = tuple[int, int, int]
"""Times of modification and of change (ns), and size or inode; of a negative first, see below."""

OUTSIDE: Stamp = (-1, 0, 0)
"""The stamp of a symbolic link to a file outside of the pack, which is not read."""
RACY: Stamp = (-2, 0, 0)
"""What is kept instead of a stamp that a change right after it might not alter."""
GONE: Stamp = (-3, 0, 0)
"""The stamp of a watched folder that isn't there; a file's error number stands in place of 0."""

_TICK = 20_000_000
_SECOND = 1_000_000_000


@frozen
class Stamps:
    """A stamp for each file that is read, by its name in the pack, and for each watched folder.

    A stamp holds size and times of modification and of change (ns). What keeps all three is not
    seen; only a file system that has coarser times than it says makes that possible.
    """

    files: dict[str, Stamp]
    watched: dict[str, Stamp] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def pack(self) -> bytes:
        """All of it, to be kept and compared as a whole."""
        texts = "\0".join([*self.files, "", *self.watched, "", *map(str, self.problems)])
        names = os.fsencode(texts)
        numbers = array("q", chain.from_iterable(self.files.values()))
        numbers.extend(chain.from_iterable(self.watched.values()))
        return b"%d\n%b%b" % (len(names), names, numbers.tobytes())

    @staticmethod
    def unpack(data: bytes) -> dict[str, Stamp]:
        """The files' stamps by name, out of what was kept.

        Raises:
            ValueError: It is nothing that was kept.
        """
        length, _, rest = data.partition(b"\n")
        end = int(length)
        names = os.fsdecode(rest[:end]).split("\0")
        numbers = array("q")
        numbers.frombytes(rest[end:])
        triples = zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True)
        return dict(zip(names[: names.index("")], triples, strict=False))


def take_stamps(folder: Folder, watched: Iterable[str] = ()) -> Stamps:
    """The stamps of a pack's files as they are now; nothing is opened.

    Args:
        folder: The pack's folder.
        watched: Folders in which entry points are, absolute or in the pack.
    """
    files: dict[str, Stamp] = {}
    problems: list[Problem] = []
    for name in (MANIFEST, CONFIG_SCHEMA):
        path = f"{folder.path}/{name}"
        if os.path.lexists(path):
            files[name] = _stamp(folder, name, path, None)
    for part in PARTS:
        _list_part(folder, part, files, problems)
    return Stamps(
        files=files,
        watched={name: stamp_folder(folder, name) for name in watched},
        problems=tuple(problems),
    )


def stamp_folder(folder: Folder, name: str) -> Stamp:
    """The stamp of a folder: it changes when an entry of it comes, goes or is renamed."""
    try:
        found = os.stat(os.path.join(folder.path, name))  # noqa: PTH116, PTH118  # see Folder.name
    except OSError:
        return GONE
    return found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def without_racy(stamps: Stamps, now: int) -> Stamps:
    """The stamps fit to be kept: a file changed at the moment of reading is to be read again.

    Args:
        stamps: Taken after `now`.
        now: The file system's own time (ns).
    """
    return Stamps(
        files={name: _settle(stamp, now) for name, stamp in stamps.files.items()},
        watched={name: _settle(stamp, now) for name, stamp in stamps.watched.items()},
        problems=stamps.problems,
    )


def _settle(stamp: Stamp, now: int) -> Stamp:
    # The time of modification may be set to anything, the time of change only to now.
    _, changed, _ = stamp
    if stamp[0] < 0:
        return stamp
    # File systems without fractions of a second cut the time off.
    margin = 2 * _SECOND if changed % _SECOND == 0 else _TICK
    return RACY if changed >= now - margin else stamp


def _list_part(folder: Folder, part: str, files: dict[str, Stamp], problems: list[Problem]) -> None:
    path = f"{folder.path}/{part}"
    if os.path.islink(path) and not is_inside(folder, path):  # noqa: PTH114  # see Folder.name
        problems.append(outside_problem(f"{folder.shown}/{part}", path))
        return
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        problems.append(unreadable(error, file=f"{folder.shown}/{part}"))
        return
    try:
        # In the order of the folder, which stays the same while nothing changes. A stat relative
        # to a folder costs a third less than one by path, or by the entries of a scan.
        for name in os.listdir(descriptor):  # noqa: PTH208  # see Folder.name
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                inner = f"{part}/{name}"
                files[inner] = _stamp(folder, inner, name, descriptor)
    finally:
        os.close(descriptor)


def _stamp(folder: Folder, inner: str, name: str, descriptor: int | None) -> Stamp:
    """The stamp of a file: by its path in the pack, and as `name` from an open folder."""
    try:
        found = os.lstat(name, dir_fd=descriptor)
        if stat.S_ISLNK(found.st_mode):
            path = f"{folder.path}/{inner}"
            if not is_inside(folder, path):
                return OUTSIDE
            found = os.stat(path)  # noqa: PTH116  # see Folder.name
    except OSError as error:
        return GONE[0], error.errno or 0, 0
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size


def is_inside(folder: Folder, path: str) -> bool:
    """Whether a path, with all symbolic links followed, is in the pack."""
    return f"{os.path.realpath(path)}/".startswith(f"{os.path.realpath(folder.path)}/")


def outside_problem(shown: str, path: str) -> Problem:
    """The problem of a symbolic link out of the pack."""
    target = show(os.path.realpath(path))
    return Problem(
        place=Place(file=shown),
        rule="outside-pack",
        message=f"is a symbolic link out of its pack, to {target}; it is not read",
        hint="put a copy into the pack",
    )
