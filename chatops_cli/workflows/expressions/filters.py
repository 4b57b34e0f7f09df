"""The filters of templates as functions of expressions, under the names that they have there.

Source: StackStorm, the entry points ``orquesta.expressions.functions`` of its Orquesta runner;
``to_complex``, ``shell_quote`` and ``powershell_quote`` are ours.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

from chatops_cli.rendering.filters.table import MODULES

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "json_dump": "to_json_string",
        "json_parse": "from_json_string",
        "yaml_dump": "to_yaml_string",
        "yaml_parse": "from_yaml_string",
    }
)
"""Other names that workflows know them by."""
_OF_TEMPLATES = "decrypt_kv"
NAMES: tuple[str, ...] = tuple(
    name for names in MODULES.values() for name in names if name != _OF_TEMPLATES
)
"""The names of all of them; ``decrypt_kv`` takes what only Jinja's ``st2kv.system.x`` gives."""


def functions() -> dict[str, Callable[..., object]]:
    """All of them by name, aliases too, with their own signatures."""
    found: dict[str, Callable[..., object]] = {}
    for family, names in MODULES.items():
        module = import_module(f"chatops_cli.rendering.filters.{family}")
        found.update({name: getattr(module, name) for name in names if name != _OF_TEMPLATES})
    found.update({alias: found[name] for alias, name in ALIASES.items()})
    return found
