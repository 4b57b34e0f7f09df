"""A pack's configuration as its actions see it: what it refers to looked up, defaults filled in."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, ParameterError
from chatops_cli.execution.casting import CastError, cast
from chatops_cli.execution.defaults import DATASTORE
from chatops_cli.execution.secrecy import schemas_of_item, schemas_of_key
from chatops_cli.model.action import Parameter
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Severity
from chatops_cli.rendering.datastore import DatastoreError, Lookup, StoredValues
from chatops_cli.rendering.templates import Templates, is_template
from chatops_cli.rendering.variables import ENVIRONMENT, PermittedVariables

if TYPE_CHECKING:
    from chatops_cli.execution.site_check import Path


@frozen
class Site:
    """What a site says of a pack: `values` as written, and `schema`, what the pack declares.

    The schema is without references (see `schema_references`).
    """

    values: JsonObject = field(default_factory=dict)
    schema: Mapping[str, Parameter] = field(default_factory=dict)


@frozen
class Sources:
    """Where values are looked up; None where there is no such place."""

    templates: Templates
    datastore: Lookup | None = None
    variables: PermittedVariables | None = None


def looked_up(site: Site, *, pack: str, sources: Sources) -> dict[str, Json]:
    """The configuration with all that it refers to, at any depth, and with the schema's defaults.

    ``{{ st2kv.system.x }}`` reads the datastore, and decrypts where the schema calls the value
    secret; ``{{ env.X }}`` reads the environment. What comes from there is text, which is cast to
    the declared type and then checked; a text that renders to nothing is null. Defaults that are
    templates read the datastore too, not the environment; one that names an absent item is null.
    Keys stay as they are.

    Raises:
        ParameterError: Something can't be looked up, or isn't what the schema permits; the message
            names the key, and never a value.

    Source: StackStorm, ``st2common.util.config_loader``, dynamic values. There they stay text, and
        templates in defaults stay as written.
    """
    if not site.values and not site.schema:
        return {}
    # Here, as many packs have none.
    from chatops_cli.execution.site_defaults import with_defaults

    reader = _Reader(pack, sources)
    found = {
        key: reader.value(value, _schema(site.schema, key), (key,))
        for key, value in site.values.items()
    }
    if reader.has_looked:
        # Before there are defaults: what they leave open of an object that nobody set is no
        # mistake of the site's.
        _check(found, site, pack)
    return with_defaults(found, site.schema, reader.default)


class _Reader:
    """Reads one configuration's values from their sources."""

    def __init__(self, pack: str, sources: Sources) -> None:
        self._pack = pack
        self._sources = sources
        self.has_looked = False

    def value(
        self, value: Json, schema: JsonObject, path: "Path", *, is_secret: bool = False
    ) -> Json:
        is_secret = is_secret or schema.get("secret") is True
        if isinstance(value, dict):
            return {
                key: self.value(
                    item, _first(schemas_of_key(schema, key)), (*path, key), is_secret=is_secret
                )
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [
                self.value(
                    item, _first(schemas_of_item(schema, n)), (*path, n), is_secret=is_secret
                )
                for n, item in enumerate(value)
            ]
        if not isinstance(value, str) or not is_template(value):
            return value
        try:
            return self._rendered(value, schema, is_secret=is_secret, reads_variables=True)
        except ChatOpsError as error:
            from chatops_cli.execution.site_check import spelled

            raise ParameterError(
                f"the configuration of pack {self._pack} has no value for {spelled(path)!r}: "
                f"{error.message}",
                hint=error.hint,
            ) from error

    def default(self, default: Json, schema: JsonObject) -> Json:
        if not isinstance(default, str) or not is_template(default):
            return default
        is_secret = schema.get("secret") is True
        try:
            return self._rendered(default, schema, is_secret=is_secret, reads_variables=False)
        except ChatOpsError as error:
            if isinstance(error, DatastoreError) or isinstance(error.__cause__, DatastoreError):
                return None
            raise ParameterError(
                f"a default in the configuration schema of pack {self._pack} can't be rendered: "
                f"{error.message}",
                hint=error.hint,
            ) from error

    def _rendered(
        self, text: str, schema: JsonObject, *, is_secret: bool, reads_variables: bool
    ) -> Json:
        self.has_looked = True
        datastore, variables = self._sources.datastore, self._sources.variables
        context: dict[str, object] = {}
        if datastore is not None:
            context[DATASTORE] = StoredValues(_Decrypting(datastore) if is_secret else datastore)
        elif DATASTORE in self._sources.templates.names(text):
            raise DatastoreError(f"it reads the datastore ({DATASTORE}), and there is none here")
        if variables is not None and reads_variables:
            context[ENVIRONMENT] = variables
        rendered = self._sources.templates.render(text, context, strict=True)
        if not rendered:
            return None
        try:
            return cast(rendered, schema)
        except CastError:
            return rendered  # the check of the whole names it


class _Decrypting:
    """The datastore for a secret value: what is encrypted there is decrypted unasked.

    Source: StackStorm, ``st2common.util.config_loader``, secret keys of the schema.
    """

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:
        del decrypt
        return self._lookup.get(scope, name, True)


def _check(values: JsonObject, site: Site, pack: str) -> None:
    from chatops_cli.execution.site_check import SiteChecker

    checker = SiteChecker(site.schema, is_final=True, shows=False)
    wrong = [m.message for m in checker.mistakes(values) if m.severity is Severity.ERROR]
    if wrong:
        raise ParameterError(
            f"the configuration of pack {pack} is not what its schema permits: {'; '.join(wrong)}",
            hint=f"see 'chatops pack config {pack} --check'",
        )


def _schema(parameters: Mapping[str, Parameter], key: str) -> JsonObject:
    from chatops_cli.execution.schema_references import whole_schema

    return whole_schema(parameters[key]) if key in parameters else {}


def _first(schemas: Iterator[JsonObject]) -> JsonObject:
    """Of the schemas of one value that which says a type, a secret one before any."""
    found = [*schemas]
    found.sort(key=lambda schema: (schema.get("secret") is not True, "type" not in schema))
    return found[0] if found else {}
