"""Bytes masked as they arrive, in pieces of any size."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from chatops_cli.model.secret import MASK

if TYPE_CHECKING:
    from chatops_cli.execution.sought import Sought

WINDOW = 64 * 1024
"""Bytes that are searched at once; what a search finds is bounded by it."""

_MASK = MASK.encode("ascii")


class MaskedStream:
    """Masks bytes as they arrive: a secret may lie across any number of pieces.

    Bytes that may be the start of a secret are held until it is known; nothing else is. What is
    sought is asked for with each piece: an action may learn a secret while it runs.
    """

    def __init__(self, sought: "Callable[[], Sought]") -> None:
        self._sought = sought
        self._held = b""
        self._masked = 0
        """How many of the bytes held belong to a secret whose mask has been shown."""

    def feed(self, chunk: bytes, *, is_last: bool = False) -> bytes:
        """What can be shown so far; all that is left where nothing more arrives."""
        if not self._sought():
            return chunk
        shown = bytearray()
        for start in range(0, max(len(chunk), 1), WINDOW):
            data = self._held + chunk[start : start + WINDOW]
            shown += self._advance(data, is_last=is_last and start + WINDOW >= len(chunk))
        return bytes(shown)

    @property
    def held(self) -> bytes:
        """What is held back: it may be the start of a secret."""
        return self._held[self._masked :]

    def close(self) -> bytes:
        """The rest: nothing more arrives."""
        return self.feed(b"", is_last=True)

    def _advance(self, data: bytes, *, is_last: bool) -> bytes:
        spans = _united([(0, self._masked), *((s, e) for _, s, e in self._sought().find(data))])
        cut = len(data) if is_last else torn(data, self._sought())
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


def torn(data: bytes, needles: Iterable[bytes]) -> int:
    """Where the first needle starts that the end of the data may be the beginning of."""
    first = len(data)
    for needle in needles:
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
