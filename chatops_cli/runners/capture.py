"""The output of a process, bounded in memory: its first part and its last part."""

import codecs

LONGEST_REST = 3
"""Bytes of the longest character in UTF-8 without its first one."""

INNER_BYTES = bytes(range(0x80, 0xC0))
"""Bytes that only stand inside of a character."""


class Capture:
    """Keeps the first `limit` bytes and the last `limit` bytes that it is fed.

    Memory is at most three times `limit`, whatever is fed and in whichever pieces.
    """

    __slots__ = ("_head", "_limit", "_tail", "total")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._head = bytearray()
        self._tail = bytearray()
        self.total = 0
        """Bytes fed so far."""

    def feed(self, chunk: bytes) -> None:
        self.total += len(chunk)
        room = self._limit - len(self._head)
        if room > 0:
            self._head += chunk[:room]
            chunk = chunk[room:]
        if chunk:
            self._tail += chunk[-self._limit :] if self._limit else b""
            # Cut at twice the limit, not at each chunk: one move of memory per `limit` bytes.
            if len(self._tail) > 2 * self._limit:
                del self._tail[: -self._limit]

    @property
    def is_whole(self) -> bool:
        """Whether nothing was dropped."""
        return self.total <= 2 * self._limit

    @property
    def content(self) -> bytes:
        """All that was fed. It is what the process wrote only where `is_whole`."""
        return bytes(self._head + self._tail)

    def text(self) -> str:
        """The output as text; at the cut stands a line that says how many bytes are missing.

        What isn't UTF-8 becomes U+FFFD.
        """
        if self.is_whole:
            return self.content.decode(errors="replace")
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        head = decoder.decode(bytes(self._head))
        torn = len(decoder.getstate()[0])  # of a character that goes on behind the cut
        tail = bytes(self._tail[len(self._tail) - self._limit :])
        tail = tail[:LONGEST_REST].lstrip(INNER_BYTES) + tail[LONGEST_REST:]
        dropped = self.total - (len(self._head) - torn) - len(tail)
        return f"{head}\n[… {dropped} bytes dropped here …]\n{tail.decode(errors='replace')}"
