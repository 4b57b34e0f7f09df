"""Secrets masked by value, in text, in JSON and in output that arrives in pieces.

Where masking happens: the engine and the runners handle values as they are. Every sink masks with
the `Masker` of the prepared execution what it is about to show or write: the room its replies, the
records the audit log and the history, the command line its output, the log its messages. Parameters
are masked by schema first (`secrecy`), then by value. A template that takes a secret apart (its
first characters, its letters reversed) writes what no mask can know; so results are masked before
they are rendered, and the rendered text once more.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from chatops_cli.execution.needles import DEEPEST, needles
from chatops_cli.execution.secrecy import MASK, masked_object
from chatops_cli.model.json import Json, JsonObject

WINDOW = 64 * 1024
"""Bytes that are searched at once; what a search finds is bounded by it."""

_MASK = MASK.encode("ascii")


class _Automaton(Protocol):
    def find_matches_as_indexes(
        self, haystack: bytes, overlapping: bool = ...
    ) -> list[tuple[int, int, int]]: ...


class Masker:
    """Puts `MASK` in place of secret values, in one pass over the text, however many there are.

    Args:
        values: The secret values: each text and number in them, and its usual encodings.
        schemas: The schema of each parameter with something secret in it, for `parameters`.

    What is shorter than four characters, or a word like ``true``, is masked by schema only.
    """

    def __init__(
        self, values: Iterable[Json] = (), schemas: Mapping[str, JsonObject] | None = None
    ) -> None:
        self._needles = needles(values)
        self._schemas = schemas or {}
        self._automaton: _Automaton | None = None

    def __repr__(self) -> str:
        return f"Masker({len(self._needles)} needles)"

    def text(self, text: str) -> str:
        """The text without secrets."""
        if not self._needles:
            return text
        raw = text.encode("utf-8", "surrogatepass")
        return self.stream().feed(raw, is_last=True).decode("utf-8", "surrogatepass")

    def json(self, value: Json) -> Json:
        """The value without secrets: in its texts, its keys, and the numbers that are one.

        What nests deeper than `needles.DEEPEST` levels is masked as a whole.
        """
        return self._json(value, 0) if self._needles else value

    def parameters(self, values: JsonObject) -> dict[str, Json]:
        """Parameters by name: masked by schema, then by value."""
        return {
            name: self.json(value) for name, value in masked_object(values, self._schemas).items()
        }

    def exception(self, error: BaseException) -> str:
        """The error's traceback as text, without secrets."""
        import traceback

        return self.text("".join(traceback.format_exception(error)))

    def stream(self) -> "MaskedStream":
        """What masks output that arrives in pieces; one for each stream."""
        return MaskedStream(self._needles, self._find)

    def _json(self, value: Json, depth: int) -> Json:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bool) or value is None:
            return value
        if isinstance(value, int | float):
            return value if self.text(str(value)) == str(value) else MASK
        if depth > DEEPEST:
            return MASK
        if isinstance(value, list):
            return [self._json(item, depth + 1) for item in value]
        result: dict[str, Json] = {}
        for key, item in value.items():
            result[_unused(self.text(key), result)] = self._json(item, depth + 1)
        return result

    def _find(self, data: bytes) -> list[tuple[int, int, int]]:
        if self._automaton is None:
            from ahocorasick_rs import BytesAhoCorasick

            self._automaton = BytesAhoCorasick(self._needles)
        return self._automaton.find_matches_as_indexes(data, overlapping=True)


class MaskedStream:
    """Masks bytes as they arrive: a secret may lie across any number of pieces.

    Bytes that may be the start of a secret are held until it is known; nothing else is.
    """

    def __init__(
        self,
        sought: frozenset[bytes],
        find: Callable[[bytes], list[tuple[int, int, int]]],
    ) -> None:
        self._needles = sought
        self._find = find
        self._held = b""
        self._masked = 0
        """How many of the bytes held belong to a secret whose mask has been shown."""

    def feed(self, chunk: bytes, *, is_last: bool = False) -> bytes:
        """What can be shown so far; all that is left where nothing more arrives."""
        if not self._needles:
            return chunk
        shown = bytearray()
        for start in range(0, max(len(chunk), 1), WINDOW):
            data = self._held + chunk[start : start + WINDOW]
            shown += self._advance(data, is_last=is_last and start + WINDOW >= len(chunk))
        return bytes(shown)

    def close(self) -> bytes:
        """The rest: nothing more arrives."""
        return self.feed(b"", is_last=True)

    def _advance(self, data: bytes, *, is_last: bool) -> bytes:
        spans = _united([(0, self._masked), *((s, e) for _, s, e in self._find(data))])
        cut = len(data) if is_last else self._beginning(data)
        shown, place = bytearray(), 0
        for start, end in spans:
            if start >= cut:
                break
            shown += data[place:start]
            # The mask of the first span has been shown where the span began in an earlier piece.
            if start > 0 or self._masked == 0:
                shown += _MASK
            place = end
        shown += data[place:cut]
        self._held = data[cut:]
        self._masked = max(0, place - cut, self._masked - cut)
        return bytes(shown)

    def _beginning(self, data: bytes) -> int:
        """Where the first secret starts that the end of the data may be the beginning of."""
        first = len(data)
        for needle in self._needles:
            place = max(0, len(data) - len(needle) + 1)
            while (place := data.find(needle[:1], place, first)) >= 0:
                if needle.startswith(data[place:]):
                    first = place
                    break
                place += 1
        return first


def _united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those that overlap as one. Spans that only touch stay two."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if start == end:
            continue
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _unused(key: str, taken: Mapping[str, Json]) -> str:
    """The key, or the key with a number where two keys have become the same mask."""
    number, result = 2, key
    while result in taken:
        result = f"{key} ({number})"
        number += 1
    return result
