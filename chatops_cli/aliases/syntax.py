"""RE2's notation: characters and sets of them, written so that nothing is read into them."""

from functools import cache

from chatops_cli.aliases.characters import LAST, SPACE, Ranges, complement

MARKERS = ("\x0e-\x17", "\ufdd0-\ufdd9", "\ufdda-\ufde3", "\U000f0000-\U000f0009")
"""Runs of ten code points that no one types; `markers` takes one that the message lacks."""
MARKER_PLACE = "\ue100"
"""Stands in a pattern for the run of markers that is chosen at the time of matching."""
SPACE_PLACE = "\ue103"
"""Stands in a pattern for one white-space character, which is long to write and in all of them."""


def char(code: int) -> str:
    """One character, also in a class; escaped unless it is a plain letter, digit or symbol."""
    character = chr(code)
    if character.isalnum() if code < 0x80 else character.isprintable():  # noqa: PLR2004  # ASCII
        return character
    return f"\\x{{{code:x}}}"


@cache
def char_class(ranges: Ranges, *, unmarked: bool = False) -> str:
    """One character of the set; `unmarked`: unless it is a marker."""
    if ranges == SPACE:
        return SPACE_PLACE
    if unmarked and _has_marker(ranges):
        return f"[^{_members(complement(ranges))}{MARKER_PLACE}]"
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return char(ranges[0][0])
    if not ranges:
        return f"[^{_members(((0, LAST),))}]"
    if ranges[-1][1] == LAST:
        rest = complement(ranges)
        return f"[^{_members(rest)}]" if rest else "(?s:.)"
    return f"[{_members(ranges)}]"


def expanded(pattern: str) -> str:
    """The pattern with white space written out: what RE2 reads."""
    return pattern.replace(SPACE_PLACE, f"[{_members(SPACE)}]")


def _members(ranges: Ranges) -> str:
    return "".join(
        char(low) if low == high else f"{char(low)}-{char(high)}" for low, high in ranges
    )


def _has_marker(ranges: Ranges) -> bool:
    return any(
        low <= ord(run[-1]) and high >= ord(run[0]) for low, high in ranges for run in MARKERS
    )
