"""What is wrong with a site's configuration of a pack, by the pack's schema: all of it, at once."""

from collections.abc import Iterator, Mapping

from chatops_cli.execution.draft4 import SchemaError
from chatops_cli.execution.schema import SchemaChecker
from chatops_cli.execution.schema_references import whole_schema
from chatops_cli.execution.secrecy import has_secret, schemas_of_item, schemas_of_key
from chatops_cli.model.action import Parameter
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Severity
from chatops_cli.rendering.templates import is_template

Path = tuple[str | int, ...]
"""Keys and indexes from the whole to a value."""

_INSIDE = frozenset(
    {
        *("properties", "patternProperties", "additionalProperties", "items", "additionalItems"),
        *("required", "secret", "immutable", "position", "default", "description"),
    }
)
"""Keywords that are seen to here, or that check nothing."""


@frozen
class Mistake:
    """One finding: which value, a rule's name, and what is wrong in words for one line."""

    path: Path
    rule: str
    message: str
    hint: str | None = None
    severity: Severity = Severity.ERROR


class SiteChecker:
    """Checks configurations of one pack.

    Args:
        parameters: What its schema declares, without references (see `schema_references`).
        is_final: Whether all is looked up; otherwise a text with a template in it is passed over,
            as nobody knows yet what it will be.
        shows: Whether messages may quote values that no schema calls secret.
    """

    def __init__(
        self, parameters: Mapping[str, Parameter], *, is_final: bool = False, shows: bool = True
    ) -> None:
        self._parameters = parameters
        self._is_final = is_final
        self._shows = shows
        self._checker = SchemaChecker()

    def mistakes(self, values: JsonObject) -> Iterator[Mistake]:
        """All that is wrong. Without any schema, nothing is.

        A key that the schema doesn't name is a surprise only: StackStorm permits it, too.

        Source: StackStorm, ``st2common.util.pack.validate_config_against_schema``.
        """
        if not self._parameters:
            return
        properties: dict[str, Json] = {n: whole_schema(p) for n, p in self._parameters.items()}
        whole: dict[str, Json] = {"properties": properties}
        for key in values:
            if key not in self._parameters:
                yield _unknown((key,), self._parameters, Severity.WARNING)
        yield from self._object(dict(values), whole, (), is_secret=False)

    def _value(
        self, value: Json, schema: JsonObject, path: Path, *, is_secret: bool
    ) -> Iterator[Mistake]:
        is_secret = is_secret or schema.get("secret") is True
        if isinstance(value, dict):
            yield from self._object(value, schema, path, is_secret=is_secret)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                for part in schemas_of_item(_plain(schema), index):
                    yield from self._value(item, part, (*path, index), is_secret=is_secret)
        if self._is_final or not is_template(value):
            yield from self._here(value, schema, path, is_secret=is_secret)

    def _here(
        self, value: Json, schema: JsonObject, path: Path, *, is_secret: bool
    ) -> Iterator[Mistake]:
        """What is wrong with the value itself; what is in it is looked at by itself."""
        said = schema.get("description")
        parameter = Parameter(
            name=spelled(path),
            schema={key: item for key, item in schema.items() if key not in _INSIDE},
            description=said if isinstance(said, str) else "",
        )
        hides = is_secret or not self._shows or has_secret(schema)
        try:
            wrong = self._checker.mistake(value, parameter, is_secret=hides)
        except SchemaError as error:
            message = f"the schema of {spelled(path)} is broken: {error}"
            yield Mistake(path=path, rule="config-schema", message=message)
            return
        if wrong is not None:
            yield Mistake(path=path, rule="config-value", message=f"{spelled(path)} {wrong}")

    def _object(
        self, value: dict[str, Json], schema: JsonObject, path: Path, *, is_secret: bool
    ) -> Iterator[Mistake]:
        yield from _missing(value, schema, path)
        plain = _plain(schema)
        properties = schema.get("properties")
        known = properties if isinstance(properties, Mapping) else {}
        for key, item in value.items():
            parts = [*schemas_of_key(plain, key)]
            if not parts and path:
                yield from _stranger((*path, key), known, schema.get("additionalProperties"))
            if item is not None:
                for part in parts:
                    yield from self._value(item, part, (*path, key), is_secret=is_secret)


def spelled(path: Path) -> str:
    """The path as people type it: ``devices[0].port``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _plain(schema: JsonObject) -> JsonObject:
    """Without alternatives: those are a matter of the value as a whole."""
    return {k: v for k, v in schema.items() if k not in {"allOf", "anyOf", "oneOf"}}


def _missing(value: JsonObject, schema: JsonObject, path: Path) -> Iterator[Mistake]:
    properties = schema.get("properties")
    if isinstance(properties, Mapping):
        for name, part in properties.items():
            if (
                isinstance(part, Mapping)
                and part.get("required") is True
                and part.get("default") is None
                and value.get(name) is None
            ):
                yield _absent(path, name)
    listed = schema.get("required")
    if isinstance(listed, list):
        yield from (_absent(path, str(n)) for n in listed if value.get(str(n)) is None)


def _absent(path: Path, name: str) -> Mistake:
    return Mistake(path=path, rule="missing-key", message=f"{spelled((*path, name))} is missing")


def _stranger(path: Path, known: Mapping[str, Json], others: Json) -> Iterator[Mistake]:
    """A key that no part of the schema speaks of: refused, or, if it looks like a slip, told."""
    if others is False:
        yield _unknown(path, known, Severity.ERROR)
    elif others is None and known:
        slip = _unknown(path, known, Severity.WARNING)
        if slip.hint is not None:
            yield slip


def _unknown(path: Path, known: Mapping[str, object], severity: Severity) -> Mistake:
    from chatops_cli.reading.value import did_you_mean

    return Mistake(
        path=path,
        rule="unknown-key",
        message=f"the key {spelled(path)!r} is not known",
        hint=did_you_mean(str(path[-1]), list(known)),
        severity=severity,
    )
