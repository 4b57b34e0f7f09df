"""The packs that are there and the indexes of others, as commands find them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli.output import print_note
from chatops_cli.cli.session import catalog_of
from chatops_cli.cli.steps import Steps
from chatops_cli.errors import ChatOpsError

if TYPE_CHECKING:
    from chatops_cli.catalog.installation.index import Index
    from chatops_cli.catalog.installation.installed import Site
    from chatops_cli.settings.values import Settings


def site_of(settings: "Settings", into: Path | None) -> "Site":
    """The packs that are there; of a folder that the settings don't name, its own."""
    from chatops_cli.catalog.installation.installed import Site, absolute
    from chatops_cli.settings.load import bundled_packs

    if into is not None and absolute(into) not in map(absolute, settings.roots):
        own = (absolute(into),) if into.is_dir() else ()
        bundled = (root for root in settings.roots if root == bundled_packs())
        settings = replace(settings, roots=(*own, *bundled))
        print_note(f"the settings don't name {into}: packs in it are read with --packs {into}")
    return Site(settings=settings, catalog=catalog_of(settings))


def installed_packs(site: "Site") -> list[str]:
    """The refs of the packs that were put there by this program."""
    found = (site.get(ref) for ref in site.packs)
    return [each.pack.ref for each in found if each.provenance is not None and not each.is_bundled]


def indexes_of(settings: "Settings", named: Sequence[str] | None) -> tuple[str, ...]:
    """The places of the indexes: those named on the command line, or in the settings."""
    if not named:
        return settings.indexes
    return tuple(place if "://" in place else str(Path.cwd() / place) for place in named)


def read_index(indexes: Sequence[str], steps: Steps) -> "Index":
    """The indexes as one.

    Raises:
        ChatOpsError: There is none.
    """
    import asyncio

    from chatops_cli.catalog.installation.index_reading import read_indexes

    if not indexes:
        raise ChatOpsError(
            "no index is named, so packs have no names",
            hint="set packs_index in the settings, or give --index; or name the pack's git URL",
        )
    steps("reading the index")
    return asyncio.run(read_indexes(indexes))
