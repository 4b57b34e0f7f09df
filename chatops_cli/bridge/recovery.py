"""What an earlier bridge has left: messages that were not worked on, and executions without an end.

A bridge that was killed may have taken a message and not begun with it: then it is begun now. What
it had begun is not repeated, for nobody knows how far it came: if its end is on record, it is told;
if it waits for an answer, it goes on waiting; otherwise it ends ``abandoned``, which is told, too.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime

from chatops_cli.bridge.claims import Claims, Taken, key_of
from chatops_cli.bridge.delivery import Delivery
from chatops_cli.bridge.hall import Hall
from chatops_cli.bridge.postings import again
from chatops_cli.errors import ChatOpsError, NotFoundError, RecordError
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.origin import Origin
from chatops_cli.execution.recorder import Records, requested_event
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json
from chatops_cli.records.events import Event, ExecutionFinished, ExecutionRequested, ReplySent
from chatops_cli.records.history import History
from chatops_cli.records.history_entry import Entry
from chatops_cli.records.results import ResultStore
from chatops_cli.room.address import command_of
from chatops_cli.room.room import Room
from chatops_cli.runners.leftovers import end_leftovers

ABANDONED = "the bridge ended before this did; how far it came is not known"
UNBEGUN = "the bridge ended before this had begun; it was asked for once more"

QUEUED, HERE = "queued", "here"
"""Whether the engine has it, or it runs in the bridge that asks."""

_log = logging.getLogger(__name__)


class Recovery:
    """Goes through what was taken and is not done.

    Args:
        claims: The messages.
        history: What is on record of executions.
        results: Their results.
        records: Where the end of what was abandoned is recorded.
        now: The time, aware UTC.
    """

    def __init__(
        self,
        *,
        claims: Claims,
        history: History,
        results: ResultStore,
        records: Records,
        now: Callable[[], datetime],
    ) -> None:
        self._claims = claims
        self._history = history
        self._results = results
        self._records = records
        self._now = now

    async def recover(
        self,
        left: Iterable[Taken],
        hall: Hall,
        delivery: Delivery,
        room: Room,
        lines: Collection[str],
    ) -> int:
        """All that was left is worked on, or told; how many messages it was.

        Raises:
            RecordError: It can't be read, or an end can't be recorded.
        """
        count = 0
        undone = [(taken, self._begun(taken)) for taken in left]
        every = [entry for _, begun in undone for entry in begun]
        kept, unbegun = await self._kept(every, room)
        self._end_processes(entry for entry in every if kept[entry.id] is None)
        for taken, begun in undone:
            if taken.line not in lines:
                _log.error("message-without-line line=%s", taken.line)
                continue
            count += 1
            if _marked(taken) - {entry.id for entry in begun}:
                await self._inherit(taken, hall, delivery, room)
                continue
            lasting = [found for entry in begun if (found := kept[entry.id]) is not None]
            is_unbegun = all(entry.id in unbegun for entry in begun)
            if is_unbegun:
                for entry in begun:
                    self._end(entry, UNBEGUN)
            else:
                others = tuple(entry for entry in begun if kept[entry.id] is None)
                self._tell(taken, begun, others, delivery, room)
            if lasting or is_unbegun:
                hall.work(taken.line, taken.message, lasting)
            else:
                self._claims.done(taken.message)
        return count

    async def _inherit(self, taken: Taken, hall: Hall, delivery: Delivery, room: Room) -> None:
        """A message that another bridge has begun with, whose records aren't here.

        What the engine has is waited for. What it hasn't can't begin any more, should that bridge
        come back. What ran in that bridge is gone with it.
        """
        message, lasting, lost = taken.message, [], 0
        for mark in taken.begun:
            kind, _, execution_id = mark.partition(":")
            prepared = await room.bury(execution_id) if kind == QUEUED else None
            if prepared is not None:
                lasting.append(prepared)
                self._records.append(
                    requested_event(prepared, _inherited(message), retry_of=None), sync=True
                )
            elif kind != QUEUED:
                lost += 1
                key = f"{taken.line} {' '.join(key_of(message))} again {execution_id} 0"
                delivery.put(taken.line, key, _gone(message, execution_id))
        if lost and not lasting:
            self._claims.done(message)
        else:
            hall.work(taken.line, message, lasting)

    async def _kept(
        self, begun: Iterable[Entry], room: Room
    ) -> tuple[dict[str, Prepared | None], frozenset[str]]:
        """Those that have no end here, but run elsewhere, or have ended there; and the unbegun.

        An engine that remembers knows of all that was begun: the bridge was killed between the
        record of a request and the engine, so nothing of it has run.
        """
        found: dict[str, Prepared | None] = {}
        unbegun = set()
        for entry in begun:
            found[entry.id] = None
            if not _is_abandoned(Status(entry.status)):
                continue
            try:
                found[entry.id] = await room.kept(entry.id)
            except ChatOpsError as error:
                _log.error("execution-not-kept execution=%s error=%s", entry.id, error.message)
                continue
            if found[entry.id] is None and room.remembers:
                unbegun.add(entry.id)
        return found, frozenset(unbegun)

    def _begun(self, taken: Taken) -> tuple[Entry, ...]:
        """The executions that the message has asked for.

        The records say so: their request is on disk before they start.
        """
        who = taken.message.principal
        return self._history.of_message(who.network, who.workspace, taken.message.id)

    def _end_processes(self, begun: Iterable[Entry]) -> None:
        """What they and their parts had started runs no more: nobody would hear of its end."""
        abandoned = [entry.id for entry in begun if _is_abandoned(Status(entry.status))]
        parts = [part.id for each in abandoned for part in self._history.parts_of(each)]
        if number := end_leftovers([*abandoned, *parts]):
            _log.warning("processes-ended number=%d executions=%d", number, len(abandoned))

    def _tell(
        self,
        taken: Taken,
        begun: tuple[Entry, ...],
        ended: tuple[Entry, ...],
        delivery: Delivery,
        room: Room,
    ) -> None:
        message = taken.message
        for entry in ended:
            for number, reply in enumerate(self._replies(message, entry, room)):
                key = f"{taken.line} {' '.join(key_of(message))} again {entry.id} {number}"
                delivery.put(taken.line, key, reply)
        if (rest := _rest(message, begun, room)) is not None:
            delivery.put(taken.line, f"{taken.line} {' '.join(key_of(message))} again rest", rest)

    def _replies(self, message: Message, entry: Entry, room: Room) -> list[Reply]:
        status = Status(entry.status)
        if status in {Status.PENDING, Status.PAUSED}:
            return []
        if _is_abandoned(status):
            return [self._abandoned(message, entry)]
        # The earlier bridge may have posted it before it could say so.
        told = room.retell(message, self._execution(entry, status))
        return [replace(each, text=f"{each.text}\n{again(each)}".lstrip("\n")) for each in told]

    def _abandoned(self, message: Message, entry: Entry) -> Reply:
        reply = Reply(
            kind=ReplyKind.RESULT,
            message_id=message.id,
            room=message.room,
            thread=message.thread,
            text=f"{entry.action} is abandoned: {ABANDONED} (execution {entry.id}).",
            execution_id=entry.id,
            status=Status.ABANDONED,
        )
        self._end(entry, ABANDONED, ReplySent.of(reply))
        _log.warning("execution-abandoned execution=%s action=%s", entry.id, entry.action)
        return reply

    def _end(self, entry: Entry, why: str, *after: Event) -> None:
        """It is on record that it runs no more."""
        ended = ExecutionFinished(
            execution_id=entry.id,
            status=Status.ABANDONED,
            started=datetime.fromisoformat(entry.started) if entry.started else None,
            ended=self._now(),
            error=why,
        )
        self._records.append(ended, *after, sync=True)

    def _execution(self, entry: Entry, status: Status) -> Execution:
        """The execution as it is on record, masked."""
        parameters = entry.parameters if isinstance(entry.parameters, dict) else {}
        requested = entry.requested or self._now().isoformat()
        return Execution(
            id=entry.id,
            action_ref=entry.action or "",  # type: ignore[arg-type]  # a text stands for its ref
            runner=entry.runner or "",
            status=status,
            requested=datetime.fromisoformat(requested),
            alias_ref=entry.alias,
            parameters=parameters,
            context={"api_user": entry.user, "source_channel": entry.room},
            started=datetime.fromisoformat(entry.started) if entry.started else None,
            ended=datetime.fromisoformat(entry.ended) if entry.ended else None,
            result=self._result(entry),
        )

    def _result(self, entry: Entry) -> Json:
        if entry.result_digest is None:
            return None
        try:
            return self._results.get(entry.result_digest)
        except (NotFoundError, RecordError) as error:
            _log.error("result-not-read execution=%s error=%s", entry.id, error.message)
            return None


def mark_of(event: ExecutionRequested, *, is_queued: bool) -> str:
    """What `Claims.begins` keeps of an execution."""
    return f"{QUEUED if is_queued else HERE}:{event.execution_id}"


def _marked(taken: Taken) -> set[str]:
    return {mark.partition(":")[2] for mark in taken.begun}


def _inherited(message: Message) -> Origin:
    return Origin(
        principal=message.principal,
        room=message.room,
        rule="",
        reason="another bridge had asked for it, and is gone",
        message_id=message.id,
        groups=message.groups,
    )


def _gone(message: Message, execution_id: str) -> Reply:
    text = (
        f"The bridge that ran execution {execution_id} is gone, and took it along; how far it came "
        "is not known."
    )
    return Reply(
        kind=ReplyKind.RESULT,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=text,
        execution_id=execution_id,
        status=Status.ABANDONED,
    )


def _is_abandoned(status: Status) -> bool:
    """Whether one that a killed bridge has begun with neither has ended nor waits for people."""
    return not status.is_final and status not in {Status.PENDING, Status.PAUSED}


def _rest(message: Message, begun: tuple[Entry, ...], room: Room) -> Reply | None:
    """What is said where the message stands for more than was begun with; None where not."""
    command = command_of(message, room.world.addressing) if message.wanted is None else None
    steps = room.plan(message, command).steps if command else ()
    number = sum(entry.retry_of is None for entry in begun)
    if len(steps) <= number:
        return None
    text = (
        f"The bridge ended while it worked on this: {number} of {len(steps)} commands were begun. "
        "Those of the others that were not answered were not run: say them again."
    )
    return Reply(
        kind=ReplyKind.ERROR,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=text,
        reason="abandoned",
    )
