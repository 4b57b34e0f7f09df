"""Texts that Python code makes of values: which of them may hold what nobody foresaw."""

import ast
from collections.abc import Iterator

from chatops_cli.validation.python.names import Imports, full_name

_QUOTING = frozenset(
    {"shlex.quote", "pipes.quote", "shlex.join", "subprocess.list2cmdline", "re.escape"}
)
_NUMBERS = frozenset({"int", "float", "len", "bool", "id"})
_SPARED = frozenset({"config"})
"""Attributes of ``self`` that those who run the bot say, and nobody who types."""


class Scope:
    """A function, or the module: what its names are assigned, and which are its parameters.

    `is_asked`: it is what is done where somebody chose to have no checks; such a part of a function
    has its names.

    A name means what any assignment gives it, wherever that stands.
    """

    def __init__(self, node: ast.AST, outer: "Scope | None" = None) -> None:
        self.outer = outer
        self.is_asked = False
        self.name: str = getattr(node, "name", "")
        self.parameters = frozenset(_parameters(node))
        self.assigned: dict[str, list[ast.expr]] = {}
        if outer is not None and isinstance(node, ast.If | ast.IfExp):
            self.name, self.parameters = outer.name, outer.parameters
            self.assigned = outer.assigned

    def assign(self, target: ast.expr, value: ast.expr) -> None:
        """A name gets a value, or is added to."""
        if isinstance(target, ast.Name):
            self.assigned.setdefault(target.id, []).append(value)

    def values(self, name: str) -> list[ast.expr] | None:
        """What a name may be; None where it is a parameter, or comes from elsewhere."""
        if name in self.parameters:
            return None
        if name in self.assigned:
            return self.assigned[name]
        return self.outer.values(name) if self.outer is not None else None


def is_made(node: ast.expr, scope: Scope, imports: Imports) -> bool:
    """Whether a text is put together of values that are neither fixed, numbers nor quoted."""
    return _Judge(scope, imports).is_made(node)


class _Judge:
    def __init__(self, scope: Scope, imports: Imports) -> None:
        self._scope = scope
        self._imports = imports
        self._seen: set[str] = set()

    def is_made(self, node: ast.expr) -> bool:
        """Whether the text itself is put together; a name is what it was assigned."""
        if isinstance(node, ast.Name):
            return any(self.is_made(value) for value in self._values(node.id))
        parts = _parts(node)
        return parts is not None and any(not self.is_plain(part) for part in parts)

    def is_plain(self, node: ast.expr) -> bool:
        """Whether a value is one that nobody can choose freely."""
        parts: list[ast.expr] | None = _parts(node)
        match node:
            case ast.Constant():
                return True
            case ast.Name(id=name):
                return name.isupper() or name in self._seen or self._is_plain_name(name)
            case ast.Call():
                return self._is_plain_call(node)
            case ast.Subscript(value=value) | ast.Attribute(value=value):
                parts = [] if _is_spared(node) else [value]
            case ast.IfExp(body=body, orelse=other):
                parts = [body, other]
            case ast.List(elts=items) | ast.Tuple(elts=items):
                parts = items
            case _:
                pass
        return parts is not None and all(map(self.is_plain, parts))

    def _is_plain_name(self, name: str) -> bool:
        values = self._scope.values(name)
        self._seen.add(name)
        return values is not None and all(map(self.is_plain, values))

    def _is_plain_call(self, node: ast.Call) -> bool:
        name = full_name(node.func, self._imports)
        if isinstance(node.func, ast.Name) and node.func.id in _NUMBERS:
            return True
        if name in _QUOTING or name.startswith(("os.path.", "tempfile.", "os.getcwd", "datetime.")):
            return name in _QUOTING or all(map(self.is_plain, node.args))
        if isinstance(node.func, ast.Attribute):
            parts = _parts(node)
            is_own = _is_spared(node.func.value) or self.is_plain(node.func.value)
            return is_own and all(map(self.is_plain, parts or node.args))
        return False

    def _values(self, name: str) -> list[ast.expr]:
        if name in self._seen:
            return []
        self._seen.add(name)
        return self._scope.values(name) or []


def _parts(node: ast.expr) -> list[ast.expr] | None:
    """The values that a text is put together of; None where it isn't."""
    found: list[ast.expr] | None = None
    match node:
        case ast.JoinedStr(values=values):
            found = [each.value for each in values if isinstance(each, ast.FormattedValue)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            found = [left, right]
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            found = [left, *_of_tuple(right)]
        case ast.Call(func=ast.Attribute(value=owner, attr="format"), args=args, keywords=named):
            found = [owner, *args, *(each.value for each in named)]
        case ast.Call(func=ast.Attribute(value=owner, attr="join"), args=[joined]):
            found = [owner, *_of_tuple(joined)]
        case ast.Call(func=ast.Name(id="str"), args=[value]):
            found = [value]
        case _:
            pass
    return found


def _of_tuple(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Tuple | ast.List):
        return node.elts
    return list(node.values) if isinstance(node, ast.Dict) else [node]


def _is_spared(node: ast.expr) -> bool:
    """Whether it is the pack's configuration, or something in it."""
    while isinstance(node, ast.Subscript | ast.Call | ast.Attribute):
        if isinstance(node, ast.Attribute) and node.attr in _SPARED:
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in _SPARED


def _parameters(node: ast.AST) -> Iterator[str]:
    arguments = getattr(node, "args", None)
    if isinstance(arguments, ast.arguments):
        for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
            yield each.arg
        for more in (arguments.vararg, arguments.kwarg):
            if more is not None:
                yield more.arg
