"""Actions and their parameters, written as a pack's file would say them."""

import asyncio
from collections.abc import Mapping

from chatops_cli.model.action import Action, ActionRef, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place
from chatops_cli.runners.contract import Call, Outcome

_FIELDS = frozenset({"required", "secret", "immutable", "position", "default"})


def make_parameter(name: str, schema: JsonObject) -> Parameter:
    """A parameter, StackStorm's additions taken out of its schema."""
    position = schema.get("position")
    return Parameter(
        name=name,
        schema={key: value for key, value in schema.items() if key not in _FIELDS},
        required=schema.get("required") is True,
        secret=schema.get("secret") is True,
        immutable=schema.get("immutable") is True,
        position=position if isinstance(position, int) else None,
        default=schema.get("default"),
        has_default="default" in schema,
    )


def make_parameters(schemas: Mapping[str, JsonObject]) -> dict[str, Parameter]:
    """Parameters by name."""
    return {name: make_parameter(name, schema) for name, schema in schemas.items()}


def make_action(
    parameters: Mapping[str, JsonObject] | None = None,
    *,
    ref: str = "demo.try",
    runner_type: str = "fake",
    enabled: bool = True,
) -> Action:
    """An action of a pack that isn't on disk."""
    pack, _, name = ref.partition(".")
    return Action(
        ref=ActionRef(ref),
        pack=pack,
        name=name,
        runner_type=runner_type,
        pack_path=f"/packs/{pack}",
        place=Place(file=f"/packs/{pack}/actions/{name}.yaml"),
        enabled=enabled,
        parameters=make_parameters(parameters or {}),
    )


def make_alias(*, fixed: JsonObject | None = None) -> Alias:
    """An alias of `make_action` without formats, for what it fixes."""
    return Alias(
        ref="demo.alias",
        pack="demo",
        name="alias",
        action_ref=ActionRef("demo.try"),
        formats=(),
        place=Place(file="/packs/demo/aliases/alias.yaml"),
        immutable_parameters=fixed or {},
    )


class FakeRunner:
    """A runner that remembers its calls, and gives or raises what it was made with.

    Args:
        answer: What `run` gives; an exception is raised; None waits until it is cancelled.
        parameters: Its parameters, as schemas.
    """

    def __init__(
        self,
        answer: "Json | Outcome | Exception" = None,
        parameters: Mapping[str, JsonObject] | None = None,
    ) -> None:
        self.PARAMETERS: Mapping[str, Parameter] = make_parameters(parameters or {})
        self.answer = answer
        self.calls: list[Call] = []
        self.is_running = asyncio.Event()
        self.was_cancelled = False

    async def run(self, call: Call) -> Outcome:
        self.calls.append(call)
        self.is_running.set()
        if self.answer is None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.was_cancelled = True
                raise
        if isinstance(self.answer, Exception):
            raise self.answer
        if isinstance(self.answer, Outcome):
            return self.answer
        return Outcome(status=Status.SUCCEEDED, result=self.answer)


class FakeDatastore:
    """What `st2kv` reads: values by scope and name."""

    def __init__(self, values: Mapping[tuple[str, str], str]) -> None:
        self.values = values

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:
        assert decrypt in (True, False)
        try:
            return self.values[scope, name]
        except KeyError:
            return None
