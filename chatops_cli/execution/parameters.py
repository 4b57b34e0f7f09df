"""Values bound to an action's parameters: defaults filled in, cast, and checked."""

from collections.abc import Iterable, Mapping
from dataclasses import field

from chatops_cli.errors import ChatOpsError, ParameterError
from chatops_cli.execution.casting import CastError, cast, shown
from chatops_cli.execution.defaults import DATASTORE, DefaultRenderer
from chatops_cli.execution.draft4 import SchemaError
from chatops_cli.execution.merging import Merged, merge
from chatops_cli.execution.schema import SchemaChecker
from chatops_cli.execution.secrecy import has_secret, schemas_of, secret_values
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.datastore import Lookup, StoredValues
from chatops_cli.rendering.templates import Context, Templates, is_template

LISTED = 12
"""Parameters that a hint lists."""


@frozen
class Bound:
    """An action's parameters, final: every declared one has a value, if only null.

    `parameters` are the action's own, `runner_parameters` the runner's; a name stands in one of
    the two. `schemas` holds the schema of each that is secret or has something secret in it.
    """

    parameters: Mapping[str, Json]
    runner_parameters: Mapping[str, Json]
    secrets: frozenset[str] = frozenset()
    schemas: Mapping[str, JsonObject] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, Json]:
        """Both kinds together."""
        return {**self.parameters, **self.runner_parameters}

    @property
    def secret_values(self) -> tuple[Json, ...]:
        """What is to be masked by value, wherever it appears."""
        return secret_values(self.all, self.schemas)


class Binder:
    """Binds values to actions. Make one and keep it: templates and schemas stay compiled."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self._checker = SchemaChecker()

    def bind(
        self,
        action: Action,
        runner: Mapping[str, Parameter],
        given: JsonObject,
        *,
        fixed: JsonObject | None = None,
        context: JsonObject | None = None,
        config: JsonObject | None = None,
        datastore: Lookup | None = None,
    ) -> Bound:
        """Binds `given` to the parameters of the action and of its runner.

        What was given is data and never rendered, whatever it holds; StackStorm renders it, which
        lets whoever types a command read the datastore. Defaults are the pack's own: those with
        Jinja in them are rendered, and see all other parameters. Null counts as not given.

        Args:
            action: The action.
            runner: The parameters of its runner.
            given: Values by parameter, as typed or with types.
            fixed: Values that the alias fixes (``immutable_parameters``): the pack's own, rendered
                with the keys of `context`, and not to be given by anybody.
            context: What templates see as ``action_context``.
            config: The pack's configuration, which they see as ``config_context``.
            datastore: Where ``st2kv`` reads; None where there is no datastore.

        Raises:
            ParameterError: Something given is unknown, immutable, of the wrong type or not
                permitted, something required is missing, or a default or schema is broken. All
                that is wrong with the given values is in one message.

        Source: StackStorm, ``st2common.util.param``, ``st2common.services.action`` and
            ``st2common.models.utils.action_alias_utils``.
        """
        merged = merge(action, runner)
        action_context = dict(context or {})
        scope: dict[str, object] = {
            "action_context": action_context,
            "config_context": dict(config or {}),
        }
        if datastore is not None:
            scope[DATASTORE] = StoredValues(datastore)
        if fixed:
            rendered = _render_fixed(action, fixed, self.templates, {**action_context, **scope})
            given = _with_fixed(action, given, rendered)
        values = self._read(action, merged, given)
        filled = DefaultRenderer(action, merged.parameters, self.templates, scope).render(values)
        self._check(action, merged, filled, values)
        return _split(merged, filled)

    def _read(self, action: Action, merged: Merged, given: JsonObject) -> dict[str, Json]:
        """What was given, cast; every mistake in it is told at once."""
        values: dict[str, Json] = {}
        mistakes = []
        for name, value in given.items():
            parameter = merged.parameters.get(name)
            if parameter is None and not merged.parameters:
                # Nothing is declared, so nothing is forbidden: `core.noop` behind an alias.
                values[name] = value
            elif parameter is None:
                mistakes.append(_unknown(name, merged.parameters))
            elif value is None:
                continue
            elif parameter.immutable:
                mistakes.append(f"parameter {name!r} is immutable")
            else:
                try:
                    values[name] = cast(value, parameter.schema)
                except CastError as error:
                    text = shown(value, is_secret=_is_secret(parameter))
                    mistakes.append(f"parameter {name!r} {error}, not {text}")
                    continue
                mistakes.extend(self._mistakes(parameter, values[name], "parameter"))
        for name, parameter in merged.parameters.items():
            if parameter.required and given.get(name) is None and parameter.default is None:
                mistakes.append(f"parameter {name!r} is missing")
        if mistakes:
            raise _refusal(action, mistakes, merged)
        return values

    def _check(
        self, action: Action, merged: Merged, filled: JsonObject, given: Mapping[str, Json]
    ) -> None:
        """Checks what the defaults gave; what was given has been checked."""
        mistakes: list[str] = []
        for name, parameter in merged.parameters.items():
            if name not in given:
                found = self._mistakes(parameter, filled.get(name), "the default of parameter")
                mistakes.extend(found)
        if mistakes:
            raise _refusal(action, mistakes, merged)

    def _mistakes(self, parameter: Parameter, value: Json, subject: str) -> Iterable[str]:
        if value is None:
            if parameter.required:
                yield f"parameter {parameter.name!r} is missing"
            return
        try:
            mistake = self._checker.mistake(value, parameter, is_secret=_is_secret(parameter))
        except SchemaError as error:
            yield f"the schema of parameter {parameter.name!r} is broken: {error}"
            return
        if mistake is not None:
            yield f"{subject} {parameter.name!r} {mistake}"


def _render_fixed(
    action: Action, fixed: JsonObject, templates: Templates, context: Context
) -> dict[str, Json]:
    result: dict[str, Json] = {}
    for name, value in fixed.items():
        try:
            result[name] = (
                templates.render_json(value, context, strict=True) if is_template(value) else value
            )
        except ChatOpsError as error:
            raise ParameterError(
                f"what the alias fixes for {name!r} of {action.ref} can't be rendered: "
                f"{error.message}",
                hint=error.hint,
            ) from error
    return result


def _with_fixed(action: Action, given: JsonObject, fixed: JsonObject) -> JsonObject:
    taken = [name for name, value in given.items() if name in fixed and value is not None]
    if taken:
        names = ", ".join(map(repr, taken))
        raise ParameterError(f"{action.ref}: the alias fixes {names}; it can't be set")
    return {**given, **fixed}


def _split(merged: Merged, filled: JsonObject) -> Bound:
    names = [*merged.parameters] or [*filled]
    return Bound(
        parameters={n: filled.get(n) for n in names if n not in merged.of_runner},
        runner_parameters={n: filled.get(n) for n in names if n in merged.of_runner},
        secrets=merged.secrets,
        schemas=schemas_of(merged.parameters),
    )


def _is_secret(parameter: Parameter) -> bool:
    """Whether the value, or a part of it, must not be shown."""
    return parameter.secret or has_secret(parameter.schema)


def _unknown(name: str, parameters: Mapping[str, Parameter]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, parameters, n=1)
    return f"no parameter {name!r}" + (f" (did you mean {near[0]!r}?)" if near else "")


def _refusal(action: Action, mistakes: Iterable[str], merged: Merged) -> ParameterError:
    settable = {n: p for n, p in merged.parameters.items() if not p.immutable}
    own = {name: settable[name] for name in settable if name in action.parameters}
    listed = [f"{n} (required)" if p.required else n for n, p in (own or settable).items()]
    more = f", and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
    whose = "its parameters" if own or not settable else "it has none of its own, its runner's"
    return ParameterError(
        f"{action.ref}: {'; '.join(mistakes)}",
        hint=f"{whose} are {', '.join(listed[:LISTED]) or 'none'}{more}",
    )
