"""The filters of templates as functions of expressions, under the names that they have there.

Source: StackStorm, the entry points ``orquesta.expressions.functions`` of its Orquesta runner;
``to_complex`` and ``shell_quote`` are ours.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType

_FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "data": (
            *("from_json_string", "from_yaml_string", "json_escape", "jsonpath_query"),
            *("to_complex", "to_json_string", "to_yaml_string", "use_none"),
        ),
        "duration": ("to_human_time_from_seconds",),
        "paths": ("basename", "dirname", "shell_quote"),
        "pattern": ("regex_match", "regex_replace", "regex_search", "regex_substring"),
        "version": (
            *("version_bump_major", "version_bump_minor", "version_bump_patch", "version_compare"),
            *("version_equal", "version_less_than", "version_match", "version_more_than"),
            "version_strip_patch",
        ),
    }
)
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "json_dump": "to_json_string",
        "json_parse": "from_json_string",
        "yaml_dump": "to_yaml_string",
        "yaml_parse": "from_yaml_string",
    }
)
"""Other names that workflows know them by."""
NAMES: tuple[str, ...] = tuple(name for names in _FAMILIES.values() for name in names)
"""The names of all of them."""


def functions() -> dict[str, Callable[..., object]]:
    """All of them by name, aliases too, with their own signatures."""
    found: dict[str, Callable[..., object]] = {}
    for family, names in _FAMILIES.items():
        module = import_module(f"chatops_cli.rendering.filters.{family}")
        found.update({name: getattr(module, name) for name in names})
    found.update({alias: found[name] for alias, name in ALIASES.items()})
    return found
