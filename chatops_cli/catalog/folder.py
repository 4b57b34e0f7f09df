"""The folders of packs under the roots, in the order in which they win."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import unreadable
from chatops_cli.reading.printable import printable

MANIFEST = "pack.yaml"


@frozen
class Folder:
    """One pack's folder: absolute, and as the root was spelled, which is how places name it."""

    path: str
    shown: str
    root: int

    @property
    def name(self) -> str:
        """The folder's own name."""
        return os.path.basename(self.path)  # noqa: PTH119  # paths of thousands of files stay text


def find_folders(roots: Sequence[Path]) -> tuple[tuple[Folder, ...], tuple[Problem, ...]]:
    """Every folder with a ``pack.yaml``, and what is wrong with the others.

    A root that has a ``pack.yaml`` is itself a pack. Hidden folders and files are passed over; a
    symbolic link to a folder outside of its root is refused, as is one that leads nowhere.
    """
    folders: list[Folder] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, root in enumerate(roots):
        path = os.path.realpath(root)
        if path not in seen:
            seen.add(path)
            folders.extend(_folders_of(root, number, problems))
    return tuple(folders), tuple(problems)


def show(path: str) -> str:
    """A path as text of one line: what can't be printed becomes an escape."""
    return printable(os.fsencode(path).decode("utf-8", "backslashreplace"))


def shown_file(folder: Folder, name: str) -> str:
    """What a file of a pack is called in places."""
    return f"{folder.shown}/{show(name)}"


def _folders_of(root: Path, number: int, problems: list[Problem]) -> Iterator[Folder]:
    shown = show(str(root))
    absolute = os.path.abspath(root)  # noqa: PTH100  # Path.absolute keeps `..`
    if not root.is_dir():
        found = "is no folder" if os.path.lexists(root) else "does not exist"
        message = f"the folder of packs {shown} {found}"
        problems.append(Problem(place=Place(file=shown), rule="missing-root", message=message))
        return
    if os.path.lexists(f"{absolute}/{MANIFEST}"):
        yield Folder(path=absolute, shown=shown, root=number)
        return
    try:
        with os.scandir(absolute) as entries:
            found_entries = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        problems.append(unreadable(error, file=shown))
        return
    inside = os.path.realpath(absolute)
    for entry in found_entries:
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        folder = Folder(path=entry.path, shown=show(str(root / entry.name)), root=number)
        problem = _link_problem(entry, folder, inside) if entry.is_symlink() else None
        if problem is None and _is_folder(entry):
            problem = _manifest_problem(folder)
            if problem is None and os.path.lexists(f"{entry.path}/{MANIFEST}"):
                yield folder
        if problem is not None:
            problems.append(problem)


def _link_problem(entry: "os.DirEntry[str]", folder: Folder, inside: str) -> Problem | None:
    place = Place(file=folder.shown)
    try:
        target = os.path.realpath(entry.path, strict=True)
    except OSError as error:
        return unreadable(error, file=folder.shown)
    if not os.path.isdir(target) or target.startswith(f"{inside.rstrip('/')}/"):  # noqa: PTH112  # see Folder.name
        return None
    return Problem(
        place=place,
        rule="outside-root",
        message=f"is a symbolic link out of its root, to {show(target)}; the pack is not read",
        hint="name that folder itself as a root",
    )


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _manifest_problem(folder: Folder) -> Problem | None:
    """Why a folder that looks like a pack can't be one; None for a pack and for other folders."""
    try:
        os.lstat(f"{folder.path}/{MANIFEST}")
    except FileNotFoundError:
        return _missing_manifest(folder)
    except OSError as error:
        return unreadable(error, file=folder.shown)
    return None


def _missing_manifest(folder: Folder) -> Problem | None:
    inside = [name for name in ("actions", "aliases") if os.path.isdir(f"{folder.path}/{name}")]  # noqa: PTH112  # see Folder.name
    if not inside:
        return None
    return Problem(
        place=Place(file=folder.shown),
        rule="missing-pack-yaml",
        message=f"has {' and '.join(inside)}, but no {MANIFEST}; it is not read as a pack",
        hint=f"add a {MANIFEST} with name, ref, version, description and author",
    )
