"""Which packs are tested: those that were named, by ref or by folder, or all there are."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from chatops_cli.catalog.catalog import loaded, open_catalog
from chatops_cli.catalog.folder import MANIFEST
from chatops_cli.errors import NotFoundError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.pack_tests.suite import Suite, find_suite


@frozen
class Selection:
    """The suites of tests, each once, the refs of the packs that have none.

    `folders` are those of all packs that are known, by ref.
    """

    suites: tuple[Suite, ...]
    without: tuple[str, ...]
    folders: Mapping[str, str]


def select(
    names: Sequence[str], packs: Mapping[str, Pack], virtualenvs: Path, *, every: bool
) -> Selection:
    """The tests of the packs of these names.

    Args:
        names: Refs, or folders, which have a ``/`` in them or are ``.`` or ``..``.
        packs: The packs that are known, by ref.
        virtualenvs: The folder with a virtual environment for each pack that has one.
        every: All known packs besides.

    Raises:
        NotFoundError: There is no such pack.
    """
    chosen = [*(_chosen(name, packs) for name in names), *(packs.values() if every else ())]
    found = {pack.path: (pack.ref, find_suite(pack, virtualenvs)) for pack in chosen}
    return Selection(
        suites=tuple(suite for _, suite in found.values() if suite is not None),
        without=tuple(ref for ref, suite in found.values() if suite is None),
        folders={pack.ref: pack.path for pack in [*packs.values(), *chosen]},
    )


def are_folders(names: Sequence[str]) -> bool:
    """Whether no known pack is needed to find these."""
    return all(map(_is_folder, names))


def _chosen(name: str, packs: Mapping[str, Pack]) -> Pack:
    if _is_folder(name):
        found = next(_packs_in(Path(name)), None)
        if found is None:
            raise NotFoundError(f"{name} is no folder of a pack: it has no {MANIFEST}")
        return found
    if name not in packs:
        hint = f"{loaded(packs)}; a folder has a '/' in it"
        raise NotFoundError(f"no pack named {name!r}", hint=hint)
    return packs[name]


def _packs_in(folder: Path) -> Iterator[Pack]:
    if Path(folder, MANIFEST).exists():
        yield from open_catalog([folder.absolute()], cache=None).packs.values()


def _is_folder(name: str) -> bool:
    return "/" in name or name in {".", ".."}
