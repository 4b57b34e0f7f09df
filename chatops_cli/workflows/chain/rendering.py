"""The templates of a chain, and what they may name.

Source: StackStorm, ``action_chain_runner.py`` and ``st2common/util/jinja.py``.
"""

from collections.abc import Mapping

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.templates import Context, Templates
from chatops_cli.workflows.evaluation import ExpressionError


def context_of(
    parameters: JsonObject, results: JsonObject, variables: JsonObject, more: Context
) -> dict[str, object]:
    """What templates see: of names that are twice, the later has the last word.

    Args:
        parameters: Those of the chain's action.
        results: What each task that has run gave, by its name; all of them are ``results`` too.
        variables: Those of the chain, and what was published.
        more: What the chain doesn't know by itself: ``st2kv``, ``action_context`` and such.
    """
    context: dict[str, object] = {**parameters, **results, **variables, "results": results, **more}
    return {"__context": context, **context}


def rendered(templates: Templates, values: JsonObject, context: Context) -> dict[str, Json]:
    """The values with their templates rendered; an undefined name is an error.

    Raises:
        ExpressionError: One can't be; the message says which.
    """
    found: dict[str, Json] = {}
    for name, value in values.items():
        try:
            found[name] = templates.render_json(value, context, strict=True)
        except TemplateError as error:
            raise ExpressionError(f"{name}: {error.message}", hint=error.hint) from error
    return found


def as_texts(values: Mapping[str, Json]) -> dict[str, Json]:
    """Variables as StackStorm has them: numbers, truth values and null are texts."""
    return {
        name: value if isinstance(value, str | list | dict) else str(value)
        for name, value in values.items()
    }
