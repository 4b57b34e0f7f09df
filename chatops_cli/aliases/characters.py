r"""Sets of characters as Python's ``re`` has them, and their plain and folded forms.

A set is a sorted tuple of inclusive ranges of code points. RE2's own ``\s``, ``\w``, ``\d`` and
its case folding differ from Python's outside ASCII, so sets are always written out.
"""

import re
from functools import cache
from types import MappingProxyType
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
ANY: Ranges = ((0, LAST),)
NOT_NEWLINE: Ranges = ((0, 9), (11, LAST))
SPACE: Ranges = (
    (0x09, 0x0D),
    (0x1C, 0x20),
    (0x85, 0x85),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
"""What ``str.isspace`` and ``\\s`` hold for; a test compares them."""

CASED_END = 0x20000
"""No character from here on has another case; a test looks at each."""
WORD_END = 0x40000
"""No character from here on is a letter or a digit; a test looks at each."""

QUOTES = "'\""
_FAMILIES = (
    "'\u2018\u2019\u201a\u201b\u2032\u02bc",
    '"\u201c\u201d\u201e\u201f\u2033',
    "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212",
)
TYPOGRAPHIC = MappingProxyType({form: family for family in _FAMILIES for form in family})
"""A quote or dash to all its forms: what a chat client or a phone writes in its stead."""
LONG_DASHES = "\u2013\u2014"
"""What clients make of two hyphens."""

# Characters outside ASCII that Python's `re` takes for an ASCII letter when case is ignored.
_ASCII_FRIENDS = MappingProxyType({"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"})
# What `lower(upper(c))` does not bring together, since one of the two is several characters.
_FOLD_EXCEPTIONS = {
    0x130: "i",
    0x1FD3: "\u0390",
    0x1FE3: "\u03b0",
    0xFB05: "\ufb06",
}


def normalised(ranges: list[tuple[int, int]]) -> Ranges:
    """The same set with its ranges sorted, merged where they touch."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """All that a normalised set does not hold."""
    gaps = []
    start = 0
    for low, high in ranges:
        if low > start:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        gaps.append((start, LAST))
    return tuple(gaps)


def of(text: str) -> Ranges:
    """The set of the characters of `text`."""
    return normalised([(ord(c), ord(c)) for c in text])


@cache
def category(name: str) -> Ranges:
    """The set of the class that a backslash and `name` (d, w, s) stand for, as Python has it."""
    if name == "s":
        return SPACE
    found = re.finditer(f"\\{name}+", "".join(map(chr, range(WORD_END))))
    return tuple((m.start(), m.end() - 1) for m in found)


@cache
def variants(character: str) -> str:
    """All that `character` equals for ``re.IGNORECASE``, itself among them, in code order."""
    if character.isascii():
        if not character.isalpha():
            return character
        low = character.lower()
        return low.upper() + low + _ASCII_FRIENDS.get(low, "")
    found = re.findall(re.escape(character), _cased(), re.IGNORECASE)
    return "".join(sorted({character, *found}))


def case_closed(ranges: Ranges) -> Ranges:
    """The set that ``re.IGNORECASE`` makes of a class with these members."""
    members = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)
    found = re.findall(f"[{members}]", _cased(), re.IGNORECASE)
    return normalised([*ranges, *((ord(c), ord(c)) for c in found)])


@cache
def _cased() -> str:
    every = map(chr, range(CASED_END))
    return "".join(c for c in every if c != c.lower() or c != c.upper() or c != c.title())


class _FoldTable(dict[int, str]):
    """One form for each set of characters that are equal but for case, found when asked for."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        forms = (_FOLD_EXCEPTIONS.get(code, ""), character.upper().lower(), character.lower())
        self[code] = next((form for form in forms if len(form) == 1), character)
        return self[code]


@cache
def _fold_table() -> _FoldTable:
    return _FoldTable()


def folded(text: str) -> str:
    """`text` with each character in one form for all its `variants`; as long as before.

    Two characters that are equal without regard to case have the same form; the reverse is not
    promised, so this serves to rule matches out, never to find them.
    """
    return text.lower() if text.isascii() else text.translate(_fold_table())
