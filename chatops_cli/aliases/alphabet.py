"""All characters in a few classes: those of a class are in the same ones of the sets at hand."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise

from chatops_cli.aliases.characters import LAST, SPACE, Ranges

_SURROGATES: Ranges = ((0xD800, 0xDFFF),)
"""No message holds any."""
_LIKED = "xabcdefghijklmnopqrstuvwyzXABCDEFGHIJKLMNOPQRSTUVWYZ0123456789 -_.,:;/!?()[]+*&%$#@"
"""What an example is made of if it can be, the best first. Other characters mean something."""


class Alphabet:
    """Made for some sets. A set of classes is a number, a bit for each class."""

    def __init__(self, sets: Iterable[Ranges]) -> None:
        wanted = tuple(dict.fromkeys((*sets, SPACE, _SURROGATES)))
        toggles: dict[int, int] = {0: 0, LAST + 1: 0}
        for number, ranges in enumerate(wanted):
            for low, high in ranges:
                toggles[low] = toggles.get(low, 0) ^ (1 << number)
                toggles[high + 1] = toggles.get(high + 1, 0) ^ (1 << number)
        self._starts = sorted(toggles)
        self._classes: list[int] = []
        self._members: list[list[tuple[int, int]]] = []
        numbers: dict[int, int] = {}
        inside = 0
        for low, above in pairwise(self._starts):
            inside ^= toggles[low]
            found = numbers.setdefault(inside, len(numbers))
            if found == len(self._members):
                self._members.append([])
            self._members[found].append((low, above - 1))
            self._classes.append(found)
        self._masks = {
            ranges: sum(1 << n for inside, n in numbers.items() if inside >> i & 1)
            for i, ranges in enumerate(wanted)
        }
        self.all = (1 << len(numbers)) - 1 & ~self._masks[_SURROGATES]
        self.space = self._class_of(" ")
        self.visible = self.all & ~self._masks[SPACE]

    def classes(self, ranges: Ranges) -> int:
        """The classes of one of the sets that it was made for."""
        return self._masks[ranges] & self.all

    def character(self, classes: int, written: str) -> str:
        """A readable character of one of some classes, out of `written` if it can be."""
        for character in written + _LIKED:
            if classes & self._class_of(character):
                return character
        lowest = (classes & -classes).bit_length() - 1
        return _printable(self._members[lowest])

    def _class_of(self, character: str) -> int:
        return 1 << self._classes[bisect_right(self._starts, ord(character)) - 1]


def _printable(ranges: Iterable[tuple[int, int]]) -> str:
    """The first character that can be seen among the first of each range, or just the first."""
    firsts = [chr(low + i) for low, high in ranges for i in range(min(high - low + 1, 16))]
    return next((character for character in firsts if character.isprintable()), firsts[0])
