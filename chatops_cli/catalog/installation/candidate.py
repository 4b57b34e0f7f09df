"""A pack that was fetched and not yet put in place: what it is, and what is wrong with it."""

from collections.abc import Collection, Mapping
from dataclasses import field
from pathlib import Path

from chatops_cli.catalog.folder import MANIFEST, Folder, show
from chatops_cli.catalog.installation.digest import digests_of
from chatops_cli.catalog.installation.source import Source
from chatops_cli.catalog.links import check_links
from chatops_cli.catalog.opening import open_pack
from chatops_cli.catalog.pack_file import INSTALLABLE_REF
from chatops_cli.catalog.shelf import Shelf
from chatops_cli.catalog.virtualenvs.requirements import read_requirements
from chatops_cli.errors import InstallError
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Problem, Severity

RESERVED = frozenset({"_global"})
"""Source: StackStorm, ``RESERVED_PACK_LIST``."""
OTHERS = ("sensors", "rules", "policies", "triggers")
"""Folders of a pack whose files are neither actions nor aliases."""


@frozen
class Candidate:
    """A pack in the folder `path`, as it came from `source`; `files` are digests by name.

    `asked` is the name in an index by which it was asked for, `python` its requirements, `others`
    counts the files of `OTHERS` that it has, `settings` is the schema of its configuration.
    """

    pack: Pack
    path: Path
    source: Source
    commit: str
    asked: str
    actions: tuple[Action, ...]
    aliases: tuple[Alias, ...]
    python: tuple[str, ...] = ()
    others: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict, repr=False)
    settings: Mapping[str, Parameter] = field(default_factory=dict, repr=False)
    _shelf: Shelf | None = field(default=None, repr=False)

    @property
    def ref(self) -> str:
        """Its ref."""
        return self.pack.ref

    def problems(self, packs: Collection[str], actions: Collection[str]) -> tuple[Problem, ...]:
        """What is wrong with it, where these packs and actions are beside it."""
        if self._shelf is None:
            return ()
        links = check_links(
            self._shelf.links(),
            packs={*packs, self.ref},
            actions={*actions, *(action.ref for action in self.actions)},
        )
        found = (*self._shelf.problems(), *links)
        return tuple(sorted(found, key=lambda p: (p.place, p.rule, p.message)))


def examine(path: Path, source: Source, *, commit: str, asked: str) -> Candidate:
    """What there is in a folder.

    Raises:
        InstallError: It is no pack, or one that can't be installed.
    """
    path = _pack_folder(path, source)
    opened = open_pack(Folder(path=str(path), shown=".", root=0), None, None)
    problems = opened.problems if opened.shelf is None else opened.shelf.problems()
    broken = [
        str(problem).removeprefix("./")
        for problem in problems
        if problem.severity is Severity.ERROR and problem.place.file == f"./{MANIFEST}"
    ]
    if opened.shelf is None or broken:
        raise InstallError(
            f"the pack of {source} can't be installed:\n" + "\n".join(broken or map(str, problems))
        )
    pack = opened.shelf.pack
    if not INSTALLABLE_REF.match(pack.ref) or pack.ref in RESERVED:
        raise InstallError(
            f"{pack.ref!r} is no ref of a pack that can be installed",
            hint="a ref is of lower-case letters, digits and underscores",
        )
    return Candidate(
        pack=pack,
        path=path,
        source=source,
        commit=commit,
        asked=asked,
        actions=tuple(opened.shelf.actions()),
        aliases=tuple(opened.shelf.aliases()),
        python=read_requirements(str(path)).wanted,
        others={kind: count for kind in OTHERS if (count := _count(path / kind))},
        files=digests_of(path),
        settings=opened.shelf.config_schema(),
        _shelf=opened.shelf,
    )


def check_folder(path: Path, source: Source) -> None:
    """There is a pack in the folder or just below, so that it is worth copying.

    Raises:
        InstallError: There is none.
    """
    try:
        places = [path, *(entry for entry in path.iterdir() if entry.is_dir())]
        is_pack = any((place / MANIFEST).exists() for place in places)
    except OSError:  # copying tells of it
        return
    if not is_pack:
        raise _no_pack(source)


def _pack_folder(path: Path, source: Source) -> Path:
    """The folder of the pack: what was fetched, or the only folder in it, as in many archives."""
    if (path / MANIFEST).is_file():
        return path
    inner = sorted(entry for entry in path.iterdir() if (entry / MANIFEST).is_file())
    # Nothing beside it, be it hidden: links were allowed to lead there.
    if len(inner) == len([*path.iterdir()]) == 1 and not inner[0].is_symlink():
        return inner[0]
    names = ", ".join(show(entry.name) for entry in inner[:10])
    raise _no_pack(source, f"it holds packs, install them one by one: {names}" if names else None)


def _no_pack(source: Source, hint: str | None = None) -> InstallError:
    return InstallError(f"{source} is no pack: it has no {MANIFEST}", hint=hint)


def _count(folder: Path) -> int:
    if not folder.is_dir():
        return 0
    return sum(entry.suffix in {".yaml", ".yml"} for entry in folder.iterdir())
