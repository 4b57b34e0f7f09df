"""A conversation being written down: what people type and the bot says, as a transcript."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from chatops_cli.access.decide import LOCAL
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Message, Principal, Reply
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.events import Event, ExecutionFinished, ExecutionRequested, MessageReceived
from chatops_cli.rehearsal.alignment import TASKS
from chatops_cli.rehearsal.expectations import NONE
from chatops_cli.rehearsal.kept import KeptResult, file_of, write_results
from chatops_cli.rehearsal.layout import body_lines
from chatops_cli.rehearsal.observed import observe
from chatops_cli.rehearsal.parse import FENCE
from chatops_cli.rehearsal.player import direct_room
from chatops_cli.rehearsal.shown import said_by
from chatops_cli.rehearsal.stand_in import HARMLESS
from chatops_cli.rehearsal.transcript import BOT, DIRECT, EDITED, Block, Expectation, Said, Spot
from chatops_cli.rehearsal.wording import (
    ids_in,
    plain_lines,
    typed_ids,
    with_names,
    with_wildcards,
)
from chatops_cli.rehearsal.writing import replace_text

_UNFIT = re.compile(r"[^\w.@-]+")


@dataclass
class _Told:
    """One message, and all that came of it so far."""

    message: Message
    text: str
    events: list[Event] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)


class Recording:
    """Writes down a conversation; `write` makes the transcript, as often as it is asked.

    It is told what people type (`told`), what the bot says (`heard`), and as a room's witness
    (`room.ports.Ports.witness`) what is on record: from there it has texts without secrets, and how
    executions ended. Ids and times in replies become wildcards. What actions answered is kept
    beside the transcript, masked, so that it can be played without running them.

    Args:
        path: The transcript; its results go beside it.
        result: The masked result with a digest, as the journal keeps it.
        front: More keys of the front matter: see `surroundings.front_of`.
    """

    def __init__(
        self, path: Path, *, result: Callable[[str], Json], front: JsonObject | None = None
    ) -> None:
        self.path = path
        self._result = result
        self._more = front or {}
        self._told: list[_Told] = []
        self._requests: dict[str, ExecutionRequested] = {}
        self._ended: list[ExecutionFinished] = []

    @property
    def count(self) -> int:
        """How many messages have been written down."""
        return len(self._told)

    def told(self, message: Message) -> None:
        """Somebody types a message; to be told before the room handles it."""
        self._told.append(_Told(message=message, text=message.text))

    def heard(self, reply: Reply) -> None:
        """The bot says something; what answers no message here belongs to the last one."""
        told = self._of(reply.message_id)
        if told is not None and reply.reason != TASKS:
            told.replies.append(reply)

    def witness(self, event: Event) -> None:
        """Something is on record."""
        match event:
            case MessageReceived():
                told = self._of(event.message_id)
                if told is not None and told.message.id == event.message_id:
                    told.text = event.text
            case ExecutionRequested():
                self._requests[event.execution_id] = event
            case ExecutionFinished():
                self._ended.append(event)
            case _:
                pass
        told = self._of(self._message_of(event))
        if told is not None:
            told.events.append(event)

    def text(self) -> str:
        """The transcript as it stands."""
        names = self._names()
        body = list(body_lines(self._blocks(names)))
        return "".join(f"{line}\n" for line in (*self._front(names), "", *body))

    def write(self) -> Path:
        """The transcript is on disk, and beside it what actions answered; its path.

        Raises:
            ChatOpsError: It can't be written.
        """
        replace_text(self.path, self.text())
        results = list(self._results())
        if results:
            write_results(file_of(str(self.path)), results)
        return self.path

    def _of(self, message_id: str | None) -> _Told | None:
        for told in reversed(self._told):
            if told.message.id == message_id:
                return told
        return self._told[-1] if self._told else None

    def _message_of(self, event: Event) -> str | None:
        message_id = getattr(event, "message_id", None)
        if message_id is None:
            execution_id = getattr(event, "execution_id", None)
            request = self._requests.get(execution_id) if execution_id is not None else None
            message_id = request.message_id if request is not None else None
        return message_id if isinstance(message_id, str) else None

    def _names(self) -> dict[Principal, str]:
        """A name for each person, which is a name in a transcript, and nobody else's."""
        names: dict[Principal, str] = {}
        for told in self._told:
            principal = told.message.principal
            if principal in names:
                continue
            base = _UNFIT.sub("-", principal.display).strip("-.@") or "somebody"
            name, number = base if base != BOT else f"{BOT}-1", 1
            while name in names.values():
                number += 1
                name = f"{base}-{number}"
            names[principal] = name
        return names

    def _front(self, names: dict[Principal, str]) -> Iterator[str]:
        yield FENCE
        if names:
            yield "people:"
            for principal, name in names.items():
                yield f"  {name}: {_spelled(principal, name)}".rstrip()
        if self._told:
            yield f"clock: {_moment(self._told[0].message.time)}"
        if self._more:
            yield from _yaml(self._more)
        if any(True for _ in self._results()):
            yield "record: true"
        yield FENCE

    def _blocks(self, names: dict[Principal, str]) -> Iterator[Block]:
        last: Spot | None = None
        ids, threads = self._ids(), self._threads()
        for told in self._told:
            spot = _named(_spot(told.message), threads)
            yield _said(
                names[told.message.principal],
                with_names(plain_lines(told.text), ids),
                note=EDITED if told.message.is_edited else "",
                spot=spot if spot != last else None,
            )
            last = spot
            yield from self._expected(told)
            for reply in told.replies:
                if text := said_by(reply):
                    place = _named(_place(reply, told.message), threads)
                    yield _said(
                        BOT, with_wildcards(text, ids), spot=place if place != spot else None
                    )

    def _threads(self) -> dict[str, str]:
        """A name for each thread."""
        places = [_spot(told.message).thread for told in self._told]
        places += [reply.thread for told in self._told for reply in told.replies]
        found = dict.fromkeys(each for each in places if each is not None)
        return {each: f"t{number}" for number, each in enumerate(found, start=1)}

    def _ids(self) -> dict[str, str]:
        """The ids that people have typed after the bot had said them, and a name for each."""
        said: set[str] = set()
        found: dict[str, str] = {}
        for told in self._told:
            for typed in typed_ids(told.text):
                meant = [each for each in said if each.startswith(typed)]
                if len(meant) == 1 and meant[0] not in found:
                    found[meant[0]] = f"job-{len(found) + 1}"
            said.update(each for reply in told.replies for each in ids_in(said_by(reply)))
        return found

    def _expected(self, told: _Told) -> Iterator[Expectation]:
        """The alias; of decisions and statuses those that are not what one hopes for."""
        found = observe(told.events, told.message.id, told.replies)
        if found.alias != NONE:
            yield _expectation("alias", found.alias)
        if any(not step.is_allowed for step in found.steps):
            yield from (_expectation("decision", value) for value in found.values("decision"))
        if any(step.status not in {None, Status.SUCCEEDED} for step in found.steps):
            yield from (_expectation("status", value) for value in found.values("status"))

    def _results(self) -> Iterator[KeptResult]:
        for ended in self._ended:
            request = self._requests.get(ended.execution_id)
            if request is None or request.runner in HARMLESS or ended.result_digest is None:
                continue
            try:
                result = self._result(ended.result_digest)
            except ChatOpsError:  # the disk was full: this one can't be played
                continue
            yield KeptResult(
                action=request.action,
                parameters=request.parameters,
                status=ended.status,
                result=result,
            )


def _spelled(principal: Principal, name: str) -> str:
    """A person's value in the front matter, as short as it can be."""
    if principal.network == LOCAL and principal.user == name and principal.display == name:
        return ""
    who = json.dumps(str(principal))
    if principal.display == name:
        return who
    return f"{{id: {who}, name: {json.dumps(principal.display)}}}"


def _yaml(front: JsonObject) -> list[str]:
    import yaml

    text: str = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=100)
    return text.splitlines()


def _said(speaker: str, text: str, *, note: str = "", spot: Spot | None = None) -> Said:
    return Said(at=0, last=0, speaker=speaker, text=text, note=note, spot=spot)


def _expectation(key: str, value: str) -> Expectation:
    return Expectation(at=0, last=0, key=key, value=value)


def _moment(time: datetime) -> str:
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def _spot(message: Message) -> Spot:
    room = "" if message.is_direct else _room(message.room)
    return Spot(room=room, thread=message.thread)


def _place(reply: Reply, message: Message) -> Spot:
    """Where a reply stands; in a direct message its room is the message's."""
    own = {message.room, direct_room(message.principal)}
    is_direct = message.is_direct and reply.room in own
    return Spot(room="" if is_direct else _room(reply.room), thread=reply.thread)


def _named(spot: Spot, threads: Mapping[str, str]) -> Spot:
    return spot if spot.thread is None else replace(spot, thread=threads[spot.thread])


def _room(room: str) -> str:
    """A room as a transcript can name it: brackets and arrows have a meaning there."""
    named = re.sub(r"[\[\]>\n]", "-", room).strip()
    return f"#{named}" if named in {"", DIRECT} else named
