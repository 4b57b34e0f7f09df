"""A pack's site configuration, its references to the datastore looked up."""

from chatops_cli.errors import ChatOpsError, ParameterError
from chatops_cli.execution.defaults import DATASTORE
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.datastore import Lookup, StoredValues
from chatops_cli.rendering.templates import Templates, is_template


def looked_up(
    config: JsonObject, *, pack: str, templates: Templates, datastore: Lookup | None
) -> JsonObject:
    """The configuration with ``{{ st2kv.system.x }}`` and the like rendered, at any depth.

    A text that renders to nothing becomes null. Keys stay as they are.

    Raises:
        ParameterError: Something can't be looked up; the message names the key.

    Source: StackStorm, ``st2common.util.config_loader``, dynamic values.
    """
    if not any(map(is_template, config.values())):
        return config
    if datastore is None:
        key = next(key for key, value in config.items() if is_template(value))
        raise ParameterError(
            f"the configuration of pack {pack} reads the datastore ({DATASTORE}) for {key!r}, and "
            "there is none here"
        )
    context = {DATASTORE: StoredValues(datastore)}
    result: dict[str, Json] = {}
    for key, value in config.items():
        try:
            result[key] = _rendered(value, templates, context)
        except ChatOpsError as error:
            raise ParameterError(
                f"the configuration of pack {pack} has no value for {key!r}: {error.message}",
                hint=error.hint,
            ) from error
    return result


def _rendered(value: Json, templates: Templates, context: dict[str, StoredValues]) -> Json:
    if isinstance(value, str):
        if not is_template(value):
            return value
        return templates.render(value, context, strict=True) or None
    if isinstance(value, dict):
        return {key: _rendered(item, templates, context) for key, item in value.items()}
    if isinstance(value, list):
        return [_rendered(item, templates, context) for item in value]
    return value
