"""A Python file looked at: what it does that rules are about, without running any of it."""

import ast
import re
import warnings
from collections.abc import Iterator

from chatops_cli.validation.python.made import Scope, is_made
from chatops_cli.validation.python.names import Imports, full_name, imports_of
from chatops_cli.validation.python.sight import Kind, Sight

_LINES = frozenset({"os.system", "os.popen", "commands.getoutput", "commands.getstatusoutput"})
_LINES_TOO = frozenset({"subprocess.getoutput", "subprocess.getstatusoutput"})
_PROCESSES = frozenset(
    f"subprocess.{name}" for name in ("call", "check_call", "check_output", "Popen", "run")
)
_LOADS = frozenset(
    {"pickle.load", "pickle.loads", "pickle.Unpickler", "marshal.load", "marshal.loads"}
    | {"shelve.open", "jsonpickle.decode", "yaml.unsafe_load", "yaml.unsafe_load_all"}
)
_YAML = frozenset({"yaml.load", "yaml.load_all"})
_SAFE = ("SafeLoader", "BaseLoader", "FullLoader", "RoundTripLoader")
_CLIENTS = frozenset({"requests", "httpx"})
_UNCHECKED = {
    "verify_certs": "elasticsearch",
    "validate_certs": "",
    "verify_ssl": "",
    "ssl_verify": "",
    "verify_ssl_cert": "",
}
"""Named arguments that turn the check off in clients of services."""
_FAR = re.compile(r"http://(?!localhost\b|127\.|\[::1\])\w", re.IGNORECASE)
_CHOICE = re.compile(r"verify|ssl|tls|insecure|cert|secure", re.IGNORECASE)
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def look(data: bytes) -> tuple[Sight, ...]:
    """What is seen in a file, by place; whatever the bytes, nothing is raised."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError) as error:
        return (_not_python(error),)
    except (RecursionError, MemoryError):
        return (Sight(kind=Kind.SYNTAX, line=0, column=0, text="it is nested too deeply"),)
    found = set(_Look(imports_of(tree)).at(tree))
    return tuple(sorted(found, key=lambda sight: (sight.line, sight.column, sight.kind)))


def _not_python(error: SyntaxError | ValueError) -> Sight:
    if isinstance(error, SyntaxError):
        # Characters count from 1; 0 stands for what has no place.
        line, column = error.lineno or 0, error.offset or 0
        return Sight(
            kind=Kind.SYNTAX, line=line, column=max(column, 0), text=error.msg or "invalid syntax"
        )
    return Sight(kind=Kind.SYNTAX, line=0, column=0, text=str(error).splitlines()[0])


class _Look:
    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._modules = {name.partition(".")[0] for name in imports.values()}

    def at(self, tree: ast.Module) -> Iterator[Sight]:
        """Everything, with the scope that it stands in; no call is made within a call."""
        nodes = list(_scoped(tree))
        for node, scope in nodes:
            for target, value in _assignments(node):
                scope.assign(target, value)
        for node, scope in nodes:
            if isinstance(node, ast.Call):
                yield from self._call(node, scope)
            elif isinstance(node, ast.Assign) and not scope.is_asked:
                yield from self._assigned(node)
            elif isinstance(node, ast.Attribute | ast.Name):
                # It may be called later, out of a table.
                name = full_name(node, self._imports)
                if name in _LOADS:
                    yield _sight(Kind.LOAD, node, name)

    def _call(self, node: ast.Call, scope: Scope) -> Iterator[Sight]:
        name = full_name(node.func, self._imports)
        first = node.args[0] if node.args else None
        if name in _LINES | _LINES_TOO or (name in _PROCESSES and _is(node, "shell", value=True)):
            first = first or next(
                (k.value for k in node.keywords if k.arg in ("args", "cmd")), None
            )
            if first is not None and self._is_chosen(first, scope):
                yield _sight(Kind.LINE, node, name)
        elif isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec"):
            is_own = node.func.id in self._imports or scope.values(node.func.id)
            if not is_own and first is not None and not isinstance(first, ast.Constant):
                yield _sight(Kind.CODE, node, node.func.id)
        elif name in _YAML and not _has_loader(node):
            yield _sight(Kind.LOAD, node, name)
        if first is not None and _FAR.match(_beginning(first)) and _has(node, "auth"):
            yield _sight(Kind.PLAIN, node, "auth")
        if not scope.is_asked:
            yield from self._unchecked(node, name)

    def _is_chosen(self, line: ast.expr, scope: Scope) -> bool:
        """Whether a shell line is made of values, or is one that an action is given."""
        if isinstance(line, ast.Name) and scope.name == "run" and line.id in scope.parameters:
            return True
        return is_made(line, scope, self._imports)

    def _unchecked(self, node: ast.Call, name: str) -> Iterator[Sight]:
        if name == "ssl._create_unverified_context":
            yield _sight(Kind.TLS, node, name)
        for keyword in node.keywords:
            is_off = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
            if keyword.arg == "verify" and is_off and self._is_request(node, name):
                yield _sight(Kind.TLS, keyword, "verify=False")
            elif keyword.arg in _UNCHECKED and is_off:
                yield _sight(Kind.TLS, keyword, f"{keyword.arg}=False")
            elif keyword.arg == "cert_reqs" and self._is_none(keyword.value):
                yield _sight(Kind.TLS, keyword, "cert_reqs=CERT_NONE")

    def _is_request(self, node: ast.Call, name: str) -> bool:
        """``verify`` means other things elsewhere, such as the signature of a token."""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return (name or method).partition(".")[0] not in ("jwt", "decode", "jose") and bool(
            self._modules & _CLIENTS
        )

    def _assigned(self, node: ast.Assign) -> Iterator[Sight]:
        for target in node.targets:
            if not isinstance(target, ast.Attribute):
                continue
            is_off = isinstance(node.value, ast.Constant) and node.value.value is False
            if target.attr == "verify" and is_off and self._modules & _CLIENTS:
                yield _sight(Kind.TLS, node, "verify = False")
            elif target.attr == "verify_mode" and self._is_none(node.value):
                yield _sight(Kind.TLS, node, "verify_mode = CERT_NONE")
            elif full_name(target, self._imports) == "ssl._create_default_https_context":
                yield _sight(Kind.TLS, node, "ssl._create_default_https_context")

    def _is_none(self, node: ast.expr) -> bool:
        text = node.value if isinstance(node, ast.Constant) else full_name(node, self._imports)
        return text in ("CERT_NONE", "ssl.CERT_NONE")


def _beginning(node: ast.expr) -> str:
    """What a text begins with, as far as it is written there."""
    while isinstance(node, ast.BinOp | ast.JoinedStr):
        node = node.left if isinstance(node, ast.BinOp) else node.values[0]
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text and isinstance(node, ast.Constant) else ""


def _scoped(tree: ast.Module) -> Iterator[tuple[ast.AST, Scope]]:
    """Each node with the function that it stands in."""
    waiting: list[tuple[ast.AST, Scope]] = [(tree, Scope(tree))]
    while waiting:
        node, scope = waiting.pop()
        yield node, scope
        inner = scope
        if isinstance(node, _FUNCTIONS) or _asks(node):
            inner = Scope(node, scope)
            inner.is_asked = scope.is_asked or _asks(node)
        waiting.extend((child, inner) for child in ast.iter_child_nodes(node))


def _asks(node: ast.AST) -> bool:
    """Whether what stands in it is done only where somebody chose to have no checks."""
    if not isinstance(node, ast.If | ast.IfExp):
        return False
    return any(map(_CHOICE.search, map(_word, ast.walk(node.test))))


def _word(node: ast.AST) -> str:
    """The name or text that a node is."""
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word):
            return word
        case ast.Constant(value=str() as word):
            return word
        case _:
            return ""


def _assignments(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    match node:
        case ast.Assign(targets=targets, value=value):
            yield from ((target, value) for target in targets)
        case ast.AnnAssign(target=target, value=value) if value is not None:
            yield target, value
        case ast.AugAssign(target=target, value=value):
            # What is added makes a text, whatever stood there.
            yield target, ast.BinOp(left=ast.Constant(value=""), op=ast.Add(), right=value)
        case (
            ast.For(target=target, iter=value)
            | ast.withitem(optional_vars=target, context_expr=value)
        ) if target is not None:
            yield target, value
        case _:
            return


def _has(node: ast.Call, name: str) -> bool:
    return any(each.arg == name for each in node.keywords)


def _is(node: ast.Call, name: str, *, value: bool) -> bool:
    return any(
        each.arg == name and isinstance(each.value, ast.Constant) and each.value.value is value
        for each in node.keywords
    )


def _has_loader(node: ast.Call) -> bool:
    """Whether a loader is named that makes plain data only."""
    named = [each.value for each in node.keywords if each.arg == "Loader"]
    for loader in (*node.args[1:2], *named):
        name = loader.attr if isinstance(loader, ast.Attribute) else getattr(loader, "id", "")
        # One of the pack's own, or one that is handed on, is not known.
        return name.endswith(_SAFE) or not name.endswith("Loader") or name == "CFullLoader"
    return False


def _sight(kind: Kind, node: ast.expr | ast.keyword | ast.Assign, name: str) -> Sight:
    return Sight(kind=kind, line=node.lineno, column=node.col_offset + 1, name=name)
