"""What the file system says of a pack's files: enough to know which of them have changed."""

import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, field

from chatops_cli.catalog.folder import MANIFEST, Folder, show
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import unreadable

CONFIG_SCHEMA = "config.schema.yaml"
PARTS = ("actions", "aliases")
"""Folders of a pack of which every YAML file is read, those in folders below not."""

OUTSIDE = "outside"
"""The stamp of a symbolic link to a file outside of the pack, which is not read."""
RACY = "racy"
"""What is kept instead of a stamp that a change right after it might not alter."""

_TICK = 20_000_000
_SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamps:
    """A stamp for each file that is read, by its name in the pack, and for each watched folder.

    A stamp holds size and times of modification and of change (ns). What keeps all three is not
    seen; only a file system that has coarser times than it says makes that possible.
    """

    files: dict[str, str]
    watched: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def pack(self) -> bytes:
        """All of it, to be kept and compared as a whole."""
        parts = [text for pair in (*self.files.items(), *self.watched.items()) for text in pair]
        parts.extend(str(problem) for problem in self.problems)
        return os.fsencode("\0".join(parts))

    @staticmethod
    def unpack(data: bytes) -> dict[str, str]:
        """The stamps by name, out of what was kept."""
        parts = os.fsdecode(data).split("\0")
        return dict(zip(parts[::2], parts[1::2], strict=False))


def take_stamps(folder: Folder, watched: Iterable[str] = ()) -> Stamps:
    """The stamps of a pack's files as they are now; nothing is opened.

    Args:
        folder: The pack's folder.
        watched: Folders in which entry points are, absolute or in the pack.
    """
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for name in (MANIFEST, CONFIG_SCHEMA):
        stamp = _stamp(folder, f"{folder.path}/{name}")
        if stamp is not None:
            files[name] = stamp
    for part in PARTS:
        _list_part(folder, part, files, problems)
    return Stamps(
        files=files,
        watched={name: stamp_folder(folder, name) for name in watched},
        problems=tuple(problems),
    )


def stamp_folder(folder: Folder, name: str) -> str:
    """The stamp of a folder: it changes when an entry of it comes, goes or is renamed."""
    try:
        found = os.stat(os.path.join(folder.path, name))  # noqa: PTH116, PTH118  # see Folder.name
    except OSError:
        return "-"
    return f"{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}"


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


def _settle(stamp: str, now: int) -> str:
    times = stamp.split(":")
    if len(times) < 3:  # noqa: PLR2004  # a stamp that holds no times
        return stamp
    changed = max(int(times[0]), int(times[1]))
    # File systems without fractions of a second cut the time off.
    margin = 2 * _SECOND if changed % _SECOND == 0 else _TICK
    return RACY if changed >= now - margin else stamp


def _list_part(folder: Folder, part: str, files: dict[str, str], problems: list[Problem]) -> None:
    path = f"{folder.path}/{part}"
    if os.path.islink(path) and not is_inside(folder, path):  # noqa: PTH114  # see Folder.name
        problems.append(outside_problem(f"{folder.shown}/{part}", path))
        return
    try:
        with os.scandir(path) as entries:
            found = sorted(
                (entry.name, entry) for entry in entries if entry.name.endswith((".yaml", ".yml"))
            )
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        problems.append(unreadable(error, file=f"{folder.shown}/{part}"))
        return
    for name, entry in found:
        files[f"{part}/{name}"] = _entry_stamp(folder, entry)


def _entry_stamp(folder: Folder, entry: "os.DirEntry[str]") -> str:
    if entry.is_symlink() and not is_inside(folder, entry.path):
        return OUTSIDE
    try:
        found = entry.stat()
    except OSError as error:
        return f"error {error.errno}"
    return f"{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_size}"


def _stamp(folder: Folder, path: str) -> str | None:
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            if not is_inside(folder, path):
                return OUTSIDE
            found = os.stat(path)  # noqa: PTH116  # see Folder.name
    except FileNotFoundError:
        return None
    except OSError as error:
        return f"error {error.errno}"
    return f"{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_size}"


def is_inside(folder: Folder, path: str) -> bool:
    """Whether a path, with all symbolic links followed, is in the pack."""
    return os.path.realpath(path).startswith(f"{os.path.realpath(folder.path)}/")


def outside_problem(shown: str, path: str) -> Problem:
    """The problem of a symbolic link out of the pack."""
    target = show(os.path.realpath(path))
    return Problem(
        place=Place(file=shown),
        rule="outside-pack",
        message=f"is a symbolic link out of its pack, to {target}; it is not read",
        hint="put a copy into the pack",
    )
