"""Executions: `/cancel`, `/pause`, `/resume`, `/history`, `/last`."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.model.execution import Status
from chatops_cli.repl.commands.command import Command, Offer, UsageError, usage_error

if TYPE_CHECKING:
    from chatops_cli.model.json import Json
    from chatops_cli.records.history_entry import Entry
    from chatops_cli.repl.desk import Desk

LISTED = 10
"""Executions that `/history` lists, unless it is told how many."""
MOST = 1000
ENDED = frozenset(status.value for status in Status if status.is_final)


async def cancel(desk: "Desk", argument: str) -> None:
    running = desk.running
    if not argument and running:
        desk.cancel_newest()
        return
    found = [each for each in running if argument and each.startswith(argument)]
    if len(found) == 1:
        desk.cancel(found[0])
        return
    desk.want(wanted(desk, argument, "nothing is running that could be cancelled"), "cancel")


async def pause(desk: "Desk", argument: str) -> None:
    desk.want(wanted(desk, argument, "nothing is running that could be paused"), "pause")


async def resume(desk: "Desk", argument: str) -> None:
    desk.want(wanted(desk, argument, "nothing is paused that could go on"), "resume")


def wanted(desk: "Desk", argument: str, otherwise: str) -> str:
    """The id of the execution that is meant, wherever it is: by default this session's last one.

    Raises:
        ChatOpsError: There is none, or there are several.
        UsageError: It has ended, and was not named: `otherwise` says so.
    """
    name = argument or desk.last
    if name is None:
        raise UsageError(otherwise)
    with desk.history() as history:
        entry = history.show(name)
    if not argument and entry.status in ENDED:
        raise UsageError(otherwise)
    return entry.id


async def tell_history(desk: "Desk", argument: str) -> None:
    from chatops_cli.records.history_entry import Filter

    number = argument or str(LISTED)
    if not (number.isascii() and number.isdigit() and 0 < int(number) <= MOST):
        raise usage_error("history", HISTORY.usage)
    with desk.history() as history:
        entries = history.find(Filter(limit=int(number)))
    lines = [line_of(entry) for entry in reversed(entries)]
    desk.face.note(lines or ["nothing has been run yet"])


async def tell_last(desk: "Desk", argument: str) -> None:
    from chatops_cli.records.results import FOLDER, ResultStore

    wanted = argument or desk.last
    if wanted is None:
        raise UsageError("nothing was run in this session yet", hint="/last ID shows another one")
    with desk.history() as history:
        entry = history.show(wanted)
    result: Json = None
    if entry.result_digest is not None:
        result = ResultStore(desk.house.world.settings.home / FOLDER).get(entry.result_digest)
    shown: dict[str, Json] = {
        "id": entry.id,
        "action": entry.action,
        "status": entry.status,
        "parameters": entry.parameters,
        "result": result,
    }
    desk.face.note(json.dumps(shown, indent=2, ensure_ascii=False).split("\n"))


def line_of(entry: "Entry") -> str:
    """An execution on one line."""
    took = f" in {entry.elapsed:.1f} s" if entry.elapsed is not None else ""
    said = " ".join((entry.text or "").split())
    return f"{entry.id}  {entry.status}{took}  {entry.action} for {entry.person}" + (
        f": {said}" if said else ""
    )


def running_offered(desk: "Desk") -> Iterator[Offer]:
    """What runs now."""
    for execution_id, execution in desk.running.items():
        yield Offer(execution_id, execution.action_ref)


CANCEL = Command(
    name="cancel",
    usage="[ID]",
    says="End an execution that runs or waits; by default the one that was started last.",
    act=cancel,
    examples=("/cancel",),
    offers=running_offered,
)
PAUSE = Command(
    name="pause",
    usage="[ID]",
    says="Pause a workflow: nothing more of it is begun; by default the one started last.",
    act=pause,
    examples=("/pause",),
    offers=running_offered,
)
RESUME = Command(
    name="resume",
    usage="[ID]",
    says="Have a workflow go on that was paused; by default the one started last.",
    act=resume,
    examples=("/resume",),
)
HISTORY = Command(
    name="history",
    usage="[NUMBER]",
    says="List the last executions, those of other terminals too.",
    act=tell_history,
    examples=("/history 20",),
)
LAST = Command(
    name="last",
    usage="[ID]",
    says="Show the raw result of an execution as JSON, masked; by default the last one's.",
    act=tell_last,
    examples=("/last",),
)
