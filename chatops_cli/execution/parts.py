"""Executions that are parts of another: the tasks of a workflow, run as whatever else is run.

A part is allowed because the whole is; it is asked for by the same person, in the same room. What
is secret in the whole is secret in its parts, and the other way round.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby, islice
from typing import TYPE_CHECKING, Protocol

from chatops_cli.errors import NotFoundError, RunnerError
from chatops_cli.execution.configuration import Site
from chatops_cli.execution.engine import Engine, Request
from chatops_cli.execution.origin import Origin
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.progress import Progress
from chatops_cli.model.runner import WORKFLOWS
from chatops_cli.runners.parts import Again, Order, Part, PartEnd, Steered
from chatops_cli.runners.registry import current_name

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

    from chatops_cli.execution.engine import Prepared
    from chatops_cli.execution.happening import Happening, Requested
    from chatops_cli.execution.performer import Performer
    from chatops_cli.execution.saving import Saved
    from chatops_cli.model.execution import Execution

CANCEL, RESUME = "cancel", "resume"
AT_ONCE = 64
"""How many actions of all workflows run at a time in one process; others wait for their turn."""
DEEPEST = 20
"""Levels of workflows inside one another."""
NAMED = 6
"""How many refs of a line of workflows are named."""
INNER = 3
"""How many workflows that one task runs are told of."""


class Known(Protocol):
    """What is known of packs."""

    def action(self, ref: ActionRef) -> Action | None: ...

    def site(self, pack: str) -> Site: ...


class Performs(Protocol):
    """Has executions run; a `Performer`, or who stands in for it. See there."""

    def request(self, prepared: "Prepared", origin: Origin) -> "Requested": ...

    def run(
        self, requested: "Requested", *, on_result: "Callable[[Execution], None] | None" = None
    ) -> "AsyncIterator[Happening]": ...


class Surroundings:
    """What all parts in one process share.

    Args:
        known: The packs.
        engine: Prepares them.
        new_id: A new id.
        saved: Workflows that run, on disk; None where they aren't.
    """

    def __init__(
        self,
        *,
        known: Known,
        engine: Engine,
        new_id: Callable[[], str],
        saved: "Saved | None" = None,
    ) -> None:
        self.known = known
        self.engine = engine
        self.new_id = new_id
        self.saved = saved
        self._places: tuple[asyncio.AbstractEventLoop, asyncio.Semaphore] | None = None

    @property
    def places(self) -> "asyncio.Semaphore":
        """As many as actions may run at a time; a process may have one event loop after another."""
        import asyncio

        loop = asyncio.get_running_loop()
        if self._places is None or self._places[0] is not loop:
            self._places = (loop, asyncio.Semaphore(AT_ONCE))
        return self._places[1]


class OwnParts:
    """The parts of one execution. It meets `runners.parts.Parts`.

    Args:
        whole: The execution that they are parts of.
        performer: Has them run.
        steers: The performer of the whole, where it can wait and be told something.
        around: What all parts share.
        tell: Told that the whole has come further.
    """

    def __init__(
        self,
        whole: "Requested",
        *,
        performer: Performs,
        steers: "Performer | None" = None,
        around: Surroundings,
        tell: Callable[[Callable[[], Progress]], None],
    ) -> None:
        self._whole = whole
        self._performer = performer
        self._steers = steers
        self._around = around
        self._tell = tell
        self._take_order: Callable[[Order], None] | None = None
        self._children: set[str] = set()
        self.kept: JsonObject | None = None
        """What the workflow would go on from, where it has said so."""
        self._own: Callable[[], Progress] | None = None
        self._inner: dict[str, dict[int | None, Progress]] = {}

    @property
    def steered(self) -> "Steered | None":
        """See `Parts`."""
        return None if self._steers is None else self

    @property
    def state(self) -> JsonObject | None:
        """See `Parts`."""
        return self._whole.state

    @property
    def again(self) -> Again | None:
        """See `Parts`."""
        return self._whole.again

    def keep(self, state: JsonObject) -> None:
        """See `Parts`."""
        self.kept = state

    @property
    def saves(self) -> bool:
        """See `Steered`."""
        return self._around.saved is not None

    def new_id(self) -> str:
        """See `Steered`."""
        return self._around.new_id()

    def save(self, state: JsonObject) -> None:
        """See `Steered`."""
        assert self._around.saved is not None  # nothing is saved otherwise
        self._around.saved.save(self._whole, state)

    def forget(self) -> None:
        """Nothing of it is saved any more: it has ended, or waits."""
        if self._around.saved is not None:
            self._around.saved.remove(self._whole.prepared.execution.id)

    def listen(self, take: Callable[[Order], None]) -> None:
        """See `Parts`."""
        self._take_order = take
        for order in self._whole.orders:
            take(order)
        if self._whole.letters and self._steers is not None and self._steers.keeper is not None:
            from chatops_cli.execution.steering import deliver

            inbox = self._steers.keeper.store.inbox(self._whole.prepared.execution.id)
            for letter in self._whole.letters:
                deliver(letter, inbox, self.order)

    def order(self, order: Order) -> None:
        """Something comes from outside.

        Raises:
            ChatOpsError: It can't be done.
        """
        self._whole.prepared.masker.read(order.secrets)
        if self._take_order is not None:
            self._take_order(order)
        elif order.wish == CANCEL and self._steers is not None:
            self._steers.cancel(self._whole.prepared.execution.id)
        else:
            raise RunnerError("the workflow has not begun yet", hint="try again in a moment")

    def pass_on(self, wish: str) -> None:
        """See `Parts`."""
        if self._steers is not None:
            for execution_id in tuple(self._children):
                self._steers.pass_on(execution_id, wish)

    def can_resume(self, execution_id: str) -> bool:
        """See `Parts`."""
        keeper = None if self._steers is None else self._steers.keeper
        return keeper is not None and bool(keeper.paused(execution_id))

    async def resume(self, execution_id: str) -> PartEnd:
        """See `Parts`."""
        from chatops_cli.execution.continuing import taken

        assert self._steers is not None  # nothing waits otherwise
        requested = await taken(self._steers, execution_id, Order(wish=RESUME))
        if requested is None:
            # Another process goes on with it, and tells of its end.
            return PartEnd(execution_id=execution_id, status=Status.PAUSED)
        requested.prepared.masker.share(self._whole.prepared.masker)
        task, item = requested.origin.task or "", requested.origin.item
        ref = requested.prepared.execution.action_ref
        return await self._end(requested, Part(action=ref, parameters={}, task=task, item=item))

    async def cancel(self, execution_id: str) -> None:
        """See `Parts`."""
        from chatops_cli.execution.continuing import cancel_waiting

        if self._steers is not None:
            await cancel_waiting(self._steers, execution_id)

    def tell(self, progress: Callable[[], Progress]) -> None:
        """See `Parts`."""
        self._own = progress
        self._tell(self._progress)

    def _progress(self) -> Progress:
        """How far the whole has come, and the workflows that its tasks run."""
        assert self._own is not None  # nothing is told before
        own = self._own()
        if not self._inner:
            return own
        at_work = tuple(
            replace(task, inner=tuple(islice(inner.values(), INNER)))
            if (inner := self._inner.get(task.name))
            else task
            for task in own.at_work
        )
        return replace(own, at_work=at_work)

    def action(self, ref: ActionRef) -> Action | None:
        """See `Parts`."""
        return self._around.known.action(ref)

    async def run(self, part: Part) -> PartEnd:
        """See `Parts`."""
        if part.is_again and (begun := await self._begun(part)) is not None:
            return await self._end(begun, part)
        request = self._request(part)
        if current_name(request.action.runner_type) in WORKFLOWS:
            return await self._run(request, part)
        # A workflow waits for its own parts: if it took a place, all places might be waiting.
        async with self._around.places:
            return await self._run(request, part)

    def _request(self, part: Part) -> Request:
        action = self.action(part.action)
        if action is None:
            raise NotFoundError(
                f"no action named '{part.action}'", hint="see 'chatops action list'"
            )
        if part.notify is None or not action.notify:
            action = replace(action, notify=part.notify or {})
        whole = self._whole.prepared
        if current_name(action.runner_type) in WORKFLOWS:
            self._check_depth(action)
        return Request(
            id=part.id or self._around.new_id(),
            action=action,
            given=part.parameters,
            context=self._context(part),
            site=self._around.known.site(action.pack),
            owner=whole.request.owner,
        )

    def _check_depth(self, action: Action) -> None:
        line = (*self._whole.origin.within, self._whole.prepared.execution.action_ref)
        if len(line) >= DEEPEST:
            raise RunnerError(
                f"workflows nest deeper than {DEEPEST} levels: {_line((*line, action.ref))}",
                hint="does a workflow run itself?",
            )

    def _context(self, part: Part) -> dict[str, Json]:
        """What a part is told of itself.

        Source: StackStorm, ``st2common/services/workflows.py``, ``request_action_execution``.
        """
        whole = self._whole.prepared.execution
        handed = {
            name: whole.context[name]
            for name in ("user", "api_user", "source_channel")
            if name in whole.context
        }
        parent: dict[str, Json] = {
            **handed,
            "pack": whole.context.get("pack"),
            "execution_id": whole.id,
        }
        return {**handed, "parent": parent, **part.context}

    async def _begun(self, part: Part) -> "Requested | None":
        """A part that a process which is gone has asked for; None where it has not come to that."""
        from chatops_cli.execution.happening import Requested

        saved = self._around.saved
        found = saved.find(part.id) if saved is not None else None
        if found is None:
            prepared = await self._around.engine.kept(part.id)
            if prepared is None:
                return None
            found = Requested(prepared=prepared, origin=self._origin(part))
        found.prepared.masker.share(self._whole.prepared.masker)
        return found

    async def _run(self, request: Request, part: Part) -> PartEnd:
        prepared = self._around.engine.prepare(request)
        prepared.masker.share(self._whole.prepared.masker)
        return await self._end(self._performer.request(prepared, self._origin(part)), part)

    def _origin(self, part: Part) -> Origin:
        whole, asked = self._whole.prepared, self._whole.origin
        return Origin(
            principal=asked.principal,
            room=asked.room,
            rule=asked.rule,
            reason=f"part of {whole.execution.id}",
            parent=whole.execution.id,
            operator=asked.operator,
            task=part.task,
            item=part.item,
            within=(*asked.within, whole.execution.action_ref),
        )

    async def _end(self, requested: "Requested", part: Part) -> PartEnd:
        """How it ended, and what it gave before that was masked."""
        from chatops_cli.execution.happening import Ended, Progressed

        ends: list[Execution] = []
        execution_id = requested.prepared.execution.id
        self._children.add(execution_id)
        try:
            async for happening in self._performer.run(requested, on_result=ends.append):
                match happening:
                    case Progressed(progress=progress):
                        self._take(part, progress)
                    case Ended(masker=masker, unrecorded=unrecorded):
                        self._whole.prepared.masker.absorb(masker)
                        if unrecorded is not None:
                            raise unrecorded
                    case _:
                        pass
        finally:
            self._children.discard(execution_id)
            self._forget(part)
        last = ends[-1]
        return PartEnd(
            execution_id=last.id,
            status=last.status,
            result=last.result,
            started=last.started,
            ended=last.ended,
        )

    def _take(self, part: Part, progress: Progress) -> None:
        """A workflow that a task runs has come further."""
        self._inner.setdefault(part.task, {})[part.item] = progress
        if self._own is not None:
            self._tell(self._progress)

    def _forget(self, part: Part) -> None:
        inner = self._inner.get(part.task)
        if inner is not None:
            inner.pop(part.item, None)
            if not inner:
                del self._inner[part.task]


def _line(refs: tuple[str, ...]) -> str:
    """The refs, with what repeats told once."""
    shown = [ref for ref, _ in groupby(refs)]
    if len(shown) > NAMED:
        shown = [*shown[: NAMED - 1], "…", shown[-1]]
    return " > ".join(shown)
