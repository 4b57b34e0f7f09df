"""The filters that StackStorm adds to Jinja, and `shell_quote`, which is ours.

Source: StackStorm, `st2common.util.jinja.get_filters`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from chatops_cli.rendering.filters.data import (
    decrypt_kv,
    from_json_string,
    from_yaml_string,
    json_escape,
    jsonpath_query,
    to_complex,
    to_json_string,
    to_yaml_string,
    use_none,
)
from chatops_cli.rendering.filters.duration import to_human_time_from_seconds
from chatops_cli.rendering.filters.paths import basename, dirname, shell_quote
from chatops_cli.rendering.filters.pattern import (
    regex_match,
    regex_replace,
    regex_search,
    regex_substring,
)
from chatops_cli.rendering.filters.version import (
    version_bump_major,
    version_bump_minor,
    version_bump_patch,
    version_compare,
    version_equal,
    version_less_than,
    version_match,
    version_more_than,
    version_strip_patch,
)

FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            basename,
            decrypt_kv,
            dirname,
            from_json_string,
            from_yaml_string,
            json_escape,
            jsonpath_query,
            regex_match,
            regex_replace,
            regex_search,
            regex_substring,
            shell_quote,
            to_complex,
            to_human_time_from_seconds,
            to_json_string,
            to_yaml_string,
            use_none,
            version_bump_major,
            version_bump_minor,
            version_bump_patch,
            version_compare,
            version_equal,
            version_less_than,
            version_match,
            version_more_than,
            version_strip_patch,
        )
    }
)
"""Name of a filter to the function that does it."""
