"""Messages that make backtracking matchers hang, of any length."""

from collections.abc import Mapping

UNITS: Mapping[str, str] = {
    "spaces": " ",
    "line breaks": "\n",
    "indented lines": "\n      ",
    "words": "w x ",
    "quoted pairs": ' k="v"',
    "links": " http://h/?a=1&b=2&c=3",
    "double equals": " a=b=c",
    "double quotes": '"',
    "single quotes": "'",
    "words after quotes": ' "x',
    "mixed quotes": "'\" ",
    "quotes never closed": ' a="b c',
    "braces never closed": " a={",
    "braces": "{",
    "braces and pairs": " a={b}x",
    "almost matches": " in at on for",
    "letters beyond ASCII": "é'",
    "control characters": "\x01\x0e",
}

FORMATS = (
    "create {{a}} {{b}} {{c}} {{d}} please",
    "run {{a}}( on {{b}})?( in {{c}})?( for {{d}})? now",
    "make {{a=1}} {{b=2}} {{c=3}} {{d=4}} please",
    "find {{x}}.*in.*{{y}}.*at.*{{z}} ok",
)
"""Those that issue trackers and pack authors know to be slow; each with its `HEADS` and `TAILS`."""
HEADS = ("create ", "run ", "make ", "find ")
TAILS = (" please", " now", " please", " ok")


def message(unit: str, size: int, head: str = "", tail: str = "") -> str:
    """About `size` bytes: `head`, as many of `unit` as fit, `tail`."""
    room = size - len((head + tail).encode())
    return head + unit * (room // len(unit.encode())) + tail
