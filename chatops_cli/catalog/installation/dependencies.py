"""The packs that a pack depends on, found and fetched; each once, circles and all.

Source: StackStorm, ``packs.get_pack_dependencies``: ``ref``, ``ref=version``, URLs; ten levels.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from chatops_cli.catalog.installation.candidate import Candidate
from chatops_cli.catalog.installation.installed import Site
from chatops_cli.catalog.installation.provenance import read_provenance
from chatops_cli.catalog.installation.source import (
    Kind,
    Source,
    read_remote,
    split_revision,
)
from chatops_cli.errors import InstallError

DEPTH_LIMIT = 10
NUMBER_LIMIT = 50
_PREFIX = "stackstorm-"


class Gathering:
    """Fetches packs with what they depend on.

    Args:
        site: The packs that are there.
        fetch: Fetches one.
        skips: Whether dependencies are left alone.
    """

    def __init__(
        self, site: Site, fetch: Callable[[Source], Candidate], *, skips: bool = False
    ) -> None:
        self._site = site
        self._fetch = fetch
        self._skips = skips
        self._by_source: dict[str, Candidate] = {}
        self._by_ref: dict[str, Candidate] = {}
        self._order: list[Candidate] = []

    def gather(self, sources: Sequence[Source]) -> tuple[Candidate, ...]:
        """The packs, each after those that it depends on.

        Raises:
            InstallError: One can't be had, or two want different versions of a third.
        """
        # Those that were asked for come first: what they are is no dependency's to say.
        asked = [self._add(source, "") for source in sources]
        for candidate in asked:
            self._visit(candidate, 1)
        return tuple(self._order)

    def _add(self, source: Source, wanted_by: str) -> Candidate:
        key = str(source)
        if key in self._by_source:
            return self._by_source[key]
        if len(self._by_source) == NUMBER_LIMIT:
            raise InstallError(f"these packs depend on more than {NUMBER_LIMIT} others")
        try:
            candidate = self._fetch(source)
        except InstallError as error:
            if not wanted_by:
                raise
            raise InstallError(
                f"{wanted_by} depends on {source}: {error.message}",
                hint=error.hint or "--skip-dependencies leaves it out",
            ) from error
        other = self._by_ref.setdefault(candidate.ref, candidate)
        if other is not candidate and other.files != candidate.files:
            raise InstallError(
                f"{source} and {other.source} are both the pack {candidate.ref}",
                hint="name one of them",
            )
        self._by_source[key] = other
        return other

    def _visit(self, candidate: Candidate, depth: int) -> None:
        if candidate in self._order or self._skips:
            if candidate not in self._order:
                self._order.append(candidate)
            return
        if depth > DEPTH_LIMIT:
            raise InstallError(f"dependencies go deeper than {DEPTH_LIMIT} levels")
        # Before its dependencies: in a circle it is met again.
        self._order.append(candidate)
        for text in candidate.pack.dependencies:
            needed = self._needed(text, candidate)
            if needed is not None:
                self._visit(needed, depth + 1)
        self._order.remove(candidate)
        self._order.append(candidate)

    def _needed(self, text: str, candidate: Candidate) -> Candidate | None:
        """The pack that a dependency names, None where it is there."""
        source = read_dependency(text, candidate)
        version = source.revision
        for ref in _refs(source):
            if ref in self._by_ref:
                found = self._by_ref[ref]
                _check_version(candidate, text, version, found.pack.version, found.commit)
                return found
            if (installed := self._site.installed(ref)) is not None:
                # Versions of bundled packs are ours; they stand in for StackStorm's of any.
                if not installed.is_bundled:
                    commit = installed.provenance.commit if installed.provenance else ""
                    _check_version(candidate, text, version, installed.pack.version, commit)
                return None
        return self._add(source, candidate.ref)


def read_dependency(text: str, candidate: Candidate) -> Source:
    """What a pack depends on.

    Raises:
        InstallError: It is nothing that a pack may depend on; only packs of this machine may
            depend on repositories of it.
    """
    where, revision = split_revision(text.strip())
    try:
        source = read_remote(where, revision)
    except InstallError as error:
        raise InstallError(
            f"{candidate.ref} depends on {text!r}: {error.message}",
            hint="--skip-dependencies leaves it out",
        ) from error
    if source.is_local and not candidate.source.is_local:
        raise InstallError(
            f"{candidate.ref} depends on {text!r}, which is on this machine, and itself is not",
            hint="--skip-dependencies leaves it out",
        )
    return source


def find_dependents(refs: Sequence[str], site: Site) -> dict[str, tuple[str, ...]]:
    """The packs that depend on each of some, without those themselves."""
    found: dict[str, tuple[str, ...]] = {}
    for ref in refs:
        by = tuple(
            pack.ref
            for pack in site.packs.values()
            if pack.ref not in refs and any(_names(text, ref, site) for text in pack.dependencies)
        )
        if by:
            found[ref] = by
    return found


def _names(text: str, ref: str, site: Site) -> bool:
    where, _ = split_revision(text.strip())
    if where == ref or _guess(where) == ref:
        return True
    provenance = read_provenance(Path(site.packs[ref].path)) if ref in site.packs else None
    return provenance is not None and provenance.source.location == where


def _refs(source: Source) -> tuple[str, ...]:
    """The refs that a source may stand for, as its last part says."""
    if source.kind is Kind.NAME:
        return (source.location,)
    name = source.location.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return tuple(dict.fromkeys((name, _guess(name))))


def _guess(where: str) -> str:
    name = where.rstrip("/").rpartition("/")[2].removesuffix(".git")
    return name[len(_PREFIX) :] if name.lower().startswith(_PREFIX) else name


def _check_version(candidate: Candidate, text: str, wanted: str, version: str, commit: str) -> None:
    if not wanted or wanted.removeprefix("v") == version.removeprefix("v"):
        return
    if commit and commit.startswith(wanted):
        return
    ref, _ = split_revision(text)
    raise InstallError(
        f"{candidate.ref} depends on {text}, and {ref} is {version or 'of no version'}",
        hint="install that version of it, or leave it: --skip-dependencies",
    )
