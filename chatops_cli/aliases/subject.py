"""What programs are run on: a message with its pairs cut off and a space at either end."""

from functools import cached_property

from chatops_cli.aliases import markers
from chatops_cli.aliases.places import Place

_LEAD = 0b1100_0000
_CONTINUED = 0b1000_0000


class Subject:
    """One text to be matched, in the forms that programs need, each made once.

    Source: StackStorm, which puts the two spaces there.
    """

    def __init__(self, text: str) -> None:
        self.text = f" {text} "
        self.data = self.text.encode()
        self.is_ascii = len(self.data) == len(self.text)
        self.has_quotes = "'" in text or '"' in text
        self._marked: dict[tuple[str, ...], Marked] = {}

    @cached_property
    def is_blank(self) -> bool:
        """Whether there is nothing but white space."""
        return not self.text.strip()

    def plain(self, start: int, end: int) -> str:
        """The text between two bytes."""
        return self.data[start:end].decode()

    def place_start(self, at: int) -> int:
        """The byte `at`: there are no markers."""
        return at

    def after(self, at: int) -> int:
        """The byte after the character at byte `at`."""
        return _next(self.data, at)

    def marked(self, edges: tuple[str, ...]) -> "Marked":
        """The text with markers, for a program with these edges."""
        if edges not in self._marked:
            self._marked[edges] = Marked(self.text, edges)
        return self._marked[edges]


class MarkerError(Exception):
    """The message holds so many control characters that none is left for a marker."""


class Marked:
    """A text with markers: `run` names them, as in `markers.choose`."""

    def __init__(self, text: str, edges: tuple[str, ...]) -> None:
        run = markers.choose(text)
        if run is None:
            raise MarkerError
        places = frozenset(Place(edge) for edge in edges)
        self.run = run
        self.data = markers.mark(text, run, places, len(edges)).encode()

    def plain(self, start: int, end: int) -> str:
        """The text between two bytes, without markers."""
        return markers.unmark(self.data[start:end], self.run)

    def place_start(self, at: int) -> int:
        """The byte where the markers of the place at byte `at` begin."""
        return markers.place_start(self.data, at, self.run)

    def after(self, at: int) -> int:
        """The byte after the character at byte `at`, and after the markers before it."""
        return _next(self.data, markers.place_end(self.data, at, self.run))


def _next(data: bytes, at: int) -> int:
    at += 1
    while at < len(data) and data[at] & _LEAD == _CONTINUED:
        at += 1
    return at
