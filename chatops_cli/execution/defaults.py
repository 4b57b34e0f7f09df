"""Default values that are templates, rendered in the order in which they need each other."""

from collections.abc import Collection, Mapping

from chatops_cli.errors import ChatOpsError, ParameterError
from chatops_cli.execution.casting import CastError, cast
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.secrecy import schemas_of, secret_values
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.json import Json
from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.limits import OUTPUT_LIMIT
from chatops_cli.rendering.templates import Context, Templates, is_template

DATASTORE = "st2kv"


class DefaultRenderer:
    """Renders the defaults of one action's parameters.

    Args:
        action: The action, for messages.
        parameters: All its parameters, merged.
        templates: What renders.
        context: What templates may name beside the parameters: ``st2kv``, ``action_context``,
            ``config_context``. A parameter of the same name goes before it.
    """

    def __init__(
        self,
        action: Action,
        parameters: Mapping[str, Parameter],
        templates: Templates,
        context: Context,
    ) -> None:
        self._action = action
        self._parameters = parameters
        self._templates = templates
        self._context = context

    def render(self, values: Mapping[str, Json]) -> dict[str, Json]:
        """Adds a value for each parameter that `values` has none for: its default, or null.

        `values` are data: they are visible to templates, but never templates themselves. A default
        that isn't valid Jinja is plain text.

        Raises:
            ParameterError: Defaults need each other in a circle, or one can't be rendered.

        Source: StackStorm, ``st2common.util.param``; there a value that was given is a template
            too, which would let a chat user read the datastore.
        """
        result: dict[str, Json] = {
            name: value for name, value in values.items() if value is not None
        }
        needs: dict[str, frozenset[str]] = {}
        for name, parameter in self._parameters.items():
            if name in result:
                continue
            names = self._names(parameter.default)
            if names is None:
                result[name] = self._cast(parameter, parameter.default)
            else:
                needs[name] = names & self._parameters.keys()
        for name in ordered(needs, result, self._action):
            result[name] = self._rendered(self._parameters[name], result)
        return result

    def _names(self, default: Json) -> frozenset[str] | None:
        """The names that the default reads; None where it is plain."""
        if not is_template(default):
            return None
        try:
            return self._templates.names(default)
        except TemplateError:
            return None

    def _rendered(self, parameter: Parameter, values: Mapping[str, Json]) -> Json:
        if DATASTORE not in self._context and DATASTORE in (self._names(parameter.default) or ()):
            raise ParameterError(
                f"the default of {parameter.name!r} of {self._action.ref} reads the datastore "
                f"({DATASTORE}), and there is none here",
                hint=f"give {parameter.name!r} yourself, or set up the datastore",
            )
        try:
            value = self._templates.render_json(
                parameter.default, {**self._context, **values}, strict=True
            )
        except ChatOpsError as error:
            # Jinja's words may quote a value: int('hunter2').
            masker = Masker(secret_values(values, schemas_of(self._parameters)))
            raise ParameterError(
                f"the default of {parameter.name!r} of {self._action.ref} can't be rendered: "
                f"{masker.text(error.message)}",
                hint=error.hint
                or f"give {parameter.name!r} yourself, or correct {self._action.place}",
            ) from error
        if isinstance(value, str) and len(value) > OUTPUT_LIMIT:
            raise ParameterError(
                f"the default of {parameter.name!r} of {self._action.ref} renders to more than "
                f"{OUTPUT_LIMIT:,} characters"
            )
        return self._cast(parameter, value)

    def _cast(self, parameter: Parameter, value: Json) -> Json:
        """Casts where that works; what doesn't is left for the check of the schema to name."""
        try:
            return cast(value, parameter.schema)
        except CastError:
            return value


def ordered(
    needs: Mapping[str, Collection[str]], known: Collection[str], action: Action
) -> tuple[str, ...]:
    """The names of `needs`, each after those that it needs and that aren't known.

    Raises:
        ParameterError: Some need each other in a circle; the message shows it.
    """
    order: list[str] = []
    done = set(known)
    pending = dict(needs)
    while pending:
        ready = [name for name, names in pending.items() if done.issuperset(names)]
        if not ready:
            circle = " → ".join(_circle(pending, done))
            raise ParameterError(
                f"defaults of {action.ref} need each other in a circle: {circle}",
                hint="give one of them a value",
            )
        order.extend(ready)
        done.update(ready)
        for name in ready:
            del pending[name]
    return tuple(order)


def _circle(pending: Mapping[str, Collection[str]], done: Collection[str]) -> list[str]:
    """One circle, its first name again at the end."""
    path: list[str] = []
    name = next(iter(pending))
    while name not in path:
        path.append(name)
        name = min(need for need in pending[name] if need not in done)
    return [*path[path.index(name) :], name]
