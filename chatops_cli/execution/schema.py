"""Whether a parameter's value is what its schema permits."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from chatops_cli.execution.bounds import KEYWORDS, are_simple, out_of_bounds
from chatops_cli.execution.casting import describe, shown
from chatops_cli.execution.draft4 import SchemaError, draft4
from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json, JsonObject

_Validate = Callable[[Json, str], None]

_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "null": type(None),
    "number": (int, float),
    "object": dict,
    "string": str,
}
_PLAIN = frozenset({"$schema", "default", "description", "enum", "id", "title", "type", "format"})
"""Keywords that are checked here or, like StackStorm's ``format``, not at all."""

_BROKEN = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    SyntaxError,
    RecursionError,
    re.error,
)
"""What compiling a broken schema was seen to raise; its own errors are a ValueError."""


class SchemaChecker:
    """Checks values; the validators of schemas that say more than a type are compiled once."""

    def __init__(self) -> None:
        self._validators: dict[str, _Validate] = {}

    def mistake(self, value: Json, parameter: Parameter, *, is_secret: bool) -> str | None:
        """What is wrong with the value, in words to stand after the parameter's name; or None.

        The type and ``enum`` are checked here, any other keyword by a validator of draft 4. A value
        that is secret is never shown.

        Raises:
            SchemaError: The schema itself is broken.
        """
        schema = parameter.schema
        wrong = _wrong_type(value, schema) or _not_listed(value, parameter.enum)
        if wrong is not None:
            return f"{wrong}, not {shown(value, is_secret=is_secret)}"
        if isinstance(schema.get("type"), str) or "type" not in schema:
            more = set(schema) - _PLAIN
            if not more:
                return None
            if more <= KEYWORDS and are_simple(schema):
                wrong = out_of_bounds(value, parameter)
                return "does not fit its schema" if wrong and is_secret else wrong
        return self._by_validator(value, parameter, is_secret=is_secret)

    def _by_validator(self, value: Json, parameter: Parameter, *, is_secret: bool) -> str | None:
        import json

        from fastjsonschema import JsonSchemaValueException

        key = json.dumps(parameter.schema, sort_keys=True, default=str)
        validate = self._validators.get(key)
        if validate is None:
            validate = self._validators[key] = _compiled(parameter.schema)
        try:
            validate(value, parameter.name)
        except JsonSchemaValueException as error:
            if is_secret:
                return f"does not fit its schema ({error.rule})"
            return f"does not fit its schema: {_in_words(error.message)}"
        except RecursionError:
            return "does not fit its schema: it nests too deeply"
        return None


_LISTED = re.compile(r" must (not )?contain [\[{](.*)[\]}] properties$", re.DOTALL)


def _in_words(message: str) -> str:
    """The validator's words; keys that are missing or too many, which it lists as Python does."""
    return _LISTED.sub(
        lambda found: f" {'must not have' if found[1] else 'lacks'} {found[2]}", message
    )


def is_of_type(value: Json, kind: str) -> bool:
    """Whether JSON calls the value that type; true and false are no numbers.

    Raises:
        SchemaError: JSON has no such type.
    """
    expected = _TYPES.get(kind)
    if expected is None:
        known = ", ".join(sorted(_TYPES))
        raise SchemaError(f"there is no type {kind!r}; types are {known}")
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, expected)


def _wrong_type(value: Json, schema: JsonObject) -> str | None:
    declared = schema.get("type")
    if declared is None:
        return None
    kinds = declared if isinstance(declared, list) else [declared]
    names = [kind for kind in kinds if isinstance(kind, str)]
    if len(names) != len(kinds) or not names:
        raise SchemaError(f"its type is {declared!r}, which is no name of a type")
    matches = [is_of_type(value, name) for name in names]
    return None if any(matches) else f"must be {' or '.join(describe(name) for name in names)}"


def _not_listed(value: Json, enum: tuple[Json, ...]) -> str | None:
    if not enum or any(_same(value, item) for item in enum):
        return None
    return f"must be one of {', '.join(_listed(item) for item in enum)}"


def _same(left: Json, right: Json) -> bool:
    """Equality as JSON has it: 1 is not true."""
    return isinstance(left, bool) == isinstance(right, bool) and left == right


def _listed(item: Json) -> str:
    import json

    return item if isinstance(item, str) and item else json.dumps(item, default=str)


def _compiled(schema: JsonObject) -> _Validate:
    """Compiles one schema.

    The library writes Python source out of the schema: it is trusted, as the pack's actions are.
    """
    import fastjsonschema

    try:
        validate = fastjsonschema.compile(draft4(schema), use_default=False, use_formats=False)
    except SchemaError:
        raise
    except _BROKEN as error:
        raise SchemaError(str(error) or type(error).__name__) from error
    _bound(getattr(validate, "__globals__", {}).get("REGEX_PATTERNS", {}))

    def check(value: Json, name: str) -> None:
        validate(value, name_prefix=name)

    return check


def _bound(patterns: dict[str, object]) -> None:
    """Lets RE2 do the matching where it can, so that no value makes a pattern take for ever."""
    if not patterns:
        return
    import re2

    for pattern, compiled in patterns.items():
        source = compiled.pattern if isinstance(compiled, re.Pattern) else pattern
        try:
            patterns[pattern] = re2.compile(source.replace(r"\Z", r"\z"))
        except re2.error:
            continue  # look-arounds and back-references: Python's own engine stays
