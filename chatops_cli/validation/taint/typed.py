"""What people may type for an alias, and where it gets to."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.model.alias import Alias
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place
from chatops_cli.room.world_opening import settable_of
from chatops_cli.validation.taint.reach import Reach
from chatops_cli.validation.taint.tracing import Tracing, first_of_each

if TYPE_CHECKING:
    from chatops_cli.validation.content import Content


@frozen
class Typed:
    """A parameter that people type; `is_pair`: as ``name=value`` behind a message.

    `place` is the first representation that takes it.
    """

    alias: Alias
    name: str
    place: Place
    is_pair: bool
    reach: Reach


def typed_values(content: "Content") -> Iterator[Typed]:
    """All of the aliases that are asked about, by alias; of each goal the worst way."""
    tracing = Tracing(content.world.catalog)
    for alias in content.aliases:
        for name, place, is_pair in _names(content, alias):
            reaches = tracing.reaches(alias.action_ref, name, alias.immutable_parameters)
            for reach in first_of_each(reaches):
                yield Typed(alias=alias, name=name, place=place, is_pair=is_pair, reach=reach)


def _names(content: "Content", alias: Alias) -> Iterator[tuple[str, Place, bool]]:
    formats = content.formats_of(alias)
    if not formats:
        return
    told: set[str] = set()
    for one in formats:
        for name in one.form.names:
            if name not in told:
                told.add(name)
                yield name, one.representation.place, False
    settable = settable_of(alias, content.world.catalog, content.world.settings)
    for name in sorted(settable - told):
        yield name, formats[0].representation.place, True
