"""The parameters that an action takes: its own, above those of its runner."""

from collections.abc import Iterable, Mapping
from dataclasses import field, replace

from chatops_cli.errors import ParameterError
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.frozen import frozen

_OVERRIDABLE = frozenset({"enum"})
"""Keywords of `Parameter.schema` that an action may say anew of a runner parameter."""


@frozen
class Merged:
    """All parameters of an action, in file order, those it only inherits from the runner last.

    `of_runner` names the ones that go to the runner, whether or not the action overrides them.
    """

    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    of_runner: frozenset[str] = frozenset()

    @property
    def secrets(self) -> frozenset[str]:
        """The names of the secret ones."""
        return frozenset(name for name, p in self.parameters.items() if p.secret)


def merge(action: Action, runner: Mapping[str, Parameter]) -> Merged:
    """Merges the runner's parameters below the action's.

    An action may say anew only default, immutable, required, description, enum, position and
    secret of a runner parameter. What the runner made immutable or secret stays so.

    Raises:
        ParameterError: The action says something else anew, such as the type.

    Source: StackStorm, ``st2common.util.schema``, overridable attributes of runner parameters, and
        ``st2common.models.utils.action_param_utils``; there position and secret aren't among them.
    """
    parameters = {
        name: _overridden(action, own, runner[name]) if name in runner else own
        for name, own in action.parameters.items()
    }
    parameters.update({name: p for name, p in runner.items() if name not in parameters})
    return Merged(parameters=parameters, of_runner=frozenset(runner))


def chat_settable(
    action: Action,
    alias: Alias | None,
    runner: Mapping[str, Parameter],
    opened: Iterable[str] = (),
) -> frozenset[str]:
    """The names that a ``key=value`` at the end of a chat message may set.

    They are those that the action declares, without the runner's, also those that the action
    overrides (``sudo``, ``cmd``, ``timeout`` …), and without secret ones. `opened` names what the
    alias or the settings open beyond that, of the runner's and the secret ones. Nothing opens an
    immutable parameter, nor one that the alias fixes.
    """
    merged = merge(action, runner).parameters
    allowed = set(opened)
    fixed = alias.immutable_parameters if alias is not None else {}
    return frozenset(
        name
        for name, parameter in merged.items()
        if not parameter.immutable
        and name not in fixed
        and (name in allowed or (name not in runner and not parameter.secret))
    )


def _overridden(action: Action, own: Parameter, base: Parameter) -> Parameter:
    for keyword, value in own.schema.items():
        if keyword not in _OVERRIDABLE and base.schema.get(keyword) != value:
            raise ParameterError(
                f"action {action.ref} overrides {keyword!r} of the runner parameter {own.name!r}",
                hint=f"{action.runner_type} says {base.schema.get(keyword)!r} there; an action may "
                "override only default, immutable, required, description, enum, position, secret",
            )
    return replace(
        own,
        schema={**base.schema, **own.schema},
        description=own.description or base.description,
        required=own.required or base.required,
        default=own.default if own.has_default else base.default,
        has_default=own.has_default or base.has_default,
        secret=own.secret or base.secret,
        immutable=own.immutable or base.immutable,
        position=base.position if own.position is None else own.position,
    )
