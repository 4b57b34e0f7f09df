"""The filters that StackStorm adds to Jinja, and by name those of ours: ``shell_quote`` and so on.

Source: StackStorm, `st2common.util.jinja.get_filters`.
"""

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from types import MappingProxyType

MODULES: Mapping[str, tuple[str, ...]] = {
    "data": (
        *("decrypt_kv", "from_json_string", "from_yaml_string", "json_escape", "jsonpath_query"),
        *("to_complex", "to_json_string", "to_yaml_string", "use_none"),
    ),
    "duration": ("to_human_time_from_seconds",),
    "paths": ("basename", "dirname", "shell_quote"),
    "pattern": ("regex_match", "regex_replace", "regex_search", "regex_substring"),
    "powershell": ("powershell_quote",),
    "version": (
        *("version_bump_major", "version_bump_minor", "version_bump_patch", "version_compare"),
        *("version_equal", "version_less_than", "version_match", "version_more_than"),
        "version_strip_patch",
    ),
}
"""The filters of each module here; a module is imported when one of its filters is first used."""


def _apply(module: str, name: str, *arguments: object, **options: object) -> object:
    function = getattr(import_module(f"chatops_cli.rendering.filters.{module}"), name)
    result: object = function(*arguments, **options)
    return result


FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {name: partial(_apply, module, name) for module, names in MODULES.items() for name in names}
)
