"""A script for the simulated room: a line after the other, plain replies, and an exit code."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from time import monotonic
from typing import TypeAlias

from chatops_cli.aliases.table import MESSAGE_LIMIT
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.rendering.likeness import likeness
from chatops_cli.rendering.networks import find_network
from chatops_cli.rendering.progress import Sparing
from chatops_cli.rendering.terminal import draw
from chatops_cli.repl.commands.table import carry_out, is_command
from chatops_cli.repl.desk import Desk
from chatops_cli.repl.drawing.look import Look
from chatops_cli.repl.session import Post
from chatops_cli.room.address import command_of

RESULTS = frozenset({ReplyKind.RESULT, ReplyKind.INFO})
"""Replies that are results; all others are told beside them."""

Write: TypeAlias = Callable[[str], None]


class PlainFace:
    """Shows replies as text, and nothing of what the script itself says.

    Args:
        result: Writes what is a result, with its line end.
        aside: Writes all else.
        refused: Told of what can't be done.
        look: Columns, colours and signs of the output.
        network: The network that replies are shown as at this moment, by name; empty for none.
    """

    def __init__(
        self,
        *,
        result: Write,
        aside: Write,
        refused: Callable[[ChatOpsError], None],
        look: Look,
        network: Callable[[], str] = str,
    ) -> None:
        self._result = result
        self._aside = aside
        self._refused = refused
        self._look = look
        self._network = network
        self._sparing: dict[str, Sparing] = {}

    def show(self, post: Post) -> None:
        """See `Face`."""
        if post.reply is None:
            return
        reply = post.reply
        write = self._result if reply.kind in RESULTS else self._aside
        network = find_network(self._network())
        if network is None:
            write(f"{self._drawn(reply)}\n")
            return
        like = likeness(reply, network)
        for part in like.parts:
            write(f"{self._drawn(part)}\n")
        for remark in like.remarks:
            self._aside(f"{network.name}: {remark}\n")

    def _drawn(self, reply: Reply) -> str:
        if reply.kind is ReplyKind.NOTICE:
            reply = replace(reply, text=f"{reply.room}: {reply.text}")
        look = self._look
        return draw(reply, width=look.width, color=look.color, unicode=look.unicode)

    def progress(self, reply: Reply) -> None:
        """See `Face`; told now and then only."""
        if reply.progress is None:
            return
        sparing = self._sparing.setdefault(reply.progress.execution_id, Sparing())
        if sparing.is_due(reply.progress, monotonic()):
            self._aside(f"{reply.text}\n")

    def note(self, lines: Sequence[str]) -> None:
        """See `Face`."""
        self._result("".join(f"{line}\n" for line in lines))

    def refuse(self, error: ChatOpsError) -> None:
        """See `Face`."""
        self._refused(error)

    def more(self) -> bool:
        """See `Face`: all was shown."""
        return False


async def play(desk: Desk, lines: AsyncIterator[bytes]) -> ExitCode:
    """Each line is said, or carried out where it is a command, when the one before it is answered.

    Empty lines are passed over. There is no sign for comments: what isn't for the bot is talk,
    which nobody answers, so that a line such as ``# now the disks`` in a channel does nothing.

    Returns:
        The code of the first line that did not succeed; `ExitCode.OK` where all did.
    """
    code, spoken = ExitCode.OK, 0
    number = 0
    async for line in lines:
        number += 1
        try:
            # What is too long may be cut within a character; it is refused all the same.
            text = line.decode(errors="strict" if len(line) <= MESSAGE_LIMIT else "replace")
        except UnicodeDecodeError:
            desk.face.refuse(ChatOpsError(f"line {number} is not UTF-8 text"))
            code = code or ExitCode.USAGE
            continue
        if not text.strip():
            continue
        went = await take(desk, text)
        code = code or went
        spoken += is_for_bot(desk, text)
        if desk.has_left:
            break
    if number and not spoken:
        prefix = desk.house.world.settings.bot_prefix
        desk.face.refuse(
            ChatOpsError(
                "nothing of it was for the bot, so nothing was run",
                hint=f"begin lines with {prefix}, or talk with the bot alone: --dm",
            )
        )
        code = code or ExitCode.USAGE
    return code


def is_for_bot(desk: Desk, text: str) -> bool:
    """Whether it is a command of the terminal, or said to the bot."""
    if is_command(text):
        return True
    return command_of(desk.message(text), desk.house.world.addressing) is not None


async def take(desk: Desk, text: str) -> ExitCode:
    """One line is carried out, or said and answered; how that went."""
    import asyncio

    if is_command(text):
        try:
            await carry_out(desk, text)
        except ChatOpsError as error:
            desk.face.refuse(error)
            return error.exit_code
        errands = tuple(desk.errands)
    else:
        errands = (desk.say(text.removeprefix("/") if text.startswith("//") else text),)
    tasks = [errand.task for errand in errands if errand.task is not None]
    if tasks:
        await asyncio.wait(tasks)
    if desk.fault is not None:
        raise desk.fault
    return next((errand.code for errand in errands if errand.code), ExitCode.OK)
