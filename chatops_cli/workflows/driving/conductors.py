"""What can be driven: the conductors of both languages, and how to make one for a call."""

from collections.abc import Mapping
from typing import Protocol

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.datastore import StoredValues
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.contract import Call, KeyValues
from chatops_cli.workflows.chain.conductor import ChainConductor
from chatops_cli.workflows.conductor import Conductor
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.definition.orquesta import Definition
from chatops_cli.workflows.events import Command, Event
from chatops_cli.workflows.expressions.compiled import CompiledExpressions

HANDED_ON = ("api_user", "source_channel")
"""What ``ctx(st2)`` knows of where the workflow was asked for, where it is known."""


class AnyConductor(Protocol):
    """A workflow at work, in whichever language."""

    @property
    def status(self) -> Status: ...

    @property
    def errors(self) -> tuple[JsonObject, ...]: ...

    def apply(self, event: Event) -> tuple[Command, ...]: ...

    def snapshot(self) -> dict[str, Json]: ...


@frozen
class Begun:
    """A workflow that has begun. `notify` is told for each task that has one, by its name.

    `tasks` is how many its definition has.
    """

    conductor: AnyConductor
    commands: tuple[Command, ...]
    tasks: int
    notify: Mapping[str, JsonObject]


def begin(definition: Definition | ChainDefinition, call: Call, templates: Templates) -> Begun:
    """The workflow of a definition that was read and inspected, begun for a call.

    Raises:
        ChatOpsError: The call and the definition don't fit.
    """
    if isinstance(definition, ChainDefinition):
        return _begin_chain(definition, call, templates)
    return _begin_workflow(definition, call)


def _begin_workflow(definition: Definition, call: Call) -> Begun:
    workflow = definition.workflow
    assert workflow is not None  # one that can't be read is refused before
    conductor, commands = Conductor.begin(
        workflow,
        CompiledExpressions(lookup_of(call)),
        input=dict(call.parameters),
        context=context_of(call),
    )
    named = call.runner_parameters.get("notify")
    told = [str(name) for name in named] if isinstance(named, list) else []
    return Begun(
        conductor=conductor,
        commands=commands,
        tasks=len(workflow.tasks),
        notify=dict.fromkeys(told, call.action.notify),
    )


def _begin_chain(definition: ChainDefinition, call: Call, templates: Templates) -> Begun:
    chain = definition.chain
    assert chain is not None  # one that can't be read is refused before
    lookup = lookup_of(call)
    context: dict[str, object] = {
        "action_context": {"parent": {"execution_id": call.execution_id, **call.context}},
        "config_context": call.config,
    }
    if lookup is not None:
        context["st2kv"] = StoredValues(lookup)
    conductor, commands = ChainConductor.begin(
        chain,
        templates,
        parameters=dict(call.parameters),
        context=context,
        display_published=call.runner_parameters.get("display_published") is not False,
    )
    named = call.runner_parameters.get("skip_notify")
    skipped = {str(name) for name in named} if isinstance(named, list) else set()
    return Begun(
        conductor=conductor,
        commands=commands,
        tasks=len(chain.tasks),
        notify={
            name: task.notify or call.action.notify
            for name, task in chain.tasks.items()
            if name not in skipped
        },
    )


def context_of(call: Call) -> dict[str, Json]:
    """What a workflow's expressions know beside its inputs.

    Source: StackStorm, ``orquesta_runner.py``. There is no API here, so there is no address of one.
    """
    st2: dict[str, Json] = {
        "action_execution_id": call.execution_id,
        "workflow_execution_id": call.execution_id,
        "api_url": "",
        "user": call.context.get("user"),
        "pack": call.context.get("pack"),
        "action": call.action.ref,
        "runner": call.action.runner_type,
    }
    st2.update({name: call.context[name] for name in HANDED_ON if call.context.get(name)})
    return {"st2": st2, "parent": dict(call.context)}


def lookup_of(call: Call) -> "CallLookup | None":
    """Where ``st2kv`` reads in its expressions; None where there is no datastore."""
    return None if call.datastore is None else CallLookup(call.datastore)


class CallLookup:
    """The datastore of a call as ``st2kv`` reads it: what it decrypts is a secret of the call."""

    def __init__(self, values: KeyValues) -> None:
        self._values = values

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:  # its shape
        """See `rendering.datastore.Lookup`."""
        item = self._values.find(scope, name, decrypt=decrypt)
        return None if item is None else item.value
