"""Which files are asked about, out of all that are loaded."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatops_cli.catalog.folder import MANIFEST, show
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen


@frozen
class Scope:
    """Absolute paths, spelled as places spell them; `roots` are what has to be loaded for them."""

    paths: tuple[str, ...]
    roots: tuple[Path, ...]

    def holds(self, file: str) -> bool:
        """Whether a file, or something in it, is asked about; relative to the working folder."""
        path = show(os.path.abspath(file))  # noqa: PTH100  # Path.absolute keeps `..`
        return any(path == each or path.startswith(f"{each}/") for each in self.paths)

    def touches(self, folder: str) -> bool:
        """Whether a folder, or something in it, is asked about."""
        path = show(os.path.abspath(folder))  # noqa: PTH100  # as above
        return self.holds(folder) or any(each.startswith(f"{path}/") for each in self.paths)


def scope_of(paths: Sequence[Path], roots: Sequence[Path]) -> Scope:
    """What `paths` ask about: packs, folders of packs, or files in packs; without any, all roots.

    Args:
        paths: As they were typed.
        roots: The folders of packs that the settings name.

    Raises:
        ChatOpsError: There is nothing at a path, or it belongs to no pack.
    """
    known = {os.path.realpath(root) for root in roots}
    if not paths:
        return Scope(paths=tuple(_absolute(root) for root in roots), roots=tuple(roots))
    added: dict[str, Path] = {}
    for path in paths:
        root = _root_of(path)
        real = os.path.realpath(root)
        if real not in known and os.path.dirname(real) not in known:  # noqa: PTH120  # as above
            added.setdefault(real, root)
    return Scope(paths=tuple(_absolute(path) for path in paths), roots=(*added.values(), *roots))


def _absolute(path: Path) -> str:
    return show(os.path.abspath(path))  # noqa: PTH100  # Path.absolute keeps `..`


def _root_of(path: Path) -> Path:
    """The pack that a path is in, or the folder of packs that it is."""
    if str(path) == "-":
        raise ChatOpsError("packs are not read from standard input", hint="name their folder")
    if not os.path.lexists(path):
        raise ChatOpsError(f"there is no {path}", hint="name packs, folders of packs, or files")
    for folder in _upwards(path):
        if (folder / MANIFEST).is_file():
            return folder
    if path.is_dir():
        return path
    raise ChatOpsError(
        f"{path} is in no pack: there is no {MANIFEST} beside it or above",
        hint="name the pack or the folder of packs",
    )


def _upwards(path: Path) -> Iterator[Path]:
    """The folder itself, or a file's, and those above as far as a pack may be."""
    folder = path if path.is_dir() else path.parent
    yield folder
    for parent in (folder / "..", folder / "../..", folder / "../../.."):
        yield Path(os.path.abspath(parent))  # noqa: PTH100  # as below
