"""The node tree made safe to walk: no cycles, no bombs, plain keys, merge keys resolved."""

from collections.abc import Iterable

from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.loader import DEPTH_LIMIT, NODE_LIMIT, LimitError
from chatops_cli.reading.node import Node

_MERGE = "tag:yaml.org,2002:merge"


def check_tree(root: Node, *, file: str, aliases: bool) -> list[Problem]:
    """What is wrong with the keys of all mappings; the tree is mended where it can be.

    Args:
        root: The document's node; its mappings are changed in place.
        file: Its name in places.
        aliases: Whether nodes may be shared; a plain tree costs half.

    Raises:
        LimitError: An anchor holds itself, or aliases multiply beyond the limits.
    """
    if aliases:
        nodes = _shared_order(root)
        _bound(nodes)
    else:
        nodes = _plain_order(root)
    problems: list[Problem] = []
    for node in nodes:
        if node.id == "mapping":
            _check_mapping(node, file, problems)
    return problems


def place_of(node: Node, file: str) -> Place:
    """Where a node starts."""
    mark = node.start_mark
    return Place(file=file, line=mark.line + 1, column=mark.column + 1)


def _plain_order(root: Node) -> list[Node]:
    """Every list and mapping, those inside before those around them."""
    nodes = [root] if root.id != "scalar" else []
    for node in nodes:
        nodes.extend(_inner(node))
    nodes.reverse()
    return nodes


def _shared_order(root: Node) -> list[Node]:
    """The same where aliases share nodes: each once, and an anchor's before its aliases'."""
    done: list[Node] = []
    states: dict[int, bool] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        finished = states.get(id(node))
        if finished is None:
            states[id(node)] = False
            for child in reversed(list(_inner(node))):
                if states.get(id(child)) is False:
                    raise LimitError("holds an anchor that refers to itself", node=child)
                if id(child) not in states:
                    stack.append(child)
            continue
        stack.pop()
        if not finished:
            states[id(node)] = True
            done.append(node)
    return done


def _bound(nodes: Iterable[Node]) -> None:
    sizes: dict[int, int] = {}
    heights: dict[int, int] = {}
    for node in nodes:
        size, height = 1, 0
        for child in _children(node):
            size += sizes.get(id(child), 1)
            height = max(height, heights.get(id(child), 0))
        sizes[id(node)], heights[id(node)] = size, height + 1
        if size > NODE_LIMIT:
            raise LimitError(f"stands for more than {NODE_LIMIT} values through aliases", node=node)
        if height >= DEPTH_LIMIT:
            raise LimitError(
                f"is nested more than {DEPTH_LIMIT} levels deep through aliases", node=node
            )


def _children(node: Node) -> Iterable[Node]:
    if node.id == "mapping":
        return (part for pair in node.value for part in pair)
    return node.value if node.id == "sequence" else ()


def _inner(node: Node) -> Iterable[Node]:
    return (child for child in _children(node) if child.id != "scalar")


def _check_mapping(node: Node, file: str, problems: list[Problem]) -> None:
    try:
        if len({key.value for key, _ in node.value}) == len(node.value):
            if any(key.tag == _MERGE for key, _ in node.value):
                _merge(node, file, problems)
            return
    except TypeError:
        _drop_complex_keys(node, file, problems)
    _report_repeated(node, file, problems)
    _merge(node, file, problems)


def _drop_complex_keys(node: Node, file: str, problems: list[Problem]) -> None:
    for key, _ in node.value:
        if key.id == "scalar":
            continue
        is_template = key.id == "mapping" and key.flow_style
        problems.append(
            Problem(
                place=place_of(key, file),
                rule="complex-key",
                message=f"a {key.id if key.id == 'mapping' else 'list'} can't be a key",
                hint="put text that starts with '{{' in quotes" if is_template else None,
            )
        )
    node.value = [pair for pair in node.value if pair[0].id == "scalar"]


def _report_repeated(node: Node, file: str, problems: list[Problem]) -> None:
    first: dict[str, Node] = {}
    for key, _ in node.value:
        earlier = first.setdefault(key.value, key)
        if earlier is not key:
            problems.append(
                Problem(
                    place=place_of(key, file),
                    rule="repeated-key",
                    message=(
                        f"the key {key.value!r} is repeated: first at {place_of(earlier, file)};"
                        " the last one counts"
                    ),
                    hint="remove one of them",
                )
            )


def _merge(node: Node, file: str, problems: list[Problem]) -> None:
    """Take in the mappings of ``<<``; a key of one's own wins, then the mapping named first."""
    merged: list[tuple[Node, Node]] = []
    own: list[tuple[Node, Node]] = []
    for key, value in node.value:
        if key.tag != _MERGE:
            own.append((key, value))
            continue
        sources = value.value if value.id == "sequence" else [value]
        for source in reversed(sources):
            if source.id == "mapping":
                merged.extend(source.value)
            else:
                problems.append(
                    Problem(
                        place=place_of(source, file),
                        rule="merge-key",
                        message="'<<' takes a mapping, or a list of mappings",
                    )
                )
    unique = {key.value: (key, value) for key, value in (*merged, *own)}
    node.value = list(unique.values())
