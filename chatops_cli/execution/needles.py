"""The texts in which a secret value may appear: as it is, and in common encodings."""

from collections.abc import Iterable, Iterator

from chatops_cli.model.json import Json

SHORTEST = 4
"""Characters below which a value is too common a text to be looked for."""
SHORTEST_LINE = 8
"""The same for one line of a value that has several."""
SHORTEST_ENCODED = 8
"""The same for what base64 makes of a value inside a longer text."""
DEEPEST = 200
"""Levels of a value that are searched for secrets."""

_TRIVIAL = frozenset({"true", "false", "none", "null", "undefined", "default"})
"""Words that stand in every other output; masking them would hide the output, not the secret."""


def needles(values: Iterable[Json]) -> frozenset[bytes]:
    """All texts to mask by value, as UTF-8.

    Texts and numbers anywhere in the values count; what is short or a common word doesn't, it is
    masked by the schema only. Keys of objects are no secrets. The encodings are those of JSON,
    Python, URLs, HTML, a shell's quotes and base64, alone or inside a longer text.
    """
    found: set[bytes] = set()
    for text in {text for value in values for text in _texts(value, 0)}:
        found.update(_bytes(form) for form in _forms(text))
    return frozenset(found)


def _texts(value: Json, depth: int) -> Iterator[str]:
    if isinstance(value, bool) or value is None or depth > DEEPEST:
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float):
        yield str(value)
    else:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item, depth + 1)


def _forms(text: str) -> Iterator[str]:
    bare = text.strip()
    if not _is_telling(bare, SHORTEST):
        return
    yield bare
    yield from _encoded(bare)
    if bare != text:
        yield text
        yield from _encoded(text)
    name, _, value = bare.partition("=")
    if name.replace("-", "_").isidentifier() and _is_telling(value, SHORTEST_LINE):
        # A header or a variable with its value: the value goes its own way.
        yield value
        yield from _encoded(value)
    lines = bare.splitlines()
    if len(lines) > 1:
        yield "\r\n".join(lines)
        for line in map(str.strip, lines):
            # The first and last line of a key say nothing, and stand in every key.
            if _is_telling(line, SHORTEST_LINE) and not line.startswith("-----"):
                yield line
                yield from _encoded(line)


def _is_telling(text: str, shortest: int) -> bool:
    if len(text) < shortest or text.lower() in _TRIVIAL:
        return False
    return len(set(text)) > 1 or len(text) >= SHORTEST_LINE


def _encoded(text: str) -> Iterator[str]:
    import json
    import shlex
    from html import escape
    from urllib.parse import quote, quote_plus

    yield json.dumps(text)[1:-1]
    yield json.dumps(text, ensure_ascii=False)[1:-1]
    yield json.dumps(json.dumps(text)[1:-1])[1:-1]
    yield repr(text)[1:-1]
    yield shlex.quote(text)
    yield escape(text)
    yield escape(text, quote=False)
    raw = _bytes(text)
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield quoted
        yield _lower_hex(quoted)
    yield from _base64(raw)


def _lower_hex(quoted: str) -> str:
    """The same URL-quoted text, with small letters in its ``%2f``."""
    head, *rest = quoted.split("%")
    return "%".join([head, *(part[:2].lower() + part[2:] for part in rest)])


def _base64(raw: bytes) -> Iterator[str]:
    """What base64 makes of the bytes, whatever stands before and after them."""
    from base64 import b64encode, urlsafe_b64encode

    for encode in (b64encode, urlsafe_b64encode):
        yield encode(raw).decode("ascii").rstrip("=")
        for before in range(3):
            text = encode(b"\0" * before + raw).decode("ascii").rstrip("=")
            first = (before * 8 + 5) // 6
            last = (before + len(raw)) * 8 // 6
            if len(inner := text[first:last]) >= SHORTEST_ENCODED:
                yield inner


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
