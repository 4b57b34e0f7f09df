"""Replies shown as they arrive, and the exit code that they add up to."""

import gc
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from chatops_cli.cli import output
from chatops_cli.cli.progress import Progress
from chatops_cli.errors import ExitCode
from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.model.frozen import frozen
from chatops_cli.room.verdict import code_of_reply

if TYPE_CHECKING:
    from codecs import IncrementalDecoder
    from typing import TextIO

    from chatops_cli.cli.interrupts import Interrupts
    from chatops_cli.runners.contract import OnOutput

Replies = AsyncIterator[Reply]
SPOKEN = frozenset({ReplyKind.RESULT, ReplyKind.INFO})
"""Replies that are results; all others go to stderr."""
MOMENT = 0.5
"""Seconds after which a command counts as a long one."""


@frozen
class Manner:
    """How replies are shown: as JSON, with or without acks, with output as it arrives."""

    as_json: bool = False
    with_ack: bool = True
    streams: bool = False


def converse(
    talk: "Callable[[OnOutput | None], Replies]",
    manner: Manner,
    *,
    close: "Callable[[], Awaitable[None]] | None" = None,
    notices: "Notices | None" = None,
) -> ExitCode:
    """Shows the replies of one conversation as they come; the exit code of the whole.

    Ctrl-C, SIGTERM and the end of the terminal end what is running, and what it has started; then
    that is said. Where it can't be shown, because the reader has gone or a disk is full, what was
    begun goes on all the same, and is on record.

    Args:
        talk: Starts it, and is told where output goes as it arrives.
        manner: How replies are shown.
        close: Waits for what follows from it, and leaves nothing behind.
        notices: Shows what is said in other rooms meanwhile.

    Raises:
        OSError: A reply could not be shown.
    """
    import asyncio

    try:
        return asyncio.run(listen(talk, manner, close=close, notices=notices))
    except asyncio.CancelledError:  # it came when nothing was left to be awaited
        return ExitCode.INTERRUPTED


async def listen(
    talk: "Callable[[OnOutput | None], Replies]",
    manner: Manner,
    *,
    close: "Callable[[], Awaitable[None]] | None" = None,
    notices: "Notices | None" = None,
) -> ExitCode:
    """The coroutine of `converse`."""
    import asyncio

    from chatops_cli.cli.interrupts import Interrupts

    # `main` starts without it; what isn't over in a moment may make garbage.
    asyncio.get_running_loop().call_later(MOMENT, gc.enable)
    code, unshown = ExitCode.OK, None
    progress = Progress(sys.stderr, is_shown=not manner.streams and not manner.as_json)
    with Interrupts() as interrupts, progress:
        live = LiveOutput(interrupts) if manner.streams else None
        if notices is not None:
            notices.begin(interrupts, progress)
        try:
            async for reply in talk(live):
                if progress.keeps(reply):
                    continue
                progress.clear()
                try:
                    with interrupts.breaking_off(number_of(reply, manner)):
                        show(reply, manner)
                except OSError as error:
                    unshown = error
                code = code or code_of_reply(reply)
        finally:
            if close is not None:
                await close()
    if interrupts.has_come:
        return ExitCode.INTERRUPTED
    if unshown is not None:
        raise unshown
    return code


def show(reply: Reply, manner: Manner) -> None:
    """One reply, where it belongs: results on stdout, all else on stderr."""
    if reply.kind is ReplyKind.ACK and not manner.with_ack:
        return
    if manner.as_json:
        output.print_json(asdict(reply))
        sys.stdout.flush()
        return
    from chatops_cli.rendering.terminal import draw

    if reply.kind is ReplyKind.NOTICE:
        reply = replace(reply, text=f"{reply.room}: {reply.text}")
    stream = stream_of(reply, manner)
    text = draw(
        reply,
        width=output.width(stream),
        color=output.has_color(stream),
        unicode=output.has_unicode(stream),
    )
    if text:
        output.write(stream, text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()


def stream_of(reply: Reply, manner: Manner) -> "TextIO":
    """Where a reply belongs."""
    return sys.stdout if manner.as_json or reply.kind in SPOKEN else sys.stderr


def number_of(reply: Reply, manner: Manner) -> int:
    """The descriptor of that stream."""
    return 1 if stream_of(reply, manner) is sys.stdout else 2


class Notices:
    """Shows what is said in other rooms, a line with the room's name before it."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._screen: tuple[Interrupts, Progress] | None = None

    def begin(self, interrupts: "Interrupts", progress: Progress) -> None:
        """From now on Ctrl-C may break off what is shown, and the progress line makes room."""
        self._screen = (interrupts, progress)

    async def __call__(self, reply: Reply) -> None:
        """The reply is shown.

        Raises:
            OSError: It could not be.
        """
        if self._screen is None:
            show(reply, self._manner)
            return
        interrupts, progress = self._screen
        progress.clear()
        with interrupts.breaking_off(number_of(reply, self._manner)):
            show(reply, self._manner)


class LiveOutput:
    """Output as it arrives, on stderr and safe for a terminal; the result follows on stdout."""

    def __init__(self, interrupts: "Interrupts") -> None:
        self._interrupts = interrupts
        self._decoders: dict[str, IncrementalDecoder] = {}

    def __call__(self, stream: str, chunk: bytes) -> None:
        """A chunk of a stream is written; a character may lie across two chunks."""
        from codecs import getincrementaldecoder

        from chatops_cli.rendering.cleaning import clean

        if stream not in self._decoders:
            self._decoders[stream] = getincrementaldecoder("utf-8")("replace")
        text = clean(self._decoders[stream].decode(chunk))
        with self._interrupts.breaking_off(2):
            output.write(sys.stderr, text)
