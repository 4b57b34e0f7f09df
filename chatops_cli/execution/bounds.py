"""The bounds that packs write most, checked without a validator: lengths, ranges, a pattern.

Importing the validator and compiling a schema costs 7 ms, which a single command would feel.
"""

from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json, JsonObject

KEYWORDS = frozenset({"maxLength", "maximum", "minLength", "minimum", "pattern"})


def are_simple(schema: JsonObject) -> bool:
    """Whether the bounds of `schema` are of the kind that is checked here, as they should be."""
    lengths = (schema.get("minLength", 0), schema.get("maxLength", 0))
    numbers = (schema.get("minimum", 0), schema.get("maximum", 0))
    return (
        all(isinstance(length, int) and not isinstance(length, bool) for length in lengths)
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in numbers)
        and matcher(schema.get("pattern", "")) is not None
    )


def out_of_bounds(value: Json, parameter: Parameter) -> str | None:
    """What is wrong with the value, in words to stand after the parameter's name; or None."""
    schema = parameter.schema
    if isinstance(value, str):
        return wrong_length(value, schema) or wrong_text(value, parameter)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return out_of_range(value, schema)
    return None


def wrong_length(value: str, schema: JsonObject) -> str | None:
    """Whether a text has too few or too many characters."""
    least, most = schema.get("minLength"), schema.get("maxLength")
    if isinstance(least, int) and len(value) < least:
        return f"must have at least {least} characters, not {len(value)}"
    if isinstance(most, int) and len(value) > most:
        return f"must have at most {most} characters, not {len(value)}"
    return None


def wrong_text(value: str, parameter: Parameter) -> str | None:
    """Whether a text doesn't match the pattern; its description says what people can write."""
    pattern = parameter.schema.get("pattern")
    found = matcher(pattern)
    if pattern is None or found is None or found.search(value) is not None:  # type: ignore[attr-defined]  # re2 has no stubs
        return None
    described = f" ({parameter.description.rstrip('.')})" if parameter.description else ""
    return f"must match {pattern}{described}"


def out_of_range(value: float, schema: JsonObject) -> str | None:
    """Whether a number is too small or too large."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if isinstance(least, int | float) and value < least:
        return f"must be at least {least}, not {value}"
    if isinstance(most, int | float) and value > most:
        return f"must be at most {most}, not {value}"
    return None


def matcher(pattern: Json) -> object | None:
    """The pattern compiled by RE2, which no value can make slow; None where it can't be."""
    if not isinstance(pattern, str):
        return None
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        compiled: object = re2.compile(pattern, options)
    except re2.error:
        return None
    return compiled
