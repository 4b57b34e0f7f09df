"""Untrusted text made safe to print: it can't drive the terminal, nor hide what it says."""

import re

# Texts, not compiled: most of what is printed needs none of them, and start-up is counted.
_SEQUENCE = (
    # A control sequence: colours, cursor, screen.
    r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]"
    # A command string: window title, clipboard, hyperlinks, device control.
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x18\x1a\x1b\x9c]*+(?:\x07|\x1b\\|\x9c)"
    # Any other escape; of an unfinished one what follows stays, to be seen.
    r"|\x1b[ -/]*+[0-~]"
)
_LINE_END = "\r\n|[\r\x0b\x0c\x85\u2028\u2029]"
_CONTROL = "[\x00-\x08\x0e-\x1f\x7f-\x9f]"
_HIDDEN = "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_SURROGATE = "[\ud800-\udfff]"

_ASCII = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u2022\u00b7\u25cf", "*"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2009\u202f", " "),
        "\u2026": "...",
        "\u2190": "<-",
        "\u2192": "->",
        "\u2713": "ok",
        "\u2714": "ok",
        "\u2717": "x",
        "\u2718": "x",
        "\u00d7": "x",
        "\u00b5": "u",
        "\u03bc": "u",
        "\u00df": "ss",
        "\u200b": "",
        "\u200d": "",
        "\ufe0f": "",
    }
)


def clean(text: str) -> str:
    """The text without anything that a terminal obeys but line ends and tabs.

    Escape sequences are taken out whole, other control characters singly. What only reorders or
    hides text (bidirectional overrides) is shown as ``<U+202E>``. A carriage return ends a line,
    so that nothing is written over.
    """
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    text = re.sub(_SEQUENCE, "", text)
    text = re.sub(_LINE_END, "\n", text)
    text = re.sub(_CONTROL, "", text)
    text = re.sub(_HIDDEN, lambda found: f"<U+{ord(found[0]):04X}>", text)
    return re.sub(_SURROGATE, "\ufffd", text)


def to_ascii(text: str) -> str:
    """The text for an output that knows ASCII only: accents are dropped, the rest is ``?``."""
    if text.isascii():
        return text
    from unicodedata import combining, normalize

    folded = normalize("NFKD", text.translate(_ASCII))
    return "".join(
        character if character.isascii() else "?"
        for character in folded
        if not combining(character)
    )
