"""Which formats a message can match at all: those whose rarest literal is in it."""

from collections.abc import Mapping, Sequence

SCANS = 4
"""So many short messages are searched for one literal after the other; then an automaton pays."""
SHORT = 400
"""Characters; a longer message gets the automaton at once."""


class Index:
    """Literals in folded form, and the numbers of the formats that each stands for."""

    def __init__(self, literals: Mapping[str, Sequence[int]], always: Sequence[int]) -> None:
        self._literals = tuple(literals)
        self._numbers = tuple(tuple(numbers) for numbers in literals.values())
        self._always = tuple(always)
        self._automaton: _Automaton | None = None
        self._scans = 0

    def candidates(self, text: str) -> Sequence[int]:
        """The numbers of all formats that may match, in order.

        Args:
            text: The message in folded form.
        """
        seen = self._seen(text)
        if len(seen) <= 1 and not self._always:
            return self._numbers[seen.pop()] if seen else ()
        found = set(self._always)
        for position in seen:
            found.update(self._numbers[position])
        return sorted(found)

    def _seen(self, text: str) -> set[int]:
        if self._automaton is None:
            if self._scans < SCANS and len(text) <= SHORT:
                self._scans += 1
                return {i for i, literal in enumerate(self._literals) if literal in text}
            self._automaton = _Automaton(self._literals)
        return self._automaton.seen(text)


class _Automaton:
    """Aho-Corasick: one pass over the text, whatever the number of literals."""

    def __init__(self, literals: Sequence[str]) -> None:
        import ahocorasick_rs

        self._find = ahocorasick_rs.AhoCorasick(
            list(literals), store_patterns=False
        ).find_matches_as_indexes

    def seen(self, text: str) -> set[int]:
        return {i for i, _, _ in self._find(text, overlapping=True)}
