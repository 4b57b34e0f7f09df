"""The texts that are sought, to be masked: many may share them, and there may be thousands.

They are kept in layers, each with an automaton of its own, as a workflow may learn a secret with
each of its parts: one automaton for all would be built anew each time.
"""

import threading
from collections.abc import Iterable, Iterator
from typing import Protocol


class _Automaton(Protocol):
    def find_matches_as_indexes(
        self, haystack: bytes, overlapping: bool = ...
    ) -> list[tuple[int, int, int]]: ...


class _Layer:
    """Texts that never change, and what finds them, which is built when it is needed."""

    __slots__ = ("automaton", "texts")

    def __init__(self, texts: frozenset[bytes]) -> None:
        self.texts = texts
        self.automaton: _Automaton | None = None

    def find(self, data: bytes) -> list[tuple[int, int, int]]:
        if self.automaton is None:
            from ahocorasick_rs import BytesAhoCorasick

            self.automaton = BytesAhoCorasick(self.texts)
        return self.automaton.find_matches_as_indexes(data, overlapping=True)


class Sought:
    """A set of texts that only grows. Threads may share it."""

    def __init__(self, texts: Iterable[bytes] = ()) -> None:
        self._layers: tuple[_Layer, ...] = ()
        self._lock = threading.Lock()
        self.add(texts)

    def __bool__(self) -> bool:
        return bool(self._layers)

    def __len__(self) -> int:
        return sum(len(layer.texts) for layer in self._layers)

    def __iter__(self) -> Iterator[bytes]:
        for layer in self._layers:
            yield from layer.texts

    def copy(self) -> "Sought":
        """The same texts, to which more can be added without changing these."""
        made = Sought()
        made._layers = self._layers
        return made

    def add(self, texts: Iterable[bytes]) -> None:
        """These texts are sought, too."""
        with self._lock:
            self._add(frozenset(texts))

    def absorb(self, other: "Sought") -> None:
        """What is sought there is sought here, too. What both have in common costs nothing."""
        if other is self:
            return
        theirs = other._layers  # noqa: SLF001  # of the same kind
        with self._lock:
            own = {id(layer) for layer in self._layers}
            for layer in theirs:
                if id(layer) not in own:
                    self._add(layer.texts)

    def find(self, data: bytes) -> list[tuple[int, int, int]]:
        """Where texts stand in the data: the last two of each are its start and its end."""
        layers = self._layers
        if len(layers) == 1:
            return layers[0].find(data)
        return [found for layer in layers for found in layer.find(data)]

    def _add(self, texts: frozenset[bytes]) -> None:
        layers = list(self._layers)
        for layer in layers:
            texts -= layer.texts
        if not texts:
            return
        # Each text moves to a layer twice as large, so it does so a few times only.
        while layers and len(layers[-1].texts) < 2 * len(texts):
            texts |= layers.pop().texts
        self._layers = (*layers, _Layer(texts))
