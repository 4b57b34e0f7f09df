"""What goes on here is told, and ended, for those who may know of it and who may end it."""

from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, NotFoundError
from chatops_cli.execution.continuing import keeper_of
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.origin import Origin
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.records.waiting import Kind
from chatops_cli.room import answers, wording
from chatops_cli.room.control_words import CANCEL, STATUS

if TYPE_CHECKING:
    from chatops_cli.execution.running import Run
    from chatops_cli.room.approvals import Approvals
    from chatops_cli.room.continuing import Continuing
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World

SHOWN = 20
"""How many are told of at once."""
_WHOLE = 24
"""The length of an id."""


@frozen
class Activity:
    """Something that goes on: it runs, or waits for `waits`. `id` is that of its newest try."""

    id: str
    prepared: Prepared
    origin: Origin
    waits: str = ""
    more: str = ""
    needs_approval: bool = False


class Controlling:
    """Does it in one room.

    Args:
        world: What the room knows.
        services: Its ports.
        continuing: Ends what runs or waits.
        approvals: What waits to be allowed.
    """

    def __init__(
        self,
        *,
        world: "World",
        services: "Services",
        continuing: "Continuing",
        approvals: "Approvals",
    ) -> None:
        self._world = world
        self._services = services
        self._continuing = continuing
        self._approvals = approvals

    async def replies(self, message: Message, command: str) -> AsyncIterator[Reply]:
        """The replies to such a command."""
        wish, _, name = command.strip().partition(" ")
        name = name.strip().lower()
        try:
            if wish == STATUS:
                yield answers.say(message, ReplyKind.INFO, self._status(message, name))
                return
            async for reply in self._cancel(message, name):
                yield reply
        except NotFoundError as error:
            yield answers.say(message, ReplyKind.ERROR, f"{error.in_full}.", reason="not-found")
        except ChatOpsError as error:
            yield answers.say(
                message, ReplyKind.ERROR, wording.not_done(error), reason="parameters"
            )

    def _status(self, message: Message, name: str) -> str:
        known = [each for each in self._all() if self._may_know(message, each)]
        if name:
            return self._described(self._named(known, name))
        found = [each for each in known if self._is_own(message, each) or _is_here(message, each)]
        if not found:
            return "Nothing runs or waits here, and nothing for you elsewhere."
        waiting = sum(1 for each in found if each.waits)
        counts = [(len(found) - waiting, "run"), (waiting, "wait")]
        said = [f"{count} {word if count > 1 else word + 's'}" for count, word in counts if count]
        lines = [f"{', '.join(said)}:", *(f"  {self._line(each)}" for each in found[:SHOWN])]
        if len(found) > SHOWN:
            lines.append(f"  and {len(found) - SHOWN} more")
        return "\n".join(lines)

    async def _cancel(self, message: Message, name: str) -> AsyncIterator[Reply]:
        every = list(self._all())
        try:
            found = self._named(every, name) if name else self._only(message, every)
        except NotFoundError:
            if len(name) != _WHOLE:
                raise
            # It may run in another process.
            async for reply in self._continuing.wish(message, name, CANCEL):
                yield reply
            return
        if found.needs_approval:
            ended = self._approvals.deny(message, found.id)
        else:
            ended = self._continuing.wish(message, found.id, CANCEL)
        async for reply in ended:
            yield reply

    def _all(self) -> Iterator[Activity]:
        """All that goes on in this process, or waits on disk."""
        runs = self._services.running.all()
        for run in runs:
            yield _running(run)
        here = {run.id for run in runs} | {run.requested.prepared.execution.id for run in runs}
        keeper = keeper_of(self._services.performer)
        for kind in (Kind.WORKFLOW, Kind.INQUIRY):
            for kept in keeper.store.all(kind):
                prepared, origin = keeper.opened(kept)
                if kept.id in here or (origin.parent is not None and origin.fired_by is None):
                    continue
                asked = ", ".join(keeper.asked(kept.id))
                waits = f"an answer to {asked}" if asked else "somebody to resume it"
                yield Activity(id=kept.id, prepared=prepared, origin=origin, waits=waits)
        for pending in self._approvals.all():
            yield Activity(
                id=pending.id,
                prepared=pending.prepared,
                origin=pending.origin,
                waits="a confirmation" if pending.confirm is not None else "an approval",
                needs_approval=True,
            )

    def _only(self, message: Message, every: list[Activity]) -> Activity:
        """The one thing that somebody has going in this room."""
        found = [each for each in every if self._is_own(message, each) and _is_here(message, each)]
        if not found:
            raise NotFoundError("nothing that you have asked for here runs or waits")
        if len(found) > 1:
            ids = ", ".join(f"{each.id} ({_ref(each)})" for each in found[:5])
            raise NotFoundError(
                f"{len(found)} that you have asked for here run or wait: {ids}",
                hint=f"say: {CANCEL} ID",
            )
        return found[0]

    def _named(self, known: list[Activity], name: str) -> Activity:
        found = [each for each in known if each.id.startswith(name)]
        if not found:
            raise NotFoundError(
                f"nothing with the id {name!r} runs or waits", hint=f"say: {STATUS}"
            )
        if len(found) > 1:
            ids = ", ".join(each.id for each in found[:5])
            raise NotFoundError(
                f"{len(found)} ids begin with {name!r}: {ids}", hint="say more of it"
            )
        return found[0]

    def _may_know(self, message: Message, activity: Activity) -> bool:
        """Who has asked for it, or may ask for such a thing."""
        execution = activity.prepared.execution
        return (
            self._is_own(message, activity)
            or self._world.offers(message, execution.action_ref, execution.alias_ref).allowed
        )

    def _is_own(self, message: Message, activity: Activity) -> bool:
        origin = activity.origin
        asking = self._world.person_of(origin.principal, origin.groups)
        return self._world.person(message).identity == asking.identity

    def _line(self, activity: Activity) -> str:
        given = _shown(activity)
        values = "".join(f" {name}={wording.value(value)}" for name, value in given.items())
        return f"{activity.id} {_ref(activity)}{values} - {self._standing(activity)}"

    def _described(self, activity: Activity) -> str:
        given = _shown(activity)
        lines = [f"  {name} = {wording.value(value)}" for name, value in given.items()]
        more = [f"  {line}" for line in activity.more.splitlines()]
        head = f"{_ref(activity)} {self._standing(activity)} ({activity.id})"
        return "\n".join([head, *lines, *more])

    def _standing(self, activity: Activity) -> str:
        """For whom it is, what it waits for, and since when it was asked for."""
        now, requested = self._continuing.now(), activity.prepared.execution.requested
        what = f"waits for {activity.waits}" if activity.waits else "runs"
        return f"{what}, for {activity.origin.principal.display}, {_since(requested, now)}"


def _running(run: "Run") -> Activity:
    more = ""
    if run.progress is not None:
        from chatops_cli.rendering.progress import progress_text

        more = progress_text(run.progress)
    requested = run.requested
    return Activity(
        id=run.id, prepared=requested.prepared, origin=requested.origin, waits=run.waits, more=more
    )


def _is_here(message: Message, activity: Activity) -> bool:
    """Whether it was asked for in this room of this network."""
    who, asking = message.principal, activity.origin.principal
    place = who.network, who.workspace, message.room
    return place == (asking.network, asking.workspace, activity.origin.room)


def _ref(activity: Activity) -> str:
    return str(activity.prepared.execution.action_ref)


def _shown(activity: Activity) -> dict[str, Json]:
    """The parameters that were given, masked."""
    given = activity.prepared.request.given
    masked = activity.prepared.masked_parameters()
    return {name: value for name, value in masked.items() if name in given and value is not None}


def _since(moment: datetime, now: datetime) -> str:
    """How long ago that was, in words; a clock that was set back makes it now."""
    seconds = max(0, int((now - moment).total_seconds()))
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * length:
            return f"asked for {seconds // length} {unit} ago"
    return f"asked for {seconds} s ago"
