"""What an expression in YAQL refers to."""

from yaql.language import expressions

from chatops_cli.workflows.expressions.inspection import Names, unique
from chatops_cli.workflows.expressions.yaql_language import YaqlLanguage, children

_TASKS = frozenset({"task_status", "task"})
_STEPS = (".", "?.")


class YaqlNames:
    """Finds the names in expressions."""

    def __init__(self, language: YaqlLanguage) -> None:
        self._language = language

    def find(self, text: str) -> Names:
        """The names.

        Raises:
            MistakeError: The expression isn't valid.
        """
        search = _Search(self._language)
        search.look(self._language.compile(text).expression)
        return Names(
            variables=unique(search.variables),
            optional=unique(search.optional),
            tasks=unique(search.tasks),
            unknown=unique(name for name in search.unknown if name not in search.defined),
            reads_dollar=search.reads_dollar,
        )


class _Search:
    def __init__(self, language: YaqlLanguage) -> None:
        self.variables: list[str] = []
        self.optional: list[str] = []
        self.tasks: list[str] = []
        self.unknown: list[str] = []
        self.defined: set[str] = set()
        self.reads_dollar = False
        self._functions = language.functions(of_values=False)
        self._methods = language.functions(of_values=True)

    def look(self, root: object) -> None:
        """Looks at all nodes; what is within a call may have a `$` of its own."""
        waiting: list[tuple[object, bool]] = [(root, False)]
        while waiting:
            node, within = waiting.pop()
            if isinstance(node, expressions.GetContextValue):
                self.reads_dollar |= not within and node.path.value == "$"
                continue
            self._note(node)
            is_call = isinstance(node, expressions.Function) and not _is_sign(node)
            is_sent = isinstance(node, expressions.BinaryOperator) and node.operator == "->"
            below = [(child, within or is_call or is_sent) for child in children(node)]
            waiting.extend(reversed(below))

    def _note(self, node: object) -> None:
        if isinstance(node, expressions.BinaryOperator) and node.operator in _STEPS:
            self._note_step(*node.args)
        elif isinstance(node, expressions.IndexExpression):
            owner, *keys = node.args
            if _is_all(owner) and keys and (name := _text(keys[0])):
                (self.optional if len(keys) > 1 else self.variables).append(name)
        elif isinstance(node, expressions.Function) and not _is_sign(node):
            self._note_call(node)

    def _note_step(self, owner: object, step: object) -> None:
        if isinstance(step, expressions.Function):
            if not _is_sign(step) and step.name.rstrip("_") not in self._methods:
                self.unknown.append(step.name)
            if (
                _is_all(owner)
                and step.name == "get"
                and step.args
                and (name := _text(step.args[0]))
            ):
                self.optional.append(name)
        elif _is_all(owner) and (name := _text(step)):
            self.variables.append(name)

    def _note_call(self, node: "expressions.Function") -> None:
        name = node.name
        first = _text(node.args[0]) if node.args else None
        if name == "def" and first is not None:
            self.defined.add(first)
        if name.rstrip("_") not in self._functions and name not in self._methods:
            self.unknown.append(name)
        if first is None:
            return
        if name == "ctx":
            self.variables.append(first)
        elif name in _TASKS:
            self.tasks.append(first)


def _is_sign(node: "expressions.Function") -> bool:
    """Whether it is an operator, a list or the like, and no call by name."""
    return bool(node.name.startswith(("#", "*")))


def _is_all(node: object) -> bool:
    """Whether it is ``ctx()``."""
    return isinstance(node, expressions.Function) and node.name == "ctx" and not node.args


def _text(node: object) -> str | None:
    """The name that a node is, None where it is something else."""
    value = node.value if isinstance(node, expressions.Constant) else None
    return value if isinstance(value, str) and value else None
