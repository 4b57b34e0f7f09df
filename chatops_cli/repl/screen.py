"""The terminal of the simulated room: what is typed stands below, what is said above it."""

import sys
from collections.abc import Callable, Iterable, Sequence

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.patch_stdout import patch_stdout

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Reply
from chatops_cli.rendering.cells import wrap
from chatops_cli.rendering.cleaning import clean
from chatops_cli.repl.commands.table import carry_out, is_command
from chatops_cli.repl.desk import Desk
from chatops_cli.repl.drawing.look import DIM, Look, color_of
from chatops_cli.repl.drawing.post import lines_of
from chatops_cli.repl.session import Post

RED = "31"


class Screen:
    """Shows a desk on a terminal, and hands it what is typed. It meets `Face`.

    Args:
        look: What the terminal can show at this moment: its width may change.
    """

    def __init__(self, *, look: Callable[[], Look]) -> None:
        self._look = look
        self._desk: Desk | None = None
        self._progress: dict[str, str] = {}
        self._prompt: PromptSession[str] | None = None

    async def run(self, desk: Desk) -> None:
        """What is typed is said or carried out, until somebody leaves; then all is awaited.

        Raises:
            Exception: A bug, met while a message was answered.
        """
        self._desk = desk
        self._prompt = PromptSession(
            message=self._message,
            multiline=True,
            key_bindings=self._bindings(),
            history=InMemoryHistory(),
            bottom_toolbar=self._toolbar,
            erase_when_done=True,
            enable_suspend=True,
            refresh_interval=0.5,
        )
        with patch_stdout(raw=True):
            self._greet(desk)
            while not desk.has_left and desk.fault is None:
                try:
                    line = await self._prompt.prompt_async(handle_sigint=False)
                except EOFError:
                    break
                await self._take(desk, line)
            if desk.errands and desk.fault is None:
                number = len(desk.errands)
                self.note([f"waiting for {number} that is still running; Ctrl-C ends it"])
            await desk.settle()
        if desk.fault is not None:
            raise desk.fault

    def show(self, post: Post) -> None:
        """See `Face`. Posts of other rooms are counted as unread, in the line at the bottom."""
        if self._desk is not None and post.room == self._desk.session.place.name:
            bot = self._desk.house.world.settings.bot_name
            self._write(lines_of(post, self._look(), bot=bot))
        self._redraw()

    def progress(self, reply: Reply) -> None:
        """See `Face`."""
        if reply.execution_id is not None:
            self._progress[reply.execution_id] = " ".join(clean(reply.text).split())
        self._redraw()

    def note(self, lines: Sequence[str]) -> None:
        """See `Face`."""
        look = self._look()
        shown = [part for line in lines for part in wrap(clean(line), look.width)]
        self._write(look.style(line, DIM) for line in shown)

    def refuse(self, error: ChatOpsError) -> None:
        """See `Face`."""
        look = self._look()
        lines = wrap(clean(error.in_full), look.width)
        self._write(look.style(line, RED) for line in lines)

    async def _take(self, desk: Desk, line: str) -> None:
        text = line.strip("\n")
        if not text.strip():
            return
        if not is_command(text):
            desk.say(text.removeprefix("/") if text.startswith("//") else text)
            return
        try:
            await carry_out(desk, text)
        except ChatOpsError as error:
            self.refuse(error)

    def _greet(self, desk: Desk) -> None:
        prefix = desk.house.world.settings.bot_prefix
        here = f"You are {desk.session.principal.display} in {desk.session.place.name}."
        self.note([f"{here} {prefix}help lists what the bot knows, /help what you can do."])

    def _write(self, lines: Iterable[str]) -> None:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()

    def _redraw(self) -> None:
        if self._prompt is not None:
            self._prompt.app.invalidate()

    def _message(self) -> ANSI:
        """What stands before the line that is typed: what is running, who and where."""
        assert self._desk is not None
        session, look = self._desk.session, self._look()
        lines = [
            f"{'…' if look.unicode else '...'} {execution.action_ref} {execution_id}"
            + (f": {said}" if (said := self._progress.get(execution_id, "")) else "")
            for execution_id, execution in self._desk.running.items()
        ]
        name = look.style(clean(session.principal.display), color_of(session.me))
        where = clean(session.place.name)
        thread = " thread" if session.thread is not None else ""
        dry = " dry" if session.is_dry else ""
        lines = [look.style(line[: look.width], DIM) for line in lines]
        return ANSI("\n".join([*lines, f"{name} {where}{thread}{dry}> "]))

    def _toolbar(self) -> ANSI:
        assert self._desk is not None
        unread = self._desk.session.unread
        shown = "  ".join(f"{room} {number} unread" for room, number in unread.items())
        return ANSI(clean(shown))

    def _bindings(self) -> KeyBindings:
        bindings = KeyBindings()

        @bindings.add("enter")
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.validate_and_handle()

        @bindings.add("escape", "enter")
        def _(event: KeyPressEvent) -> None:
            event.current_buffer.insert_text("\n")

        @bindings.add("c-c")
        def _(event: KeyPressEvent) -> None:
            self._interrupt(event)

        return bindings

    def _interrupt(self, event: KeyPressEvent) -> None:
        """The line is cancelled; an empty one cancels what was started last."""
        assert self._desk is not None
        if event.current_buffer.text:
            event.current_buffer.reset()
        elif self._desk.cancel_newest() is None:
            self.note(["nothing is running; Ctrl-D leaves"])
