"""One state of the repository: the same settings, packs and paths, as they were there."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.folder import show
from chatops_cli.errors import ChatOpsError, SettingsError
from chatops_cli.model.frozen import frozen
from chatops_cli.room.world import World
from chatops_cli.room.world_opening import open_world
from chatops_cli.settings.load import settings_of
from chatops_cli.settings.values import Settings
from chatops_cli.validation.kept import open_kept
from chatops_cli.validation.registry import Selection
from chatops_cli.validation.run import Report, validate
from chatops_cli.validation.scope import Scope, scope_of


@frozen
class Side:
    """What is there, what is found in it, and how its paths become those of the repository."""

    world: World
    scope: Scope
    report: Report
    top: Path
    notes: tuple[str, ...] = ()

    def inside(self, file: str) -> str:
        """A file's path relative to the repository's top; as it is, where it is elsewhere."""
        path = os.path.abspath(file)  # noqa: PTH100  # Path.absolute keeps `..`
        top = os.path.abspath(self.top)  # noqa: PTH100  # as above
        return os.path.relpath(path, top) if path.startswith(f"{top}/") else path

    def without_top(self, text: str) -> str:
        """A message in which files are named as the repository does."""
        top = os.path.abspath(self.top)  # noqa: PTH100  # as above
        return text.replace(f"{top}/", "").replace(f"{show(top)}/", "")


@frozen
class Asked:
    """What was asked for: settings as they are now, and paths as they were typed."""

    settings: Settings
    paths: tuple[Path, ...]
    selection: Selection
    top: Path


def side_now(asked: Asked) -> Side:
    """The files as they are."""
    scope = scope_of(asked.paths, asked.settings.roots)
    return _side(asked, asked.settings, scope, asked.top)


def side_at(asked: Asked, top: Path, home: Path, absent: Sequence[str]) -> Side:
    """The files of a commit, which were written to the folder `top`.

    Args:
        asked: What was asked for.
        top: The folder.
        home: A folder for caches: those of the user are about other files.
        absent: Submodules that are not among them.
    """
    notes = [f"the submodule {name} is left out: its commit is not here" for name in absent]
    settings = asked.settings
    file = moved(settings.file, asked.top, top) if settings.file is not None else None
    if file is not None and file != settings.file:
        try:
            then = settings_of(file if file.is_file() else None)
        except SettingsError as error:
            notes.append(f"the settings of then can't be read, so today's are taken: {error}")
            then = settings
        settings = replace(settings, file=file, access=then.access, roots=_roots(asked, then, top))
    else:
        settings = replace(settings, roots=_moved_roots(settings.roots, asked.top, top))
    paths = [moved(path, asked.top, top) for path in asked.paths]
    scope = _scope([path for path in paths if os.path.lexists(path)], settings.roots)
    if asked.paths and not scope.paths:
        scope = Scope(paths=(str(top / ".nothing"),), roots=settings.roots)
    return _side(asked, replace(settings, home=home), scope, top, notes)


def moved(path: Path, top: Path, other: Path) -> Path:
    """The same path below another folder, if it is in the first one."""
    absolute = os.path.abspath(path)  # noqa: PTH100  # Path.absolute keeps `..`
    for base in (str(top), os.path.realpath(top)):
        for shown in (absolute, os.path.realpath(absolute)):
            if shown == base:
                return other
            if shown.startswith(f"{base}/"):
                return other / os.path.relpath(shown, base)
    return path


def _roots(asked: Asked, then: Settings, top: Path) -> tuple[Path, ...]:
    """The folders of packs that the settings named then; unless the command line names them."""
    now = asked.settings
    if now.choice.get("CHATOPS_PACKS") or then is now:
        return _moved_roots(now.roots, asked.top, top)
    own = [_back(root, asked.top, top) for root in then.roots]
    own = [root for root in own if root.is_dir()]
    installed = now.installed_packs
    return (*own, *(root for root in now.roots if root == installed and root not in own))


def _back(root: Path, top: Path, other: Path) -> Path:
    """A folder that the settings of then name outside of the repository is where it is now."""
    if not str(root).startswith(f"{other}/"):
        return root
    name = os.path.relpath(root, other)
    return top / name if name.startswith("..") else root


def _moved_roots(roots: Sequence[Path], top: Path, other: Path) -> tuple[Path, ...]:
    found = (moved(root, top, other) for root in roots)
    return tuple(root for root in found if root.is_dir())


def _scope(paths: Sequence[Path], roots: Sequence[Path]) -> Scope:
    """Of paths that belong to a pack; one that did not then is no mistake now."""
    if not paths:
        return scope_of((), roots)
    good = []
    for path in paths:
        try:
            scope_of([path], roots)
        except ChatOpsError:
            continue
        good.append(path)
    return scope_of(good, roots) if good else Scope(paths=(), roots=tuple(roots))


def _side(
    asked: Asked, settings: Settings, scope: Scope, top: Path, notes: Sequence[str] = ()
) -> Side:
    # Which rules are told, and where, is what holds now: a change of that is no finding.
    held = replace(settings, roots=scope.roots, checks=asked.settings.checks)
    world = open_world(held)
    # The folder of a commit's files goes away again; what was found in them may be asked for soon.
    passing = "" if settings is asked.settings else top.parents[1].name
    kept = open_kept(Cache(asked.settings.home / "cache.db"), world, scope, passing)
    report = validate(world, scope, asked.selection, kept)
    return Side(world=world, scope=scope, report=report, top=top, notes=tuple(notes))
