"""What can be driven: the conductors of both languages, and how to make one for a call."""

from collections.abc import Callable, Mapping
from typing import Protocol

from chatops_cli.errors import RunnerError
from chatops_cli.model.action_chain import ChainTask
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.workflow import Workflow
from chatops_cli.rendering.datastore import StoredValues
from chatops_cli.rendering.templates import Templates
from chatops_cli.runners.contract import Call, KeyValues
from chatops_cli.workflows.chain.conductor import ChainConductor
from chatops_cli.workflows.conductor import Conductor
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.definition.orquesta import Definition
from chatops_cli.workflows.events import Command, Event, Run
from chatops_cli.workflows.expressions.compiled import CompiledExpressions

HANDED_ON = ("api_user", "source_channel")
"""What ``ctx(st2)`` knows of where the workflow was asked for, where it is known."""


class AnyConductor(Protocol):
    """A workflow at work, in whichever language."""

    @property
    def status(self) -> Status: ...

    @property
    def errors(self) -> tuple[JsonObject, ...]: ...

    def items(self, run: Run) -> int: ...

    def route(self, run: Run) -> int: ...

    def apply(self, event: Event) -> tuple[Command, ...]: ...

    def snapshot(self) -> dict[str, Json]: ...


@frozen
class Begun:
    """A workflow that has begun. `notify` has the tasks whose end is notified, and as what.

    `tasks` is how many its definition has. `told` gives what the part of a run is told of itself.
    """

    conductor: AnyConductor
    commands: tuple[Command, ...]
    tasks: int
    notify: Mapping[str, JsonObject]
    told: Callable[[Run, AnyConductor], JsonObject]


def begin(
    definition: Definition | ChainDefinition,
    call: Call,
    templates: Templates,
    snapshot: JsonObject | None = None,
) -> Begun:
    """The workflow of a definition that was read and inspected, begun for a call.

    With a snapshot it goes on from there, and there are no commands yet.

    Raises:
        ChatOpsError: The call and the definition don't fit.
        KeyError, TypeError, ValueError: It isn't a snapshot.
    """
    if isinstance(definition, ChainDefinition):
        return _begin_chain(definition, call, templates, snapshot)
    return _begin_workflow(definition, call, snapshot)


def _begin_workflow(definition: Definition, call: Call, snapshot: JsonObject | None) -> Begun:
    workflow = definition.workflow
    assert workflow is not None  # one that can't be read is refused before
    expressions = CompiledExpressions(lookup_of(call))
    commands: tuple[Command, ...] = ()
    if snapshot is not None:
        conductor = Conductor.restore(workflow, expressions, snapshot)
    else:
        conductor, commands = Conductor.begin(
            workflow, expressions, input=dict(call.parameters), context=context_of(call)
        )
    return Begun(
        conductor=conductor,
        commands=commands,
        tasks=len(workflow.tasks),
        notify=_notify_of(workflow, call),
        told=lambda run, at_work: _orquesta_context(run, at_work, call),
    )


def _notify_of(workflow: Workflow, call: Call) -> dict[str, JsonObject]:
    """The tasks that are notified: those listed, and only where the whole is notified.

    Source: StackStorm, ``st2common/services/workflows.py`` (``request``), ``action.py``
    (``_is_notify_skipped``).

    Raises:
        RunnerError: A task is listed that there isn't.
    """
    named = call.runner_parameters.get("notify")
    names = [str(name) for name in named] if isinstance(named, list) else []
    unknown = [name for name in names if name not in workflow.tasks]
    if unknown:
        raise RunnerError(
            f"the parameter 'notify' of {call.action.ref} names {', '.join(map(repr, unknown))}, "
            "which is no task of it",
            hint=f"its tasks: {', '.join(workflow.tasks)}",
        )
    return dict.fromkeys(names, call.action.notify) if call.action.notify else {}


def _orquesta_context(run: Run, at_work: AnyConductor, call: Call) -> JsonObject:
    """What the part of a run is told of itself.

    Source: StackStorm, ``st2common/services/workflows.py``, ``request_action_execution``.
    """
    told: dict[str, Json] = {
        "workflow_execution_id": call.execution_id,
        "task_execution_id": f"{call.execution_id}.{run.number}",
        "task_name": run.task,
        "task_id": run.task,
        "task_route": at_work.route(run),
    }
    if run.item is not None:
        told["item_id"] = run.item
    return {"orquesta": told}


def _begin_chain(
    definition: ChainDefinition, call: Call, templates: Templates, snapshot: JsonObject | None
) -> Begun:
    chain = definition.chain
    assert chain is not None  # one that can't be read is refused before
    lookup = lookup_of(call)
    context: dict[str, object] = {
        "action_context": {"parent": {"execution_id": call.execution_id, **call.context}},
        "config_context": call.config,
    }
    if lookup is not None:
        context["st2kv"] = StoredValues(lookup)
    commands: tuple[Command, ...] = ()
    if snapshot is not None:
        conductor = ChainConductor.restore(chain, templates, snapshot, context=context)
    else:
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
        told=lambda run, _: _chain_context(chain.tasks[run.task], call),
    )


def _chain_context(task: ChainTask, call: Call) -> JsonObject:
    """What the part of a chain is told of itself: the task as the chain has it.

    Source: StackStorm, ``action_chain_runner.py``, ``_build_liveaction_object``.
    """
    return {
        "parent": {"execution_id": call.execution_id, **call.context},
        "chain": {
            "name": task.name,
            "ref": task.ref,
            "params": dict(task.parameters),
            "publish": dict(task.publish),
            "on_success": task.on_success,
            "on_failure": task.on_failure,
            "notify": dict(task.notify),
        },
    }


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
