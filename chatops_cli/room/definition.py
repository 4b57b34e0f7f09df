"""The digest of what a command means now: what people have allowed is this, and nothing else."""

from typing import TYPE_CHECKING

from chatops_cli.errors import RunnerError
from chatops_cli.records.canonical import digest, encode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chatops_cli.model.action import Action
    from chatops_cli.model.json import Json
    from chatops_cli.room.world import World


def definition_of(world: "World", action_ref: str, alias_ref: str | None) -> str:
    """The digest of the alias, and of all that its action may run, as they are on disk.

    Of a workflow that is also what its tasks call, and what is called by those; where a task says
    only when it runs what it calls, it may be any action that there is.

    The catalog is the one of the world: what has been edited counts when it has been read again;
    what is run is read anew each time, so it counts at once.
    """
    from chatops_cli.catalog.codec import pack_alias

    alias = next((each for each in world.aliases if each.ref == alias_ref), None)
    parts = {
        "alias": None if alias is None else pack_alias(alias),
        "actions": _actions(world, action_ref),
    }
    return digest(encode(parts))


def _actions(world: "World", first: str) -> "dict[str, Json]":
    """What each action that may be run is made of, by their refs."""
    from chatops_cli.catalog.codec import pack_action

    found: dict[str, Json] = {}
    waiting = [first]
    while waiting:
        ref = waiting.pop()
        if ref in found:
            continue
        action = world.catalog.action(ref)
        if action is None:
            found[ref] = None
            continue
        source = _source(action)
        found[ref] = {
            "action": pack_action(action),
            "pack": action.pack_path,
            "entry": _digest_of(action) if source is None else digest(source),
        }
        called = () if source is None else _called(action, source)
        waiting += world.catalog.action_refs() if called is None else called
    return found


def _source(action: "Action") -> bytes | None:
    """The file of a workflow, empty where it can't be read: then it can't run; None of others."""
    from chatops_cli.runners.entry_point import find_entry_point
    from chatops_cli.workflows.opening import is_workflow

    if not is_workflow(action):
        return None
    try:
        with open(find_entry_point(action), "rb") as file:  # noqa: PTH123  # path is text throughout
            return file.read()
    except (OSError, RunnerError):
        return b""


def _digest_of(action: "Action") -> str:
    """The digest of the file that it runs; empty where there is none that can be read."""
    import hashlib

    from chatops_cli.runners.entry_point import find_entry_point

    if not action.entry_point:
        return ""
    try:
        with open(find_entry_point(action), "rb") as file:  # noqa: PTH123  # as above
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, RunnerError):
        return ""


def _called(action: "Action", source: bytes) -> "Iterable[str] | None":
    """The actions that a workflow's tasks name; None where one is known only when it runs."""
    from chatops_cli.workflows.definition.chain import ChainDefinition
    from chatops_cli.workflows.definition.markers import has_expression
    from chatops_cli.workflows.opening import reopen_workflow

    definition = reopen_workflow(action, source, action.place.file)
    named: set[str] = set()
    if isinstance(definition, ChainDefinition):
        if definition.chain is not None:
            named = {task.ref for task in definition.chain.tasks.values()}
    elif definition.workflow is not None:
        named = {task.action for task in definition.workflow.tasks.values() if task.action}
    return None if any(map(has_expression, named)) else sorted(named)
