"""A line of the protocol: read with its tags, and written so that it is one line."""

from collections.abc import Mapping
from dataclasses import field

from chatops_cli.model.frozen import frozen

LONGEST = 510
"""Bytes of a line without its end. Source: RFC 2812, 2.3."""
_ESCAPES = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}
_FOLD = str.maketrans("[]\\~", "{}|^")


@frozen
class Line:
    """What a server says: tags, who says it, the command or number, and parameters."""

    command: str
    params: tuple[str, ...] = ()
    source: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def nick(self) -> str:
        """The nickname of who says it."""
        return self.source.partition("!")[0]

    def param(self, number: int) -> str:
        """A parameter, empty where there are fewer."""
        return self.params[number] if number < len(self.params) else ""


def read_line(data: bytes) -> Line | None:
    """The line in these bytes; None where there is none. What isn't UTF-8 is marked."""
    text = data.decode("utf-8", "replace").rstrip("\r\n")
    tags: dict[str, str] = {}
    if text.startswith("@"):
        raw, _, text = text[1:].partition(" ")
        tags = {name: _unescaped(value) for name, _, value in map(_parted, raw.split(";"))}
    text, source = text.lstrip(" "), ""
    if text.startswith(":"):
        source, _, text = text[1:].partition(" ")
    head, colon, last = text.lstrip(" ").partition(" :")
    words = head.split()
    if not words:
        return None
    params = (*words[1:], last) if colon else tuple(words[1:])
    return Line(command=words[0].upper(), params=params, source=source, tags=tags)


def write_line(*words: str, text: str | None = None) -> bytes:
    """A line of these words, and a text of one line at its end.

    Raises:
        ValueError: A word would begin another word, or another line.
    """
    if any(not word or word[0] == ":" or set(word) & set(" \r\n\0") for word in words):
        raise ValueError("a word of a line of IRC is empty, begins with ':' or has white space")
    line = " ".join(words)
    if text is not None:
        line = f"{line} :{_flat(text)}"
    return line.encode("utf-8", "replace") + b"\r\n"


def folded(name: str) -> str:
    """A nickname or room for comparing. Source: ``CASEMAPPING=rfc1459``."""
    return name.translate(_FOLD).lower()


def _flat(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ").replace("\0", "")


def _parted(tag: str) -> tuple[str, str, str]:
    return tag.partition("=")


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    out, rest = [], iter(value)
    for sign in rest:
        if sign != "\\":
            out.append(sign)
            continue
        following = next(rest, "")
        out.append(_ESCAPES.get(following, following))
    return "".join(out)
