"""The desk that people of the simulated room sit at: what they type becomes messages or commands.

Several messages may be answered at once. All of them go down `Room.handle`.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from chatops_cli.aliases.outcome import Matched
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.execution import Execution
from chatops_cli.notifications.courier import Post as Hear
from chatops_cli.repl import session as people
from chatops_cli.repl.face import Face
from chatops_cli.repl.rehearsing import Rehearsing
from chatops_cli.repl.session import Session
from chatops_cli.room.address import command_of
from chatops_cli.room.house import House
from chatops_cli.room.plan_lines import step_lines
from chatops_cli.room.ports import Ports
from chatops_cli.room.room import Room
from chatops_cli.room.verdict import code_of_plan, code_of_reply

if TYPE_CHECKING:
    from chatops_cli.records.history import History

NEWS = frozenset({"delayed", "retry"})
"""Progress that is told once and stays: what else is in progress is replaced by what follows."""


@dataclass
class Errand:
    """A message that is being answered, the executions that it has started, and how it went.

    `wish` is what is wanted of an execution, by its id, where that is all that there is to it.
    """

    message: Message
    wish: tuple[str, str] | None = None
    task: "asyncio.Task[None] | None" = None
    executions: dict[str, Execution] = field(default_factory=dict)
    is_canceled: bool = False
    code: ExitCode = ExitCode.OK


class Desk:
    """Holds the session, and the errands that are under way.

    Args:
        open_room: Opens the room that messages are handed to, and again for each reload; it is told
            where notifications go, and what stands in for runners.
        face: Where all is shown.
        session: Who is there at first.
        clock: The time, aware UTC.
        new_id: An id for each message.

    Raises:
        ChatOpsError: The room can't be opened.
    """

    def __init__(
        self,
        *,
        open_room: Callable[[Hear, Ports], Room],
        face: Face,
        session: Session,
        clock: Callable[[], datetime],
        new_id: Callable[[], str],
    ) -> None:
        self.rehearsing = Rehearsing(clock=clock, new_id=new_id)
        self.house = House(lambda: open_room(self.post, self.rehearsing.ports))
        self.face = face
        self.session = session
        self.clock = clock
        self._new_id = new_id
        self.errands: list[Errand] = []
        self.last: str | None = None
        self.has_left = False
        self.fault: BaseException | None = None

    @property
    def running(self) -> dict[str, Execution]:
        """The executions that have not ended, the oldest first."""
        return {key: each for errand in self.errands for key, each in errand.executions.items()}

    def message(self, text: str) -> Message:
        """What the person would say here and now; nothing of it is on record."""
        return people.message_of(self.session, text, message_id=self._new_id(), time=self.clock())

    def say(self, text: str) -> Errand:
        """A message is in the room, and on its way to the bot."""
        message = self.message(text)
        self.session, post = people.said(self.session, message)
        self.face.show(post)
        return self.hand_in(message)

    def hand_in(self, message: Message) -> Errand:
        """A message is on its way; in a dry run, only what it would do is told."""
        errand = Errand(message=message)
        if self.session.is_dry:
            errand.code = self._rehearse(message)
            return errand
        self.rehearsing.told(message)
        return self._set_out(errand)

    def want(self, execution_id: str, wish: str) -> Errand:
        """Somebody wants an execution paused, resumed or cancelled, wherever it is.

        Args:
            execution_id: A whole one.
            wish: ``pause``, ``resume`` or ``cancel``.
        """
        message = self.message(f"execution {wish} {execution_id}")
        return self._set_out(Errand(message=message, wish=(execution_id, wish)))

    def _set_out(self, errand: Errand) -> Errand:
        self.errands.append(errand)
        errand.task = asyncio.get_running_loop().create_task(self._answered(errand))
        errand.task.add_done_callback(self._ended)
        return errand

    async def post(self, reply: Reply) -> None:
        """Something is said in a room that nobody has asked for there: a notification."""
        self.rehearsing.heard(reply)
        self.heard(reply)

    def heard(self, reply: Reply) -> None:
        """A reply is in its room."""
        if reply.kind is ReplyKind.PROGRESS and reply.reason not in NEWS:
            self.face.progress(reply)
        elif reply.text.strip() or reply.attachments:
            self.session, post = people.replied(self.session, reply, time=self.clock())
            self.face.show(post)

    def cancel(self, execution_id: str) -> bool:
        """Ends an execution of this session; whether there is one."""
        errand = next((each for each in self.errands if execution_id in each.executions), None)
        if errand is None:
            return False
        self._end(errand)
        return True

    def cancel_newest(self) -> str | None:
        """Ends the execution that was started last, of those that weren't told so; its id."""
        waiting = [each for each in self.errands if each.executions and not each.is_canceled]
        for errand in reversed(waiting):
            self._end(errand)
            return next(reversed(errand.executions))
        return None

    async def settle(self) -> None:
        """All that is under way is answered. Cancelled, it ends all of it, and waits for that."""
        while self.errands:
            tasks = [errand.task for errand in self.errands if errand.task is not None]
            try:
                await asyncio.wait(tasks)
            except asyncio.CancelledError:
                self.cancel_all()
                await asyncio.wait(tasks)
                raise

    async def close(self) -> None:
        """All is answered, what follows from it is over, and nothing is left behind.

        Cancelled, it ends what goes on, and waits for that.
        """
        try:
            await self.settle()
        finally:
            await self.house.close()

    def cancel_all(self) -> None:
        """Everything that is under way is told to end."""
        for errand in self.errands:
            self._end(errand)

    def history(self) -> "AbstractContextManager[History]":
        """The history of all executions, closed in the end."""
        from chatops_cli.records.history import open_history

        home = self.house.world.settings.home
        return closing(open_history(home, note=lambda text: self.face.note([text])))

    def _end(self, errand: Errand) -> None:
        """What it runs is told to end; what else the message would start is not started."""
        errand.is_canceled = True
        is_told = [self.house.cancel(execution_id) for execution_id in errand.executions]
        if not any(is_told) and errand.task is not None:
            errand.task.cancel()  # a new try has an id of its own

    async def _answered(self, errand: Errand) -> None:
        replies = self._replies(errand)
        try:
            async for reply in replies:
                if reply.status is not None:
                    errand.executions.clear()  # one runs at a time, and that has ended
                self.heard(reply)
                self._advise(reply)
                errand.code = errand.code or code_of_reply(reply)
                if errand.is_canceled and not errand.executions:
                    break
        except ChatOpsError as error:
            self.face.refuse(error)
            errand.code = errand.code or error.exit_code
        finally:
            await replies.aclose()
            errand.executions.clear()
            self.errands.remove(errand)
            self._keep()

    def _advise(self, reply: Reply) -> None:
        if (advice := self.rehearsing.advice(reply)) is not None:
            self.face.note([advice])

    def _replies(self, errand: Errand) -> AsyncGenerator[Reply, None]:
        """What the bot says to a message, over a rough network where one is wanted."""

        def started(execution: Execution) -> None:
            self._started(errand, execution)

        def handle(message: Message) -> AsyncGenerator[Reply, None]:
            return self.house.handle(message, on_start=started)

        if errand.wish is not None:  # a rehearsal has no word for it
            return self.house.wish(errand.message, *errand.wish, on_start=started)
        network = self.rehearsing.network
        if network is None:
            return self._told(handle(errand.message))
        from chatops_cli.repl.chaos import over

        name, heard = self.rehearsing.next_name(), self.rehearsing.heard
        return over(network, errand.message, handle, name=name, heard=heard)

    async def _told(self, replies: AsyncGenerator[Reply, None]) -> AsyncGenerator[Reply, None]:
        """The same replies, each of which the rehearsal hears."""
        try:
            async for reply in replies:
                self.rehearsing.heard(reply)
                yield reply
        finally:
            await replies.aclose()

    def _keep(self) -> None:
        try:
            self.rehearsing.keep()
        except ChatOpsError as error:
            self.face.refuse(error)

    def _started(self, errand: Errand, execution: Execution) -> None:
        errand.executions[execution.id] = execution
        self.last = execution.id

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """A bug ends the program, as it does elsewhere: it must not pass in silence."""
        if not task.cancelled() and (error := task.exception()) is not None:
            self.fault = error

    def _rehearse(self, message: Message) -> ExitCode:
        command = command_of(message, self.house.world.addressing)
        if command is None:
            return ExitCode.OK
        plan = self.house.room.plan(message, command)
        lines: list[str] = []
        for step in plan.steps:
            assert isinstance(plan.outcome, Matched)
            lines += step_lines(step, plan.outcome)
            if step.refusal is not None:
                lines.append(step.masker.text(f"it can't be run: {step.refusal.in_full}"))
        if not plan.steps:
            from chatops_cli.room.answers import no_step

            lines = no_step(self.house.world, message, plan).text.split("\n")
        self.face.note(["dry run:", *lines])
        return code_of_plan(plan)
