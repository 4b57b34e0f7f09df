"""`chatops repl`, as Typer sees it: a chat room in the terminal, or a script for one."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli import output
from chatops_cli.cli.invocation import Invocation
from chatops_cli.cli.session import settings_from, user_name
from chatops_cli.errors import ChatOpsError, ExitCode

if TYPE_CHECKING:
    from typing import BinaryIO

    from chatops_cli.cli.interrupts import Interrupts
    from chatops_cli.notifications.courier import Post
    from chatops_cli.repl.desk import Desk
    from chatops_cli.repl.drawing.look import Look
    from chatops_cli.repl.session import Session
    from chatops_cli.room.ports import Ports
    from chatops_cli.room.room import Room

ROOM = "#general"
EPILOG = """Examples:

chatops repl

chatops repl --as alice --room "#ops"

echo "!disk usage on /" | chatops repl

chatops repl --dm script

In the room: /help lists its commands, !help what the bot knows; Ctrl-D leaves.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EPILOG)
def repl(
    ctx: typer.Context,
    *,
    script: Annotated[
        Path | None,
        typer.Argument(help="A file with lines to say; '-' is standard input."),
    ] = None,
    as_user: Annotated[
        str,
        typer.Option("--as", help="Who speaks first: alice, slack:U1, slack:T1:U1.", metavar="WHO"),
    ] = "",
    room: Annotated[
        str, typer.Option("--room", help="The room to begin in.", metavar="ROOM")
    ] = ROOM,
    direct: Annotated[
        bool, typer.Option("--dm", help="Begin alone with the bot: all that is said is for it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show only what messages would do.")
    ] = False,
    like: Annotated[
        str,
        typer.Option(
            "--like", help="Show replies as slack, irc or another network.", metavar="NETWORK"
        ),
    ] = "",
    watch: Annotated[
        bool, typer.Option("--watch", help="Reload packs and settings whenever they change.")
    ] = False,
) -> int:
    """Try what the bot does in a chat room of your own, with simulated people."""
    import asyncio

    from chatops_cli.rendering.networks import NETWORKS, find_network
    from chatops_cli.repl.session import begin, direct_place, place_of, principal_of

    if like and find_network(like) is None:
        names = ", ".join(each.name for each in NETWORKS)
        raise ChatOpsError(f"no network {like!r} is known", hint=f"known are {names}")

    me = principal_of(as_user or user_name())
    place = direct_place(me) if direct else place_of(room)
    session = replace(begin(me, place), is_dry=dry_run, like=like)
    invocation = ctx.find_object(Invocation) or Invocation()
    source = source_of(script)
    try:
        if source is None:
            return asyncio.run(on_terminal(invocation, session, watch=watch))
        return asyncio.run(from_script(invocation, session, source, watch=watch))
    except asyncio.CancelledError:  # it came when nothing was left to be awaited
        return ExitCode.INTERRUPTED


def source_of(script: Path | None) -> "BinaryIO | None":
    """Where lines come from; None for a terminal, at which somebody types them.

    Raises:
        ChatOpsError: It can't be read.
    """
    if script is not None and str(script) != "-":
        try:
            return script.open("rb")
        except OSError as error:
            raise ChatOpsError(f"{script} can't be read: {error.strerror}") from error
    if script is None and sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty():
        return None
    source: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if source is None:
        raise ChatOpsError("standard input is closed", hint="pipe messages in, one a line")
    return source


async def from_script(
    invocation: Invocation, session: "Session", source: "BinaryIO", *, watch: bool
) -> int:
    """The lines are said, one after the other; the exit code of the first that failed."""
    from chatops_cli.cli.interrupts import Interrupts
    from chatops_cli.repl.desk import Desk
    from chatops_cli.repl.lines import lines_of
    from chatops_cli.repl.script import PlainFace, play
    from chatops_cli.repl.watch import watching
    from chatops_cli.room.opening import new_id, now

    code: int = ExitCode.OK
    with Interrupts() as interrupts:
        face = PlainFace(
            result=write_result,
            aside=write_aside,
            refused=refuse,
            look=look(),
            network=lambda: desk.session.like,
        )
        desk = Desk(
            open_room=lambda post, ports: opened(invocation, post, ports),
            face=face,
            session=session,
            clock=now,
            new_id=new_id,
        )
        try:
            async with watching(desk, is_wanted=watch):
                code = await play(desk, lines_of(source))
        finally:
            if source is not getattr(sys.stdin, "buffer", None):
                source.close()
            await closed(desk, interrupts)
    return ExitCode.INTERRUPTED if interrupts.has_come else code


async def on_terminal(invocation: Invocation, session: "Session", *, watch: bool) -> int:
    """Somebody types; Ctrl-D leaves when all is answered."""
    from chatops_cli.cli.interrupts import Interrupts
    from chatops_cli.repl.desk import Desk
    from chatops_cli.repl.screen import Screen
    from chatops_cli.repl.watch import watching
    from chatops_cli.room.opening import new_id, now

    with Interrupts() as interrupts:
        screen = Screen(look=look)
        desk = Desk(
            open_room=lambda post, ports: opened(invocation, post, ports),
            face=screen,
            session=session,
            clock=now,
            new_id=new_id,
        )
        try:
            async with watching(desk, is_wanted=watch):
                await screen.run(desk)
        finally:
            await closed(desk, interrupts)
    return ExitCode.INTERRUPTED if interrupts.has_come else ExitCode.OK


async def closed(desk: "Desk", interrupts: "Interrupts") -> None:
    """All is answered and nothing left behind; where a signal has come, it is ended first."""
    if interrupts.has_come:
        desk.cancel_all()
    await desk.close()


def opened(invocation: Invocation, post: "Post", ports: "Ports") -> "Room":
    """A room with the settings and packs of now."""
    from chatops_cli.room.opening import open_room

    return open_room(
        settings_from(invocation),
        operator=user_name(),
        warn=lambda text: output.print_note(f"warning: {text}"),
        lasts=True,
        post=post,
        ports=ports,
    )


def look() -> "Look":
    """What standard output can show, at this moment."""
    from chatops_cli.repl.drawing.look import Look

    return Look(
        width=output.width(sys.stdout),
        height=output.height(sys.stdout),
        color=output.has_color(sys.stdout),
        unicode=output.has_unicode(sys.stdout),
    )


def write_result(text: str) -> None:
    """A result of a script, which whoever waits for it can read at once."""
    output.write(sys.stdout, text)
    sys.stdout.flush()


def write_aside(text: str) -> None:
    """What is no result."""
    output.write(sys.stderr, text)


def refuse(error: ChatOpsError) -> None:
    """What can't be done."""
    output.print_error(error.message, hint=error.hint)
