"""Parameters whose values can mean nothing to a shell."""

import re

from chatops_cli.model.action import Parameter

_HARMLESS = re.compile(r"\^(?:\[[\w:,@%+/.-]+\](?:[?*+]|\{[\d,]+\})?|[\w:,@%/-])+\$")
"""Classes of harmless characters one after another, of which each text that fits is made whole."""
_FREE = (None, "string", "array", "object")


def is_harmless(parameter: Parameter) -> bool:
    """Whether no value that it takes can mean anything to a shell: an enum, a number, a pattern."""
    pattern = parameter.schema.get("pattern")
    is_bound = isinstance(pattern, str) and _HARMLESS.fullmatch(pattern) is not None
    return bool(parameter.enum) or parameter.type not in _FREE or is_bound
