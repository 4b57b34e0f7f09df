"""Everybody on the machine may change what the bot runs.

A file or folder of a pack that others may write to (`chmod o+w`) is a way to the bot's rights: who
changes an action's script has it run. A folder in which only owners may remove files (`chmod +t`)
is told, too: anybody may add a module there that is imported before the right one. Not looked at
are hidden files, links, and packs on file systems that keep no modes, such as vfat, ntfs or shared
folders of a virtual machine.

To see it, and to mend it: `find packs -perm -o+w -not -type l`, and `chmod -R o-w packs`.
"""

import os
import stat
from collections.abc import Iterator

from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.validation.content import Content
from chatops_cli.validation.mounts import keeps_modes

CODE = "SEC016"
NAME = "open-to-writing"
SUMMARY = "everybody on the machine may change a file or folder of the pack"
WHY = "whoever changes what the bot runs has its rights"
MEND = "chmod -R o-w, and a umask of 022 for what writes packs"

MANY = 3
"""More of them in one pack are told of once."""


def check(content: Content) -> Iterator[Problem]:
    """A problem for each of them, or one for all of a pack."""
    for pack in content.packs:
        if not keeps_modes(pack.path):
            continue
        shown = pack.place.file.rpartition("/")[0]
        found = [Place(file=f"{shown}/{name}" if name else shown) for name in _open(pack)]
        found = [place for place in found if content.scope.holds(place.file)]
        if len(found) > MANY:
            more = f"everybody may write to this and to {len(found) - 1} more files and folders"
            yield _problem(found[0], f"{more} of the pack {pack.ref}")
            continue
        for place in found:
            yield _problem(place, "everybody may write to it")


def _problem(place: Place, message: str) -> Problem:
    return Problem(place=place, rule=NAME, message=message, severity=Severity.WARNING)


def _open(pack: Pack) -> Iterator[str]:
    """The names, in the pack, of what others may write to; empty for the pack itself."""
    for folder, folders, files in os.walk(pack.path):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        part = os.path.relpath(folder, pack.path)
        for name in ("", *sorted(files)):
            if not name.startswith(".") and _is_open(f"{folder}/{name}"):
                yield name if part == "." else f"{part}/{name}".rstrip("/")


def _is_open(path: str) -> bool:
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & stat.S_IWOTH)
