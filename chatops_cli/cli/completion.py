"""Shell completion: names of actions, aliases, packs and executions; never an error, never slow."""

from typing import TYPE_CHECKING

import typer

from chatops_cli.cli.session import catalog_of, settings_of
from chatops_cli.errors import ChatOpsError

if TYPE_CHECKING:
    from chatops_cli.catalog.catalog import Catalog


def pack_names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Packs that start so, with what they say of themselves."""
    catalog = quiet_catalog(ctx)
    packs = catalog.packs.values() if catalog else ()
    return [(pack.ref, pack.description) for pack in packs if pack.ref.startswith(incomplete)]


def action_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """References of actions that start so."""
    catalog = quiet_catalog(ctx)
    refs = catalog.action_refs() if catalog else ()
    return [ref for ref in refs if ref.startswith(incomplete)]


def alias_names(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """References of aliases that start so, with what they do."""
    catalog = quiet_catalog(ctx)
    aliases = catalog.aliases if catalog else ()
    return [(alias.ref, alias.description) for alias in aliases if alias.ref.startswith(incomplete)]


def messages(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """What people can type, as help shows it: the formats that start so."""
    catalog = quiet_catalog(ctx)
    typed = incomplete.casefold()
    return [
        (form.display, alias.description)
        for alias in (catalog.aliases if catalog else ())
        if alias.enabled
        for form in alias.formats
        if form.display.casefold().startswith(typed)
    ]


def quiet_catalog(ctx: typer.Context) -> "Catalog | None":
    """The packs, or None: what is wrong is told by the command, not while it is being typed."""
    try:
        return catalog_of(settings_of(ctx))
    except ChatOpsError:
        return None
