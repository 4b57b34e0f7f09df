"""What names mean in a Python file: the modules and functions that it imports."""

import ast
from collections.abc import Mapping

Imports = Mapping[str, str]
"""Full names by the names that they have in the file."""

_SAME = {
    "cPickle": "pickle",
    "_pickle": "pickle",
    "dill": "pickle",
    "cloudpickle": "pickle",
    "subprocess32": "subprocess",
    "ruamel.yaml": "yaml",
}
"""Modules that do what another does."""


def imports_of(tree: ast.Module) -> Imports:
    """What the file imports, at any depth of it."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                local = name.asname or name.name.partition(".")[0]
                found[local] = name.name if name.asname else local
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for name in node.names:
                found[name.asname or name.name] = f"{node.module}.{name.name}"
    return found


def full_name(node: ast.expr, imports: Imports) -> str:
    """What an expression names, such as ``subprocess.run``; empty where it is nothing imported."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in imports:
        return ""
    name = ".".join((imports[node.id], *reversed(parts)))
    for module, same in _SAME.items():
        if name.startswith(f"{module}."):
            return same + name.removeprefix(module)
    return name
