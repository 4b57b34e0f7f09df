"""Data as indented text that people read: like YAML, and quick to make."""

from collections.abc import Iterator

from chatops_cli.model.json import Json

LINE_LIMIT = 2000
"""Lines of one outline; what follows is counted only."""


def outline(value: Json) -> str:
    """The value over several lines, nested values indented by two spaces.

    Texts stand as they are, without quotes; null is ``none``, truth is ``yes`` and ``no``.
    """
    lines: list[str] = []
    left = 0
    for line in _lines(value, ""):
        if len(lines) < LINE_LIMIT:
            lines.append(line)
        else:
            left += 1
    if left:
        lines.append(f"… {left:,} more lines")
    return "\n".join(lines)


def scalar(value: Json) -> str:
    """A single value as a word."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "none"
    return str(value)


def _lines(value: Json, indent: str) -> Iterator[str]:
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _entry(f"{indent}{key}:", item, indent)
    elif isinstance(value, list) and value:
        for item in value:
            yield from _item(item, indent)
    else:
        for line in _leaf(value).split("\n"):
            yield indent + line


def _entry(head: str, item: Json, indent: str) -> Iterator[str]:
    if _is_nested(item):
        yield head
        # A list stands under its key without being indented further, as in YAML.
        yield from _lines(item, indent if isinstance(item, list) else indent + "  ")
    else:
        yield f"{head} {_leaf(item)}".rstrip()


def _item(item: Json, indent: str) -> Iterator[str]:
    first = True
    for line in _lines(item, indent + "  "):
        yield f"{indent}- {line[len(indent) + 2 :]}" if first else line
        first = False


def _is_nested(item: Json) -> bool:
    if isinstance(item, str):
        return "\n" in item.rstrip("\n")
    return isinstance(item, dict | list) and bool(item)


def _leaf(item: Json) -> str:
    if isinstance(item, dict):
        return "{}"
    if isinstance(item, list):
        return "[]"
    return scalar(item).rstrip("\n")
