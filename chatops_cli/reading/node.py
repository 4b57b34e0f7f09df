"""The shape of PyYAML's nodes, as far as it is used; PyYAML itself is imported when it reads."""

from typing import Any, Protocol


class Mark(Protocol):
    """A place in a text; lines and columns count from 0."""

    line: int
    column: int


class Node(Protocol):
    """A scalar, a sequence or a mapping, which `id` says.

    Its `value` is the text, the list of nodes, or the list of pairs of nodes. Only scalars have a
    `style`, only the others a `flow_style`.
    """

    id: str
    tag: str
    value: Any
    start_mark: Mark
    end_mark: Mark
    style: str | None
    flow_style: bool | None
