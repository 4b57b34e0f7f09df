"""What an expression in Jinja, or a text with blocks, refers to."""

from jinja2 import meta, nodes

from chatops_cli.workflows.expressions.inspection import Names, unique
from chatops_cli.workflows.expressions.jinja_language import JinjaLanguage

_TASKS = frozenset({"task_status", "task"})
_LENIENT_FILTERS = frozenset({"default", "d"})
_LENIENT_TESTS = frozenset({"defined", "undefined"})


class JinjaNames:
    """Finds the names in expressions."""

    def __init__(self, language: JinjaLanguage) -> None:
        self._language = language

    def find(self, text: str) -> Names:
        """The names in a text with delimiters.

        Raises:
            MistakeError: It isn't valid.
        """
        tree = self._language.parse(text)
        # Unknown filters and tests are told when it is compiled.
        self._language.compile_blocks(text)
        lenient = {id(node) for node in _lenient(tree)}
        variables: list[str] = []
        optional: list[str] = []
        for node in tree.find_all((nodes.Call, nodes.Getattr, nodes.Getitem)):
            name = _variable(node)
            if name is not None:
                (optional if id(node) in lenient else variables).append(name)
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Getattr) and call.node.attr == "get":
                name = _text(call.args[0]) if _is_all(call.node.node) and call.args else None
                if name is not None:
                    optional.append(name)
        undeclared = meta.find_undeclared_variables(tree) - self._language.names
        return Names(
            variables=unique(variables),
            optional=unique(optional),
            tasks=unique(_tasks(tree)),
            unknown=tuple(sorted(undeclared)),
        )


def _lenient(tree: nodes.Template) -> list[nodes.Node]:
    """What may be missing: it is only tested, or has a default."""
    found: list[nodes.Node] = []
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        names = _LENIENT_FILTERS if isinstance(node, nodes.Filter) else _LENIENT_TESTS
        if node.name in names and node.node is not None:
            found.append(node.node)
    return found


def _variable(node: nodes.Node) -> str | None:
    """The variable that a node reads: ``ctx('x')``, ``ctx().x`` or ``ctx()['x']``."""
    if isinstance(node, nodes.Call):
        is_ctx = isinstance(node.node, nodes.Name) and node.node.name == "ctx"
        return _text(node.args[0]) if is_ctx and node.args else None
    if isinstance(node, nodes.Getattr) and _is_all(node.node):
        return node.attr if not hasattr(dict, node.attr) else None
    if isinstance(node, nodes.Getitem) and _is_all(node.node):
        return _text(node.arg)
    return None


def _is_all(node: nodes.Node) -> bool:
    """Whether it is ``ctx()``."""
    if not isinstance(node, nodes.Call) or node.args or node.kwargs:
        return False
    return isinstance(node.node, nodes.Name) and node.node.name == "ctx"


def _tasks(tree: nodes.Template) -> list[str]:
    return [
        name
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in _TASKS and call.args
        if (name := _text(call.args[0])) is not None
    ]


def _text(node: nodes.Node) -> str | None:
    value = node.value if isinstance(node, nodes.Const) else None
    return value if isinstance(value, str) and value else None
