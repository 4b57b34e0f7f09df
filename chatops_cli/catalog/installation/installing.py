"""An install from its sources to packs in place: worked out first, and done when that is wanted."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from chatops_cli.catalog.folder import MANIFEST
from chatops_cli.catalog.installation.change import Change, work_out
from chatops_cli.catalog.installation.dependencies import Gathering
from chatops_cli.catalog.installation.fetching import Fetching
from chatops_cli.catalog.installation.git import Tell
from chatops_cli.catalog.installation.index import Index
from chatops_cli.catalog.installation.installed import Site
from chatops_cli.catalog.installation.placing import Move, place
from chatops_cli.catalog.installation.provenance import (
    Provenance,
    read_provenance,
    write_provenance,
)
from chatops_cli.catalog.installation.source import Source
from chatops_cli.catalog.installation.stage import alone, staging
from chatops_cli.errors import InstallError
from chatops_cli.model.frozen import frozen


@frozen
class Wish:
    """What is to be installed, and how: `root` is the folder for the packs.

    `forces` replaces packs that were edited, or that nobody has installed. A dry run writes nothing
    there.
    """

    sources: tuple[Source, ...]
    root: Path
    forces: bool = False
    skips_dependencies: bool = False
    is_dry_run: bool = False


class Installation:
    """Packs that are fetched and ready, and what they would change."""

    def __init__(self, wish: Wish, changes: tuple[Change, ...], stage: Path) -> None:
        self.changes = changes
        self._wish = wish
        self._stage = stage

    def carry_out(self, clock: Callable[[], datetime]) -> None:
        """The packs are in place; or nothing has changed.

        Raises:
            InstallError: They can't be put in place, or somebody else has changed what is there.
        """
        root = self._wish.root
        needed = [change for change in self.changes if change.is_needed]
        for change in needed:
            candidate = change.candidate
            provenance = Provenance(
                source=replace(candidate.source, credentials=""),
                installed=clock(),
                commit=candidate.commit,
                asked=candidate.asked,
                files=candidate.files,
            )
            write_provenance(candidate.path, provenance)
        with alone(root):
            for change in needed:
                _check_unmoved(change)
            moves = [
                Move(
                    ready=change.candidate.path,
                    target=change.target,
                    replaces=change.before is not None,
                )
                for change in needed
            ]
            place(moves, self._stage)


@contextmanager
def prepare(
    wish: Wish, site: Site, *, index: Callable[[], Index], tell: Tell
) -> Iterator[Installation]:
    """Packs fetched and looked at; what was not put in place is gone afterwards.

    Raises:
        InstallError: They can't be had, or can't be installed; nothing has changed.
    """
    with _stage(wish) as stage:
        fetching = Fetching(stage, index=index, tell=tell)
        gathering = Gathering(site, fetching.fetch, skips=wish.skips_dependencies)
        candidates = gathering.gather(wish.sources)
        tell("comparing with what is there")
        changes = work_out(candidates, site, wish.root, forces=wish.forces)
        for change in changes:
            _check(change, forces=wish.forces)
        yield Installation(wish, changes, stage)


@contextmanager
def _stage(wish: Wish) -> Iterator[Path]:
    if not wish.is_dry_run:
        with staging(wish.root) as stage:
            yield stage
        return
    with TemporaryDirectory(prefix="chatops-") as folder:
        yield Path(folder)


def _check(change: Change, *, forces: bool) -> None:
    """Raise `InstallError` where a pack can't be put in its place."""
    if change.before is not None:
        change.before.check_movable()
        if not forces and change.is_needed:
            change.before.check_unedited()
        return
    target = change.target
    if target.is_symlink() or target.exists():
        what = "another pack" if (target / MANIFEST).exists() else "no pack"
        raise InstallError(
            f"{target} is there already, and is {what} of the ref {change.candidate.ref}",
            hint="move it away, or name another folder: --into FOLDER",
        )


def _check_unmoved(change: Change) -> None:
    """Raise `InstallError` where it isn't any longer as it was when the change was worked out."""
    before = change.before
    if before is None:
        if not change.target.exists():
            return
    elif before.path.is_dir():
        known = before.provenance
        now = read_provenance(before.path)
        if (now is None) == (known is None) and (
            now is None or known is None or now.installed == known.installed
        ):
            return
    raise InstallError(
        f"{change.target} has been changed by somebody else meanwhile", hint="try again"
    )


def origins(site: Site, refs: Sequence[str], revision: str) -> tuple[Source, ...]:
    """What to ask for newer ones of some installed packs.

    Raises:
        InstallError: One was not put there by this program.
    """
    sources = []
    for ref in refs:
        installed = site.get(ref)
        installed.check_movable()
        if installed.provenance is None:
            raise InstallError(
                f"nobody has installed the pack {ref}, so it is unknown where it came from",
                hint="install it from where it is: chatops pack install --force SOURCE",
            )
        origin = installed.provenance.origin
        sources.append(replace(origin, revision=revision) if revision else origin)
    return tuple(sources)
