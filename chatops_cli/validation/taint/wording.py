"""Typed values and their ways in words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chatops_cli.validation.taint.reach import Reach
    from chatops_cli.validation.taint.typed import Typed


def way_of(reach: "Reach") -> str:
    """The way with its places, behind what is said; empty where there is none."""
    return f": {' → '.join(map(str, reach.steps))}" if reach.steps else ""


def grouped(found: "Iterable[Typed]") -> "Iterator[tuple[Typed, str]]":
    """Each value with its name; those of an alias that are given by name=value together."""
    pairs: dict[str, list[Typed]] = {}
    for typed in found:
        if typed.is_pair:
            pairs.setdefault(typed.alias.ref, []).append(typed)
        else:
            yield typed, typed.name
    for several in pairs.values():
        yield several[0], ", ".join(f"{each.name}=" for each in several)
