"""Values of a definition that may be written or computed."""

import re

from chatops_cli.model.problem import Severity
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value
from chatops_cli.workflows.definition.markers import has_expression

_DIGITS = re.compile(r"\s*\d+\s*")


def read_count(value: Value | None) -> int | str | None:
    """A whole number from 0, or a text with an expression that gives one."""
    if value is None:
        return None
    is_text = isinstance(value.json(), str) and value.node.id == "scalar"
    if not is_text:
        return value.integer(minimum=0)
    text: str = value.node.value
    if has_expression(text):
        return text
    hint = "remove the quotes" if _DIGITS.fullmatch(text) else None
    value.report(
        "wrong-type",
        f"{value.name} must be a whole number or an expression, not {value.show()}",
        hint=hint,
    )
    return None


def read_condition(reader: Reader, key: str) -> str | None:
    """A text that isn't empty; None where there is none, and for anything else."""
    value = reader.value(key)
    if value is None:
        return None
    found = value.json() if value.node.id == "scalar" else None
    if isinstance(found, str) and found.strip():
        return found
    hint = "leave it out, and it always holds" if found is True else None
    message = f"{value.name} must be an expression, not {value.show()}"
    value.report("wrong-type", message, hint=hint)
    return None


def report_null(reader: Reader, *keys: str) -> None:
    """Report keys that stand there without a value."""
    for key in keys:
        if reader.has(key) and reader.value(key) is None:
            reader.report(
                "no-value",
                f"{reader.path(key)} has no value; StackStorm refuses that",
                key=key,
                hint="remove it",
                severity=Severity.WARNING,
            )
