"""Templates in the code of packs. Jinja itself has to be in the pack's environment.

Source: StackStorm, `st2common.util.jinja`.
"""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from jinja2 import Environment

JINJA_EXPRESSIONS_START_MARKERS = ["{{", "{%"]


def get_filters() -> "dict[str, Any]":
    """StackStorm's filters by name. `decrypt_kv` says that it can't be had here."""
    from _chatops_filters import FILTERS

    return dict(FILTERS)


def get_jinja_environment(
    allow_undefined: bool = False, trim_blocks: bool = True, lstrip_blocks: bool = True
) -> "Environment":
    """A sandboxed environment with StackStorm's filters and its test `in`.

    Args:
        allow_undefined: Whether a name that isn't there writes nothing; otherwise it is an error.
        trim_blocks: Whether the line end after a block goes.
        lstrip_blocks: Whether the white space before a block goes.
    """
    import jinja2
    from jinja2.sandbox import SandboxedEnvironment

    environment = SandboxedEnvironment(
        undefined=jinja2.Undefined if allow_undefined else jinja2.StrictUndefined,
        trim_blocks=trim_blocks,
        lstrip_blocks=lstrip_blocks,
    )
    environment.filters.update(get_filters())
    environment.tests["in"] = lambda item, values: item in values
    return environment


def render_values(
    mapping: "Mapping[str, Any] | None" = None,
    context: "Mapping[str, Any] | None" = None,
    allow_undefined: bool = False,
) -> "Any":
    """Each value rendered; what has no template in it keeps its type, lists and dicts theirs."""
    if not context or not mapping:
        return mapping
    environment = get_jinja_environment(allow_undefined=allow_undefined)
    names = {"__context": context, **context}
    return {key: _render(environment, value, names) for key, value in mapping.items()}


def _render(environment: "Environment", value: "Any", names: "Mapping[str, Any]") -> "Any":
    import json

    is_nested = isinstance(value, (dict, list))
    text = json.dumps(value) if is_nested else str(value)
    rendered = environment.from_string(text).render(names)
    if rendered == text:
        return value
    return json.loads(rendered) if is_nested else rendered


def is_jinja_expression(value: object) -> bool:
    """Whether there is a template in the text."""
    return isinstance(value, str) and any(m in value for m in JINJA_EXPRESSIONS_START_MARKERS)


def convert_jinja_to_raw_block(value: "Any") -> "Any":
    """The same, with every text that holds a template marked as raw."""
    import re

    if isinstance(value, dict):
        return {key: convert_jinja_to_raw_block(item) for key, item in value.items()}
    if isinstance(value, list):
        return [convert_jinja_to_raw_block(item) for item in value]
    if isinstance(value, str) and re.search("{{.*}}|{%.*%}", value):
        return "{% raw %}" + value + "{% endraw %}"
    return value
