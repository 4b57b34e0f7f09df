"""What a template reads: paths from a name, whether they are written, and what it asks for first.

Importing this module imports Jinja.
"""

from typing import TYPE_CHECKING, NamedTuple

from jinja2 import nodes

from chatops_cli.model.frozen import frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MEASURING = frozenset({"length", "count"})
_ASKING_FILTERS = frozenset({"default", "d"})


class Step(NamedTuple):
    """One step of a path: ``.name``, or ``['name']`` or ``[0]`` as an item."""

    key: str | int
    is_attribute: bool


@frozen
class Access:
    """A path that is read: as far as its steps are known beforehand.

    `is_written` says that its value is written as it is, or through filters, `is_called` that the
    last step is called.
    """

    root: str
    steps: tuple[Step, ...]
    line: int
    is_written: bool = False
    is_called: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The name and the steps as texts."""
        return (self.root, *(str(step.key) for step in self.steps))

    @property
    def words(self) -> tuple[str, ...]:
        """The words that stand where it is read."""
        found = [self.root]
        for step in self.steps:
            key = str(step.key)
            found.extend((".", key) if step.is_attribute else ("[", key, "]"))
        return tuple(found)

    def part(self, steps: int) -> "Access":
        """The path with so many steps."""
        return Access(root=self.root, steps=self.steps[:steps], line=self.line)


class AccessWalk:
    """All paths in a tree, and what is asked for (`guards`): tests, conditions and defaults."""

    def __init__(self, tree: nodes.Template) -> None:
        self.accesses: list[Access] = []
        self.guards: set[tuple[str, ...]] = set()
        self._handlers: Mapping[type[nodes.Node], Callable[[nodes.Node, bool], None]] = {
            nodes.Name: self._path,
            nodes.Getattr: self._path,
            nodes.Getitem: self._path,
            nodes.Call: self._call,
            nodes.Filter: self._filter,
            nodes.Test: self._test,
            nodes.If: self._branches,
            nodes.CondExpr: self._branches,
            nodes.And: self._choice,
            nodes.Or: self._choice,
            nodes.For: self._loop,
            nodes.Compare: self._comparison,
        }
        self._visit(tree, is_written=False)

    def _visit(self, node: nodes.Node, *, is_written: bool) -> None:
        handler = self._handlers.get(type(node))
        if handler is not None:
            handler(node, is_written)
        else:
            self._all(node, is_written=isinstance(node, nodes.Output) or is_written)

    def _path(self, node: nodes.Node, is_written: bool) -> None:
        self._read(node, is_written=is_written)

    def _test(self, node: nodes.Node, _is_written: bool) -> None:
        if isinstance(node, nodes.Test):
            self._guard(node.node)
        self._all(node, is_written=False)

    def _branches(self, node: nodes.Node, is_written: bool) -> None:
        if isinstance(node, nodes.If | nodes.CondExpr):
            self._condition(node.test)
        for part in node.iter_child_nodes(exclude=("test",)):
            self._visit(part, is_written=is_written)

    def _choice(self, node: nodes.Node, is_written: bool) -> None:
        # The last of them is no question: only what comes before it decides anything.
        if isinstance(node, nodes.And | nodes.Or):
            self._guard(node.left)
        self._all(node, is_written=is_written)

    def _loop(self, node: nodes.Node, _is_written: bool) -> None:
        if isinstance(node, nodes.For) and node.test is not None:
            self._condition(node.test)
        for part in node.iter_child_nodes(exclude=("test",)):
            self._visit(part, is_written=False)

    def _all(self, node: nodes.Node, *, is_written: bool) -> None:
        for child in node.iter_child_nodes():
            self._visit(child, is_written=is_written)

    def _read(self, node: nodes.Node, *, is_written: bool, is_called: bool = False) -> None:
        """A path as far as it goes; what stands between it and the whole is read, too."""
        at: nodes.Node = node
        while (path := path_of(at)) is None:
            if isinstance(at, nodes.Getitem):
                self._visit(at.arg, is_written=False)
            elif not isinstance(at, nodes.Getattr):
                self._visit(at, is_written=False)
                return
            at = at.node
            is_written = is_called = False
        root, steps, context = path
        if context == "load":
            self.accesses.append(
                Access(
                    root=root,
                    steps=steps,
                    line=at.lineno,
                    is_written=is_written,
                    is_called=is_called,
                )
            )

    def _call(self, node: nodes.Node, is_written: bool) -> None:
        if not isinstance(node, nodes.Call):
            return
        if isinstance(node.node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self._read(node.node, is_written=False, is_called=True)
        else:
            self._visit(node.node, is_written=False)
        for child in node.iter_child_nodes(exclude=("node",)):
            self._visit(child, is_written=is_written)

    def _filter(self, node: nodes.Node, is_written: bool) -> None:
        if isinstance(node, nodes.Filter) and node.node is not None:
            if node.name in _ASKING_FILTERS:
                self._guard(node.node)
            self._visit(node.node, is_written=is_written and node.name not in _MEASURING)
        for child in node.iter_child_nodes(exclude=("node",)):
            self._visit(child, is_written=False)

    def _condition(self, node: nodes.Node) -> None:
        """What is true or false here guards what it names."""
        self._guard(node)
        self._visit(node, is_written=False)

    def _guard(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Not):
            self._guard(node.node)
        elif isinstance(node, nodes.And | nodes.Or):
            self._guard(node.left)
            self._guard(node.right)
        else:
            path = path_of(node)
            if path is not None:
                self.guards.add((path[0], *(str(step.key) for step in path[1])))

    def _comparison(self, node: nodes.Node, _is_written: bool) -> None:
        """``'name' in path`` asks for the name there."""
        self._all(node, is_written=False)
        if not isinstance(node, nodes.Compare):
            return
        whole = path_of(node.ops[0].expr) if node.ops[0].op in ("in", "notin") else None
        if whole is not None and isinstance(node.expr, nodes.Const):
            self.guards.add((whole[0], *(str(step.key) for step in whole[1]), str(node.expr.value)))


def path_of(node: nodes.Node) -> tuple[str, tuple[Step, ...], str] | None:
    """Name, steps and context of a path; None for what isn't one, or not known beforehand."""
    steps: list[Step] = []
    while not isinstance(node, nodes.Name):
        if isinstance(node, nodes.Getattr):
            steps.append(Step(node.attr, is_attribute=True))
        elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            key = node.arg.value
            if not isinstance(key, str | int):
                return None
            steps.append(Step(key, is_attribute=False))
        else:
            return None
        node = node.node
    return node.name, tuple(reversed(steps)), node.ctx
