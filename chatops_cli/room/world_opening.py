"""A world read from settings: packs, aliases, templates; without what it takes to run anything."""

from collections.abc import Collection

from chatops_cli.aliases.table import build_table
from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.merging import chat_settable
from chatops_cli.model.alias import Alias
from chatops_cli.rendering.templates import Templates
from chatops_cli.room.world import World
from chatops_cli.runners.registry import find_runner
from chatops_cli.settings.values import Settings


def open_world(
    settings: Settings, *, enabled: Collection[str] = (), is_cached: bool = True
) -> World:
    """Everything that messages are understood with, read through the cache of the state folder.

    Aliases whose refs are `enabled` are, whatever their files say.
    """
    cache = Cache(settings.home / "cache.db") if is_cached else None
    catalog = open_catalog(settings.roots, cache=cache, enabled=enabled)
    table = build_table(
        catalog.aliases,
        strict=settings.is_strict,
        settable=lambda alias: settable_of(alias, catalog, settings),
        plans=cache,
    )
    return World(settings=settings, catalog=catalog, table=table, templates=Templates(cache))


def settable_of(alias: Alias, catalog: Catalog, settings: Settings) -> frozenset[str]:
    """What chat may set by key=value for this alias; nothing, where its action can't be run."""
    action = catalog.action(alias.action_ref)
    if action is None:
        return frozenset()
    opened = settings.open_parameters.get(alias.action_ref, frozenset())
    try:
        return chat_settable(action, alias, find_runner(action.runner_type).PARAMETERS, opened)
    except ChatOpsError:
        return frozenset()
