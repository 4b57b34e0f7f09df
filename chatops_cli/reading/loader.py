"""PyYAML's composer, with bounds: text to a tree of nodes, and nothing constructed."""

from functools import cache, lru_cache
from typing import Protocol

from chatops_cli.reading.node import Mark, Node
from chatops_cli.reading.scalar import TEXT

DEPTH_LIMIT = 100
"""Levels of lists and mappings in one another."""
LIST = "tag:yaml.org,2002:seq"
MAPPING = "tag:yaml.org,2002:map"
NODE_LIMIT = 200_000
"""Values of one file, keys included; an alias counts for all that it stands for."""


class LimitError(Exception):
    """The text holds more than a bound allows; the message says which, `node` where."""

    def __init__(self, message: str, *, node: Node | None) -> None:
        super().__init__(message)
        self.node = node


def compose(data: bytes, *, fast: bool = True) -> tuple[Node | None, Mark | None]:
    """The first document's node, and where a second document starts; None for what isn't there.

    Args:
        data: UTF-8 text.
        fast: Whether libyaml is used where PyYAML was built with it.

    Raises:
        yaml.YAMLError: The text isn't YAML.
        LimitError: It is deeper or larger than the limits.
    """
    composer = _composer_class(fast=fast)(data)
    if not composer.check_node():
        return None, None
    node = composer.get_node()
    mark = composer.peek_event().start_mark if composer.check_node() else None
    return node, mark


def plain_tag(text: str) -> str:
    """The tag that YAML 1.1, as PyYAML has it, gives to a scalar without quotes."""
    from yaml.resolver import Resolver

    for tag, pattern in Resolver.yaml_implicit_resolvers.get(text[:1], ()):
        if pattern.match(text):
            return str(tag)
    return TEXT


# The same few words make up most of all files, so the answers for them are remembered.
_SHORT = 40
_short_tag = lru_cache(maxsize=4096)(plain_tag)


@cache
def _composer_class(*, fast: bool) -> "type[_Composer]":
    # Made at the first use: a command that reads no YAML doesn't import it.
    import yaml

    base = yaml.CSafeLoader if fast and yaml.__with_libyaml__ else yaml.SafeLoader
    return type("BoundedComposer", (_Bounds, base), {})


class _Event(Protocol):
    start_mark: Mark


class _Composer(Protocol):
    def __init__(self, data: bytes) -> None: ...

    def check_node(self) -> bool: ...

    def get_node(self) -> Node: ...

    def peek_event(self) -> _Event: ...


class _Bounds:
    """What PyYAML calls before and after each node; a path resolver, which isn't used here."""

    _depth = 0
    _count = 0

    def resolve(self, kind: type[Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag of a node that has none written."""
        if kind.id == "scalar":
            if not implicit[0]:
                return TEXT
            return _short_tag(value) if len(value) <= _SHORT else plain_tag(value)
        return LIST if kind.id == "sequence" else MAPPING

    def descend_resolver(self, current_node: Node | None, current_index: object) -> None:
        del current_index
        self._depth += 1
        self._count += 1
        if self._depth > DEPTH_LIMIT:
            message = f"is nested more than {DEPTH_LIMIT} levels deep"
            raise LimitError(message, node=current_node)
        if self._count > NODE_LIMIT:
            raise LimitError(f"holds more than {NODE_LIMIT} values", node=current_node)

    def ascend_resolver(self) -> None:
        self._depth -= 1
