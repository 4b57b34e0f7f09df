"""A configuration file changed: what isn't touched stays as it is written, its comments too."""

import re
from collections import Counter
from collections.abc import Iterator

from chatops_cli.catalog.configuration import SiteFile
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.reading.node import Mark, Node

_COMMENT = re.compile(r"(?:^|\s)(#.*)$")
_WIDE = 1_000_000
"""Columns after which a text would be folded."""

Values = dict[str, Json]


class _TooHardError(Exception):
    """This can't be changed piece by piece."""


@frozen
class Edited:
    """The new text; `lost` are the lines of the old one with comments that aren't in it."""

    text: str
    lost: tuple[int, ...] = ()


@frozen
class _Cut:
    """What stands from `start` to `end`, counted in characters, becomes `text`."""

    start: int
    end: int
    text: str


def edited(file: SiteFile, values: Values) -> Edited:
    """The file's text with these values: the old text where they are the same, else a new one.

    Single values are replaced in their place, keys are added and removed by their lines; only where
    that doesn't come to `values` is the file written anew. What was written is read again to know.
    """
    old = (file.data or b"").decode("utf-8", "replace")
    if file.problems:
        raise ValueError("a broken file is not edited")
    text = _in_place(file, old, values)
    if text and not text.endswith("\n"):
        text += "\n"
    if text is None or _read(text) != values:
        text = _dump(values)
    if _read(text) != values:
        text = _dump(values, is_ascii=True)  # a line break that only Unicode knows
    return Edited(text=text, lost=_lost(old, text))


def _in_place(file: SiteFile, old: str, values: Values) -> str | None:
    root = file.source.root if file.source is not None else None
    if root is None:
        return old + ("\n" if old and not old.endswith("\n") else "") + _dump(values)
    try:
        cuts = sorted(
            _Cutter(old).mapping(root, dict(file.values), values), key=lambda cut: cut.start
        )
    except _TooHardError:
        return None
    text = old
    for cut in reversed(cuts):
        text = text[: cut.start] + cut.text + text[cut.end :]
    return text


class _Cutter:
    """Finds the pieces of one text that change."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = [0]
        for line in text.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)

    def mapping(self, node: Node, old: Values, new: Values) -> Iterator[_Cut]:
        if node.id != "mapping" or node.flow_style or not node.value:
            raise _TooHardError
        pairs: dict[str, tuple[Node, Node]] = {key.value: (key, item) for key, item in node.value}
        if pairs.keys() != old.keys():
            raise _TooHardError  # merge keys, or a key twice
        for name, (key, item) in pairs.items():
            if name not in new:
                yield self._removed(key, item)
            elif new[name] != old[name] or type(new[name]) is not type(old[name]):
                yield from self._changed(key, item, old[name], new[name])
        added = {name: value for name, value in new.items() if name not in old}
        if added:
            first = node.value[0][0].start_mark
            at = self._line_end(self._end(node.value[-1][1]))
            indent = " " * first.column
            text = "".join(indent + line for line in _dump(added).splitlines(keepends=True))
            is_last = at >= len(self._text)
            yield _Cut(start=at, end=at, text=f"\n{text.rstrip()}" + ("\n" if is_last else ""))

    def _changed(self, key: Node, item: Node, old: Json, new: Json) -> Iterator[_Cut]:
        if isinstance(old, dict) and isinstance(new, dict) and new:
            try:
                yield from [*self.mapping(item, old, new)]
            except _TooHardError:
                yield self._entry(key, item, new)
        elif (
            item.id == "scalar"
            and item.style not in ("|", ">")
            and not isinstance(new, dict | list)
        ):
            start = self._at(item.start_mark)
            end = self._at(item.end_mark)
            space = " " if start == end else ""  # nothing was written there
            yield _Cut(start=start, end=end, text=space + _scalar(new))
        else:
            yield self._entry(key, item, new)

    def _entry(self, key: Node, item: Node, new: Json) -> _Cut:
        indent = " " * key.start_mark.column
        first, *rest = _dump({key.value: new}).rstrip().split("\n")
        text = "\n".join([first, *(indent + line for line in rest)])
        return _Cut(start=self._at(key.start_mark), end=self._end(item), text=text)

    def _removed(self, key: Node, item: Node) -> _Cut:
        start = self._lines[key.start_mark.line]
        if self._text[start : self._at(key.start_mark)].strip():
            raise _TooHardError  # the first key of a list's item stands behind its dash
        end = min(self._line_end(self._end(item)) + 1, len(self._text))
        return _Cut(start=start, end=end, text="")

    def _end(self, node: Node) -> int:
        """Where the node's own text ends: that of a block ends where the next token begins."""
        if node.id != "scalar" and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if node.id == "mapping" else last)
        end = self._at(node.end_mark)
        is_block = node.id == "scalar" and node.style in ("|", ">")
        return len(self._text[:end].rstrip()) if is_block else end

    def _line_end(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end

    def _at(self, mark: Mark) -> int:
        return self._lines[mark.line] + mark.column


def _read(text: str) -> Values | None:
    from chatops_cli.reading.reader import Reader
    from chatops_cli.reading.source import parse

    source = parse(text.encode(), file="")
    if source.is_empty:
        return {}
    reader = None if source.problems else Reader.of_source(source, [])
    return None if reader is None else {key: value.json() for key, value in reader.entries()}


def _dump(values: Values, *, is_ascii: bool = False) -> str:
    import yaml

    if not values:
        return ""
    text: str = yaml.safe_dump(
        values, default_flow_style=False, sort_keys=False, allow_unicode=not is_ascii, width=_WIDE
    )
    return text


def _scalar(value: Json) -> str:
    import yaml

    style = '"' if isinstance(value, str) and "\n" in value else None
    text: str = yaml.safe_dump(
        [value], default_flow_style=True, default_style=style, allow_unicode=True, width=_WIDE
    )
    return text.strip()[1:-1]


def _lost(old: str, new: str) -> tuple[int, ...]:
    """The lines of the old text whose comments aren't in the new one; what they say isn't told."""
    there = Counter(_comments(new).values())
    lost = []
    for number, comment in _comments(old).items():
        if there[comment] > 0:
            there[comment] -= 1
        else:
            lost.append(number)
    return tuple(lost)


def _comments(text: str) -> dict[int, str]:
    found = ((number, _COMMENT.search(line)) for number, line in enumerate(text.split("\n"), 1))
    return {number: match[1].strip() for number, match in found if match is not None}
