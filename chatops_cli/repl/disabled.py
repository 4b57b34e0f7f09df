"""What a text would mean if no alias were disabled."""

from dataclasses import replace

from chatops_cli.aliases.ahead import Ahead
from chatops_cli.aliases.outcome import Ambiguous, Matched
from chatops_cli.aliases.table import AliasTable, build_table
from chatops_cli.room.world import World

MOST = 3
"""Aliases that are named."""


class Disabled:
    """The disabled aliases of a world; their table is made when it is first asked."""

    def __init__(self, world: World) -> None:
        aliases = [each for each in world.catalog.aliases if not each.enabled]
        self._aliases = [replace(each, enabled=True) for each in aliases]
        self._is_strict = world.settings.is_strict
        self._known: tuple[AliasTable, Ahead] | None = None

    def refs(self, command: str) -> tuple[str, ...]:
        """Those that `command` means, or that begin as it does; a few of them."""
        if not self._aliases:
            return ()
        if self._known is None:
            table = build_table(
                self._aliases, strict=self._is_strict, settable=lambda _: frozenset(), plans=None
            )
            self._known = (table, Ahead(table))
        table, ahead = self._known
        match table.match(command.strip()):
            case Matched(alias=alias):
                return (alias.ref,)
            case Ambiguous(candidates=candidates):
                found = [each.alias.ref for each in candidates]
            case _:
                found = [each.entry.alias.ref for each in ahead.nexts(command)]
        return tuple(dict.fromkeys(found))[:MOST]
