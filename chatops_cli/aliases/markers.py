r"""Marks in a message what stands beside each place, for what RE2 cannot look at.

StackStorm's placeholders look at the character before and after a value (is it a quote?), and
Python's ``\b`` knows the letters of all languages; RE2 does neither. So a message is written with
markers at the places in question, and a pattern reads a marker where it would have looked. A place
holds, in this order, and each only where it is true::

    edges, the next character is a quote, edges, the last character was a quote, edges

Only a value's end looks ahead and only a value's start looks behind, a value is never empty, and so
at one place at most one look ahead is followed by at most one look behind. Edges (``\b``, ``^`` of
a line ...) may come anywhere between, so they are repeated as often as the pattern has any.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.aliases.places import Place
from chatops_cli.aliases.syntax import MARKER_PLACE, MARKERS

SKIP = "\ue101"
"""In a pattern: all markers that are left at this place."""
TO = "\ue102"
"""In a pattern: as few markers as it takes to reach the one that follows."""
AHEAD = MappingProxyType({"'": "\ue110", '"': "\ue111"})
"""In a pattern: the next character is this quote."""
BEHIND = MappingProxyType({"'": "\ue112", '"': "\ue113"})
"""In a pattern: the last character was this quote."""
EDGES: Mapping[Place, str] = MappingProxyType(
    {
        Place.BOUNDARY: "\ue114",
        Place.NOT_BOUNDARY: "\ue115",
        Place.LINE_START: "\ue116",
        Place.LINE_END: "\ue117",
        Place.START: "\ue118",
        Place.END: "\ue119",
    }
)
_PLACEHOLDERS = (*AHEAD.values(), *BEHIND.values(), *EDGES.values())
_SEARCHES = MappingProxyType({place: re.compile(place.value) for place in EDGES})


def choose(text: str) -> str | None:
    """A run of markers (``first-last``) that `text` has none of, or None."""
    for run in MARKERS:
        if not re.search(f"[{run}]", text):
            return run
    return None


def settle(pattern: str, run: str) -> str:
    """The pattern for RE2, with the markers of `run` in the place of the placeholders."""
    table: dict[int, str] = {
        ord(placeholder): chr(ord(run[0]) + i) for i, placeholder in enumerate(_PLACEHOLDERS)
    }
    table[ord(MARKER_PLACE)] = run
    table[ord(SKIP)] = f"[{run}]*"
    table[ord(TO)] = f"[{run}]*?"
    return pattern.translate(table)


def mark(text: str, run: str, places: frozenset[Place], copies: int) -> str:
    """`text` with markers.

    Args:
        text: What is to be matched; it holds none of `run`.
        run: As `choose` gave it.
        places: The edges that the pattern asks for.
        copies: How often it may ask at one place.
    """
    first = ord(run[0])
    ahead = {quote: chr(first + i) for i, quote in enumerate(AHEAD)}
    behind = {quote: chr(first + len(AHEAD) + i) for i, quote in enumerate(BEHIND)}
    if places:
        edges = _edges(text, first + len(AHEAD) + len(BEHIND), places, copies)
        return _with_edges(text, ahead, behind, edges)
    for quote in AHEAD:
        text = text.replace(quote, f"{ahead[quote]}{quote}{behind[quote]}")
    for last in behind.values():
        for following in ahead.values():
            text = text.replace(last + following, following + last)
    return text


def _with_edges(
    text: str, ahead: Mapping[str, str], behind: Mapping[str, str], edges: Mapping[int, str]
) -> str:
    pieces = []
    for i in range(len(text) + 1):
        looked_at = ahead.get(text[i : i + 1], ""), behind.get(text[i - 1 : i], "")
        edge = edges.get(i, "")
        pieces.append(f"{edge}{looked_at[0]}{edge}{looked_at[1]}{edge}" if any(looked_at) else edge)
        pieces.append(text[i : i + 1])
    return "".join(pieces)


def _edges(text: str, first: int, places: frozenset[Place], copies: int) -> dict[int, str]:
    edges: dict[int, str] = {}
    for i, place in enumerate(EDGES):
        if place in places:
            for found in _SEARCHES[place].finditer(text):
                edges[found.start()] = edges.get(found.start(), "") + chr(first + i)
    return {at: block * copies for at, block in edges.items()}


def unmark(data: bytes, run: str) -> str:
    """The text in `data` without the markers of `run`."""
    if run.isascii():
        return data.translate(None, bytes(range(ord(run[0]), ord(run[-1]) + 1))).decode()
    return data.decode().translate(dict.fromkeys(range(ord(run[0]), ord(run[-1]) + 1)))


def place_start(data: bytes, at: int, run: str) -> int:
    """The byte where the markers of the place at byte `at` begin."""
    first, last = run[0].encode(), run[-1].encode()
    while at and first <= data[at - len(first) : at] <= last:
        at -= len(first)
    return at


def place_end(data: bytes, at: int, run: str) -> int:
    """The byte where the markers of the place at byte `at` end."""
    first, last = run[0].encode(), run[-1].encode()
    while first <= data[at : at + len(first)] <= last:
        at += len(first)
    return at
