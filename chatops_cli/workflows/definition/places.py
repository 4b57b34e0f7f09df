"""Where things of a definition stand in its file."""

import re

from chatops_cli.model.problem import Place
from chatops_cli.reading.node import Node
from chatops_cli.reading.source import Source

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


class Places:
    """The places of values, by their paths from the top of the file."""

    __slots__ = ("_keys", "_lines", "_source")

    def __init__(self, source: Source, text: str) -> None:
        self._source = source
        self._lines = text.splitlines()
        self._keys: dict[int, dict[str, Node]] = {}

    def of(self, path: Path) -> Place:
        """Where a value stands; the nearest one above it, where it isn't there."""
        return self._source.place(path)

    def within(self, path: Path, fragment: str, part: str = "") -> Place:
        """Where a fragment of a text stands, or a part of that fragment.

        It is the text's own place, where the file has it written otherwise than it reads.
        """
        place = self.of(path)
        node = self._node(path)
        first = fragment.split("\n", 1)[0].strip()
        if node is None or not first:
            return place
        for number in range(node.start_mark.line, min(node.end_mark.line + 1, len(self._lines))):
            begin = node.start_mark.column if number == node.start_mark.line else 0
            column = self._lines[number].find(first, begin)
            if column >= 0:
                inner = _word(first, part)
                return Place(file=place.file, line=number + 1, column=column + inner + 1)
        return place

    def is_mapping(self, path: Path) -> bool:
        """Whether a mapping stands there, or nothing."""
        node = self._node(path)
        return not self.has(path) or (node is not None and node.id == "mapping")

    def has(self, path: Path) -> bool:
        """Whether a value stands there."""
        node = self._source.root
        for step in path:
            node = self._child(node, step) if node is not None else None
        return node is not None

    def text(self, path: Path) -> str | None:
        """The text that is written there, None where there is none."""
        node = self._node(path)
        return node.value if node is not None and node.id == "scalar" else None

    def _node(self, path: Path) -> Node | None:
        """The node, or the nearest one above it."""
        node = self._source.root
        for step in path:
            inner = self._child(node, step) if node is not None else None
            if inner is None:
                break
            node = inner
        return node

    def _child(self, node: Node, step: str | int) -> Node | None:
        if node.id == "mapping":
            # Thousands of tasks are each looked up by name.
            keys = self._keys.get(id(node))
            if keys is None:
                keys = self._keys[id(node)] = {key.value: value for key, value in node.value}
            return keys.get(str(step))
        if node.id == "sequence" and isinstance(step, int) and 0 <= step < len(node.value):
            item: Node = node.value[step]
            return item
        return None


def _word(text: str, word: str) -> int:
    """Where a word begins in a text, its beginning where the word isn't there."""
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) if word else None
    return found.start() if found is not None else 0
