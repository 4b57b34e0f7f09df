"""What waits goes on, in whichever process: paused workflows, inquiries that are answered.

Whoever wants something of an execution puts a letter into its inbox. If the execution runs in some
process, that takes the letter; if it waits, whoever wants something goes on with it here. What ends
so tells the workflow that it is part of, and that goes on in the same way.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, NotFoundError, RecordError
from chatops_cli.execution.happening import Ended, Happening, Requested
from chatops_cli.execution.performer import Performer
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.events import Event, ExecutionResumed
from chatops_cli.records.waiting import Kept, Kind
from chatops_cli.runners.contract import OnOutput
from chatops_cli.runners.parts import Order, PartEnd
from chatops_cli.workflows.driving.held import plain_end

if TYPE_CHECKING:
    from datetime import datetime

    from chatops_cli.execution.keeper import Keeper
    from chatops_cli.records.slots import Slot

GRACE = 1.5
"""Seconds in which an execution that has just begun can't be reached yet."""
PATIENCE = 15.0
"""Seconds that a process has for taking a letter."""
STEP = 0.02


class NotRunningError(ChatOpsError):
    """An execution neither runs nor waits."""


class RefusedError(ChatOpsError):
    """What somebody wants of an execution can't be, as it stands."""


def keeper_of(performer: Performer) -> "Keeper":
    """What keeps the executions that wait.

    Raises:
        NotFoundError: Nothing is kept here.
    """
    if performer.keeper is None:
        raise NotFoundError("nothing that waits is kept here")
    return performer.keeper


async def send(
    performer: Performer,
    execution_id: str,
    content: JsonObject,
    *,
    reason: str,
    name: str = "",
    on_output: OnOutput | None = None,
) -> AsyncIterator[Happening]:
    """A letter to an execution; gives what happens where it goes on in this process.

    Raises:
        NotRunningError: It neither runs nor waits.
        RefusedError: It was taken, and what it wants can't be.
        RecordError: Nobody takes it, or what is on disk can't be used.
    """
    store = keeper_of(performer).store
    inbox = store.inbox(execution_id)
    name = inbox.put(content, name=name)
    since = time.monotonic()
    while inbox.lies(name):
        requested = _held(performer, execution_id, reason)
        if requested is not None:
            async for happening in _on(performer, requested, on_output):
                yield happening
            break
        waited = time.monotonic() - since
        if not store.is_locked(execution_id) and waited > GRACE:
            inbox.take(name)
            raise NotRunningError(f"execution {execution_id} neither runs nor waits")
        if waited > PATIENCE:
            inbox.take(name)
            raise RecordError(
                f"the process that runs execution {execution_id} has not answered for "
                f"{PATIENCE:g} s",
                hint="is it stopped?",
            )
        await _sleep(STEP)
    if why := inbox.refusal(name):
        raise RefusedError(why)


async def taken(performer: Performer, execution_id: str, *orders: Order) -> Requested | None:
    """A workflow that waits, ready to be run; None where another process goes on with it.

    Raises:
        RecordError: What is on disk can't be used, or it can't be put on record.
    """
    keeper_of(performer)
    found = _held(performer, execution_id, "the workflow that it is part of goes on")
    return None if found is None else replace(found, orders=orders)


async def cancel_waiting(performer: Performer, execution_id: str) -> None:
    """What waits has ended ``canceled``; nobody is told but the records."""
    kept = keeper_of(performer).find(execution_id)
    if kept is not None and kept.kind is Kind.INQUIRY:
        async for _ in end_inquiry(performer, kept.id, Status.CANCELED, {}, tells=False):
            pass
        return
    requested = await taken(performer, execution_id, Order(wish="cancel"))
    if requested is not None:
        async for _ in performer.run(requested):
            pass
    elif kept is not None:
        try:
            async for _ in send(performer, execution_id, {"wish": "cancel"}, reason="canceled"):
                pass
        except NotRunningError:
            return


async def end_inquiry(
    performer: Performer,
    execution_id: str,
    status: Status,
    more: JsonObject,
    *,
    before: tuple[Event, ...] = (),
    learn: tuple[Json, ...] = (),
    tells: bool = True,
    on_output: OnOutput | None = None,
) -> AsyncIterator[Happening]:
    """An inquiry ends, once only; then the workflow that it is part of goes on.

    Args:
        performer: Runs what goes on.
        execution_id: The inquiry.
        status: How it ends.
        more: What its result has beside what was asked.
        before: What is put on record first.
        learn: Secrets in the answer.
        tells: Whether the workflow is told.
        on_output: Told output of what goes on.

    Raises:
        NotFoundError: It doesn't wait (any more).
        RecordError: It can't be put on record, or what is on disk can't be used.
    """
    keeper = keeper_of(performer)
    slot = await _locked(keeper, execution_id)
    try:
        kept = keeper.find(execution_id)
        if kept is None or kept.kind is not Kind.INQUIRY:
            raise over(execution_id)
        prepared, origin = keeper.opened(kept)
        answer = kept.data.get("answer")
        was_answered = answer is not None
        if isinstance(answer, dict):
            # Whoever answered it was killed before that was told.
            status, more, before = Status(str(answer["status"])), _object(answer["more"]), ()
        else:
            performer.record(*before)
            answered: dict[str, Json] = {"status": status.value, "more": dict(more)}
            keeper.store.write(replace(kept, data={**kept.data, "answer": answered}))
        prepared.masker.learn(learn)
        execution = _answered(prepared.execution, kept, status, more, keeper.clock())
        if tells and origin.parent is not None and origin.task is not None:
            _put_end(keeper, origin.parent, execution, prepared.masker.plain())
        ended = performer.endings.finish(prepared, origin, _shown(execution))
        if ended.unrecorded is not None:
            raise ended.unrecorded
        keeper.store.remove(execution_id)
    finally:
        slot.release()
    yield ended
    if tells and origin.parent is not None and origin.task is not None:
        reason = f"{prepared.execution.action_ref} ({execution_id}) has ended: {status}"
        name = _end_name(execution_id)
        async for happening in _told(performer, origin.parent, name, reason, on_output):
            yield happening
    if was_answered:
        raise over(execution_id)


def over(execution_id: str) -> NotFoundError:
    """The error of an inquiry that doesn't wait."""
    return NotFoundError(
        f"inquiry {execution_id} does not wait for an answer any more",
        hint=f"see 'chatops history show {execution_id}'",
    )


async def _on(
    performer: Performer, requested: Requested, on_output: OnOutput | None
) -> AsyncIterator[Happening]:
    """An execution that waited goes on; at its end the workflow that it is part of does."""
    keeper, origin = keeper_of(performer), requested.origin
    ends: list[Execution] = []
    last: Ended | None = None
    async for happening in performer.run(requested, on_output=on_output, on_result=ends.append):
        if isinstance(happening, Ended):
            last = happening
        yield happening
    if last is None or origin.parent is None or origin.task is None or not ends:
        return
    execution = ends[-1]
    if execution.status.is_final:
        _put_end(keeper, origin.parent, execution, last.masker.plain(), part=_id(requested))
        reason = f"{execution.action_ref} ({execution.id}) has ended: {execution.status}"
        name = _end_name(_id(requested))
        async for happening in _told(performer, origin.parent, name, reason, on_output):
            yield happening


async def _told(
    performer: Performer,
    parent: str,
    name: str,
    reason: str,
    on_output: OnOutput | None,
) -> AsyncIterator[Happening]:
    """A workflow is told of a part's end by a letter that lies in its inbox already."""
    keeper = keeper_of(performer)
    inbox, since = keeper.store.inbox(parent), time.monotonic()
    while inbox.lies(name):
        requested = _held(performer, parent, reason)
        if requested is not None:
            async for happening in _on(performer, requested, on_output):
                yield happening
            return
        waited = time.monotonic() - since
        # The letter stays: whoever goes on with the workflow finds it.
        if waited > (PATIENCE if keeper.store.is_locked(parent) else GRACE):
            return
        await _sleep(STEP)


def _held(performer: Performer, execution_id: str, reason: str) -> Requested | None:
    """A workflow that waits, locked and on record as going on; None where there is none."""
    keeper = keeper_of(performer)
    slot = keeper.store.lock(execution_id)
    if slot is None:
        return None
    try:
        kept = keeper.find(execution_id)
        if kept is None or kept.kind is not Kind.WORKFLOW:
            slot.release()
            return None
        prepared, origin = keeper.opened(kept)
        letters = keeper.store.inbox(execution_id).letters(again=True)
        performer.record(ExecutionResumed(execution_id=execution_id, reason=reason))
    except BaseException:
        slot.release()
        raise
    return Requested(
        prepared=prepared,
        origin=origin,
        state=_object(kept.data.get("state")),
        letters=letters,
        slot=slot,
    )


def _put_end(
    keeper: "Keeper",
    parent: str,
    execution: Execution,
    secrets: list[Json],
    *,
    part: str | None = None,
) -> None:
    """The end of a part is in its workflow's inbox, once however often it is put there."""
    part = part or execution.id
    end = PartEnd(
        execution_id=part,
        status=execution.status,
        result=execution.result,
        started=execution.started,
        ended=execution.ended,
    )
    inbox = keeper.store.inbox(parent)
    inbox.put({"end": plain_end(end), "secrets": secrets}, name=_end_name(part))


def _end_name(execution_id: str) -> str:
    return f"end-{execution_id}"


def _answered(
    execution: Execution, kept: Kept, status: Status, more: JsonObject, now: "datetime"
) -> Execution:
    asked = kept.data.get("asked")
    result: dict[str, Json] = {**(asked if isinstance(asked, dict) else {}), **more}
    return replace(execution, status=status, result=result, ended=now)


def _shown(execution: Execution) -> Execution:
    """Without what the schema of an answer calls secret: of a short value no mask knows."""
    from chatops_cli.execution.secrecy import masked

    result = execution.result
    if not isinstance(result, dict) or "response" not in result:
        return execution
    schema = result.get("schema")
    response = masked(result["response"], schema if isinstance(schema, dict) else {})
    return replace(execution, result={**result, "response": response})


async def _locked(keeper: "Keeper", execution_id: str) -> "Slot":
    deadline = time.monotonic() + PATIENCE
    while (slot := keeper.store.lock(execution_id)) is None:
        if time.monotonic() > deadline:
            raise RecordError(f"another process has held execution {execution_id} for too long")
        await _sleep(STEP)
    return slot


def _id(requested: Requested) -> str:
    return requested.prepared.execution.id


def _object(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


async def _sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)
