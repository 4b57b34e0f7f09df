"""The literal words of formats, and how near a message's words come to them."""

import re
from collections.abc import Iterable, Sequence

from chatops_cli.aliases.characters import folded

READ = 200
"""Characters at the beginning of a message that are compared; a command says what it is there."""
SIMILAR = 66.0
"""Per cent of likeness from which a word may be meant for another."""
SHORT = 2
"""Letters of a word that means itself alone: `on` is no `honk`, `x` no `ex`."""
MOST = 12
"""Words of a message that are compared."""

_PLACEHOLDER = re.compile(r"\{\{[^}]*\}\}|\$?\{[^}]*\}|<[^>]*>")
_WORD = re.compile(r"[^\W_]\w*")


class Words:
    """Which formats hold which words; a format is known by its number."""

    def __init__(self, displays: Sequence[str]) -> None:
        self._formats: dict[str, list[int]] = {}
        self._first: list[str] = []
        self._letters: list[int] = []
        for number, display in enumerate(displays):
            words = dict.fromkeys(split(_PLACEHOLDER.sub(" ", display)))
            self._first.append(next(iter(words), ""))
            self._letters.append(sum(map(len, words)))
            for word in words:
                self._formats.setdefault(word, []).append(number)

    def scores(self, text: str) -> dict[int, float]:
        """How near `text` comes to each format, in per cent; those with no word of it are left out.

        It is the share of the format's words that the message holds, or three quarters of the
        share of the message's words that the format holds, whichever is more: the start of a
        command is near it. Words that are misspelt count for less; a fifth is given for the first
        word alone.
        """
        said = split(text[:READ])[:MOST]
        alike = self._alike(said)
        letters: dict[int, float] = {}
        for word, likeness in alike.items():
            for number in self._formats[word]:
                letters[number] = letters.get(number, 0.0) + likeness * len(word)
        first = set(self._alike(said[:1]))
        typed = sum(map(len, said))
        return {
            number: 0.8 * min(100.0, max(found / self._letters[number], 0.75 * found / typed))
            + 20.0 * (self._first[number] in first)
            for number, found in letters.items()
        }

    def _alike(self, said: Iterable[str]) -> dict[str, float]:
        """Each word of a format that one of those said may mean, and how surely (per cent)."""
        from rapidfuzz import fuzz, process

        vocabulary = list(self._formats)
        alike: dict[str, float] = {}
        for word in dict.fromkeys(said):
            for meant, likeness, _ in process.extract(
                word,
                vocabulary,
                scorer=fuzz.ratio,
                score_cutoff=SIMILAR if len(word) > SHORT else 100.0,
                limit=None,
            ):
                # Half alike is not alike at all: `get` is hardly a `greet`.
                alike[meant] = max(alike.get(meant, 0.0), 2 * likeness - 100)
        return alike


def split(text: str) -> list[str]:
    """The words of `text` in folded form."""
    return _WORD.findall(folded(text))
