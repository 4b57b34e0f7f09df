"""The terminal of the simulated room: what is typed stands below, what is said above it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from time import monotonic
from typing import TYPE_CHECKING

from prompt_toolkit.formatted_text import ANSI, fragment_list_to_text, to_formatted_text
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.utils import is_dumb_terminal

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Reply
from chatops_cli.rendering.cells import wrap
from chatops_cli.rendering.cleaning import clean
from chatops_cli.repl.drawing.look import DIM, color_of
from chatops_cli.repl.input_line import Interrupted, is_unfinished, make_prompt
from chatops_cli.repl.typed import NAME, TypedHistory

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.formatted_text import StyleAndTextTuples

    from chatops_cli.model.progress import Progress
    from chatops_cli.repl.completion import Completion
    from chatops_cli.repl.desk import Desk
    from chatops_cli.repl.drawing.look import Look
    from chatops_cli.repl.knowledge import Knowledge
    from chatops_cli.repl.session import Post, Session

RED = "31"
TICK = 1.0
"""Seconds between two looks at what is running."""
KEPT_FREE = 6
"""Lines of the terminal that a page of help leaves free."""
LEAST_PAGE = 8
MOST_TASKS = 5
"""Lines that tell how far one workflow has come."""
LIVE_LINES = 2
"""Lines at the bottom that tell what the line would do."""


class Screen:
    """Shows a desk on a terminal, and hands it what is typed. It meets `Face` and `Typist`.

    The line stands there first (`shown`): what a desk is made of takes as long to be imported and
    read as the terminal's own part. Only when there is one (`run`), something is made of the line.

    Args:
        look: What the terminal can show at this moment: its size may change.
        session: Who speaks and where, until there is a desk.
    """

    def __init__(self, *, look: "Callable[[], Look]", session: "Session") -> None:
        self._look = look
        self._begun = session
        self._history = TypedHistory()
        self._is_drawn = asyncio.Event()
        self._line: asyncio.Task[str] | None = None
        self._desk: Desk | None = None
        self._knowledge: Knowledge | None = None
        self._progress: dict[str, tuple[Progress, float]] = {}
        self._prompt: PromptSession[str] | None = None
        self._rest: list[str] = []

    @asynccontextmanager
    async def shown(self) -> AsyncIterator[None]:
        """While it is entered, the line stands on the screen, and what is said comes above it."""
        prompt = self._prompt = make_prompt(
            self, history=self._history, color=self._look().color, is_unfinished=is_unfinished
        )
        prompt.app.after_render += lambda _: self._is_drawn.set()
        is_dumb = is_dumb_terminal()
        with nullcontext() if is_dumb else patch_stdout(raw=True):
            drawn = asyncio.ensure_future(self._is_drawn.wait())
            try:
                # On one that can't move its cursor the line stands below what was said before.
                if not is_dumb:
                    tasks = [self._begin_line(prompt), drawn]
                    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                yield
            finally:
                for task in (drawn, self._line):
                    if task is not None:
                        task.cancel()
                        with suppress(asyncio.CancelledError, EOFError, Interrupted):
                            await task

    async def run(self, desk: "Desk") -> None:
        """What is typed is said or carried out, until somebody leaves; then all is awaited.

        To be called where the line is `shown`.

        Raises:
            Exception: A bug, met while a message was answered.
        """
        from chatops_cli.repl.knowledge import Knowledge

        assert self._prompt is not None
        knowledge = self._knowledge = Knowledge(desk)
        self._desk = desk
        home = desk.house.world.settings.home
        self._history.keep_in(home / NAME, is_harmless=knowledge.is_harmless)
        ticking = asyncio.get_running_loop().create_task(self._tick(desk))
        try:
            self._greet(desk)
            await self._type(desk, self._prompt)
            if desk.errands and desk.fault is None:
                self.note(["waiting for what is still running; Ctrl-C ends it"])
            await desk.settle()
        finally:
            ticking.cancel()
        if desk.fault is not None:
            raise desk.fault

    def _begin_line(self, prompt: "PromptSession[str]") -> "asyncio.Task[str]":
        prompt.default_buffer.reset()  # it may be shown before it is read anew
        typing = prompt.prompt_async(handle_sigint=False)
        self._line = asyncio.get_running_loop().create_task(typing)
        return self._line

    async def _type(self, desk: "Desk", prompt: "PromptSession[str]") -> None:
        from chatops_cli.repl.commands.table import carry_out, is_command

        while not desk.has_left and desk.fault is None:
            try:
                line = await (self._line or self._begin_line(prompt))
            except EOFError:
                return
            except Interrupted:
                if not prompt.default_buffer.text:
                    self.interrupted()
                continue
            finally:
                self._line = None
            text = line.strip("\n")
            if not text.strip():
                continue
            if not is_command(text):
                desk.say(text.removeprefix("/") if text.startswith("//") else text)
                continue
            try:
                await carry_out(desk, text)
            except ChatOpsError as error:
                self.refuse(error)

    # What is said

    def show(self, post: "Post") -> None:
        """See `Face`. Posts of other rooms are counted as unread, in the line at the bottom."""
        if self._desk is not None and post.room == self._desk.session.place.name:
            from chatops_cli.rendering.networks import find_network
            from chatops_cli.repl.drawing.post import lines_of

            bot = self._desk.house.world.settings.bot_name
            network = find_network(self._desk.session.like)
            lines = lines_of(post, self._look(), bot=bot, network=network)
            if post.reply is not None and self._asks_for_help(post.reply):
                self._page(list(lines))
            else:
                self._write(lines)
        self._redraw()

    def progress(self, reply: Reply) -> None:
        """See `Face`."""
        if reply.progress is not None:
            self._progress[reply.progress.execution_id] = (reply.progress, monotonic())
        self._redraw()

    def note(self, lines: Sequence[str]) -> None:
        """See `Face`."""
        look = self._look()
        shown = [part for line in lines for part in wrap(clean(line), look.width)]
        self._page([look.style(line, DIM) for line in shown])

    def refuse(self, error: ChatOpsError) -> None:
        """See `Face`."""
        look = self._look()
        lines = wrap(clean(error.in_full), look.width)
        self._write(look.style(line, RED) for line in lines)

    def more(self) -> bool:
        """See `Face`."""
        rest, self._rest = self._rest, []
        self._page(rest)
        return bool(rest)

    def _asks_for_help(self, reply: Reply) -> bool:
        assert self._desk is not None
        asked = next((p for p in self._desk.session.posts if p.id == reply.message_id), None)
        if asked is None or reply.execution_id is not None:
            return False
        from chatops_cli.room.address import command_of
        from chatops_cli.room.help import is_help

        message = self._desk.message(asked.text)
        command = command_of(message, self._desk.house.world.addressing)
        return command is not None and is_help(command)

    def _page(self, lines: list[str]) -> None:
        """As much as the terminal holds, and what there is besides."""
        look = self._look()
        size = max(look.height - KEPT_FREE, LEAST_PAGE)
        if len(lines) > size + 1:
            self._rest = lines[size:]
            more = look.style(f"{len(self._rest)} more lines: /more", DIM)
            lines = [*lines[:size], more]
        self._write(lines)

    def _greet(self, desk: "Desk") -> None:
        prefix = desk.house.world.settings.bot_prefix
        here = f"You are {desk.session.principal.display} in {desk.session.place.name}."
        self.note([f"{here} {prefix}help lists what the bot knows, /help what you can do."])

    def _write(self, lines: Iterable[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        if text and self._prompt is not None and self._line is not None and is_dumb_terminal():
            # It has to be written again: nothing can be put above it.
            before = fragment_list_to_text(to_formatted_text(self.before()))
            text = f"\n{text}{before}{self._prompt.default_buffer.text}"
        sys.stdout.write(text)
        sys.stdout.flush()

    # What is typed

    def before(self) -> ANSI:
        """What is running, who speaks and where; see `Typist`."""
        session, look = self._desk.session if self._desk else self._begun, self._look()
        name = look.style(clean(session.principal.display), color_of(session.me))
        parts = [name, clean(session.place.name)]
        parts += ["thread"] if session.thread is not None else []
        parts += ["dry"] if session.is_dry else []
        return ANSI("\n".join([*self._running(look), f"{' '.join(parts)}> "]))

    def below(self) -> "StyleAndTextTuples":
        """What the line would do, and what was not read; see `Typist`."""
        shown: StyleAndTextTuples = []
        if self._desk is None or self._knowledge is None or self._prompt is None:
            return shown
        for room, number in self._desk.session.unread.items():
            shown.append(("class:unread", f"{clean(room)} {number} unread  "))
        told = self._knowledge.preview(self._prompt.default_buffer.text)
        text = clean(told.text).replace("\n", " ")
        lines = wrap(text, self._look().width - 1, is_strict=True)
        shown.append((f"class:{told.kind}", "\n".join(lines[:LIVE_LINES])))
        return shown

    def completions(self, text: str) -> "Iterable[Completion]":
        """See `Typist`."""
        return self._knowledge.completions(text) if self._knowledge is not None else ()

    def interrupted(self) -> None:
        """See `Typist`."""
        if self._desk is None or self._desk.cancel_newest() is None:
            self.note(["nothing is running; Ctrl-D leaves"])

    def _running(self, look: "Look") -> list[str]:
        """A line for each execution that has not ended; of workflows, how far they have come."""
        if self._desk is None or not (running := self._desk.running) or is_dumb_terminal():
            return []
        from chatops_cli.rendering.cells import cut
        from chatops_cli.rendering.progress_block import Frame, block

        self._progress = {key: told for key, told in self._progress.items() if key in running}
        frame = Frame(width=look.width, height=MOST_TASKS, color=look.color, unicode=look.unicode)
        lines: list[str] = []
        for execution_id, execution in running.items():
            seconds = (self._desk.clock() - execution.requested).total_seconds()
            if (told := self._progress.get(execution_id)) is not None:
                since = monotonic() - told[1]
                lines += block(told[0], frame, elapsed=seconds, since=since)
                continue
            mark = "…" if look.unicode else "..."
            said = f"{mark} {seconds:.0f} s {execution.action_ref} {execution_id}"
            lines.append(look.style(cut(said, look.width)[0], DIM))
        return lines

    async def _tick(self, desk: "Desk") -> None:
        while True:
            await asyncio.sleep(TICK)
            if desk.errands:
                self._redraw()

    def _redraw(self) -> None:
        if self._prompt is not None:
            self._prompt.app.invalidate()
