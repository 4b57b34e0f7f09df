"""What rehearsals know of packs, read once for all that have the same."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from chatops_cli.room.opening import open_world
from chatops_cli.room.world import World
from chatops_cli.settings.values import Settings


class Worlds:
    """Worlds by what they are made of. The cache is that of the site, as it is for all commands."""

    def __init__(self) -> None:
        self._known: dict[str, World] = {}

    def world(self, settings: Settings, home: Path, enabled: Iterable[str] = ()) -> World:
        """The world of these settings; `home` is the state folder with the cache.

        Aliases whose refs are `enabled` are, whatever their files say.
        """
        refs = frozenset(enabled)
        opened = sorted(settings.open_parameters.items())
        key = repr((settings.roots, settings.is_strict, opened, sorted(refs)))
        if key not in self._known:
            self._known[key] = open_world(replace(settings, home=home), enabled=refs)
        return self._known[key]
