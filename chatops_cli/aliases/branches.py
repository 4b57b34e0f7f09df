"""The ways through a format: each alternative, each part that may be left out, and who took them.

A way is taken by a message where the format still matches it with this way as the only one.
"""

from collections.abc import Iterator
from dataclasses import field

from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.matcher import Matcher
from chatops_cli.aliases.preparation import Form, plan_of, read
from chatops_cli.aliases.subject import MarkerError, Subject
from chatops_cli.aliases.tree import (
    Capture,
    Choice,
    Node,
    Placeholder,
    Repeat,
    Sequence,
    Text,
    Value,
    children,
)
from chatops_cli.model.frozen import frozen


@frozen
class Branch:
    """One way through a format, in words, such as ``with 'usage'``."""

    label: str
    _matcher: Matcher = field(repr=False)

    def takes(self, subject: Subject) -> bool:
        """Whether a message that the format matches can be matched this way."""
        try:
            return self._matcher.first(subject) is not None
        except (FormatError, MarkerError):
            return False


def branches(text: str, *, strict: bool) -> tuple[Branch, ...]:
    """The ways through the format `text`, in its order; none where there is only one.

    Raises:
        FormatError: The format can't be used.
    """
    form = read(text, strict=strict)
    found = []
    for label, variant in _variants(form.tree):
        plan = plan_of(Form(variant, form.names, form.defaults))
        found.append(Branch(label=label, _matcher=Matcher(plan)))
    return tuple(found)


def _variants(node: Node, *, is_inside: bool = False) -> Iterator[tuple[str, Node]]:
    """The tree with one of its choices made, for each that there is.

    `is_inside` a part that may be left out, a value with a default is no part of its own.
    """
    if isinstance(node, Choice) and _says(node):
        for item in node.items:
            yield f"'{_words(item)}'", item
    elif isinstance(node, Repeat) and node.low == 0 and _is_part(node.item, is_inside=is_inside):
        yield f"with '{_words(node.item)}'", node._replace(low=1)
        yield f"without '{_words(node.item)}'", Sequence(())
    is_inside = is_inside or (isinstance(node, Repeat) and node.low == 0)
    begun = ""
    for number, child in enumerate(children(node)):
        for label, variant in _variants(child, is_inside=is_inside):
            # Alternatives that begin the same are read as that, and alternatives for the rest.
            is_rest = begun and isinstance(child, Choice) and label.startswith("'")
            yield f"'{begun}{label[1:]}" if is_rest else label, _with(node, number, variant)
        begun = child.text.rpartition(" ")[2] if isinstance(child, Text) else ""


def _with(node: Node, number: int, child: Node) -> Node:
    """The node with another child; one that repeats its child must do so with this one."""
    match node:
        case Sequence(items=items):
            return Sequence((*items[:number], child, *items[number + 1 :]))
        case Choice():
            return child
        case Repeat():
            return node._replace(item=child, low=max(node.low, 1))
        case Capture():
            return node._replace(item=child)
        case _:
            return node


def _is_part(node: Node, *, is_inside: bool) -> bool:
    """Whether people leave it out or not: quotes and blanks that may be there are no way."""
    return _has_words(node) if is_inside else _says(node)


def _has_words(node: Node) -> bool:
    if isinstance(node, Text):
        return bool(node.text.strip())
    return any(map(_has_words, children(node)))


def _says(node: Node) -> bool:
    """Whether there are words or a value in it."""
    is_value = isinstance(node, Value | Placeholder | Capture)
    return is_value or _has_words(node) or any(map(_says, children(node)))


def _words(node: Node) -> str:
    """The node as people read it."""
    match node:
        case Text(text=text):
            return text.strip() or " "
        case Value(name=name) | Placeholder(name=name) | Capture(name=name):
            return f"{{{{ {name} }}}}"
        case Choice(items=items):
            return "|".join(map(_words, items))
        case _:
            words = (_words(child) for child in children(node))
            return " ".join(" ".join(words).split())
