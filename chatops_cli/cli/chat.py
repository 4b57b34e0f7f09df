"""The chat room in a terminal, or a script for one."""

import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli import output
from chatops_cli.cli.invocation import AskedRoom, Invocation
from chatops_cli.cli.session import settings_from, user_name
from chatops_cli.errors import ChatOpsError, ExitCode

if TYPE_CHECKING:
    from typing import BinaryIO

    from chatops_cli.cli.interrupts import Interrupts
    from chatops_cli.notifications.courier import Post
    from chatops_cli.repl.desk import Desk
    from chatops_cli.repl.drawing.look import Look
    from chatops_cli.repl.face import Face
    from chatops_cli.repl.session import Session
    from chatops_cli.room.ports import Ports
    from chatops_cli.room.room import Room


def run_room(invocation: Invocation, asked: AskedRoom) -> int:
    """Somebody types, or a script is read; the exit code of the whole."""
    import asyncio

    from chatops_cli.rendering.networks import NETWORKS, find_network
    from chatops_cli.repl.session import begin, direct_place, place_of, principal_of

    if asked.like and find_network(asked.like) is None:
        names = ", ".join(each.name for each in NETWORKS)
        raise ChatOpsError(f"no network {asked.like!r} is known", hint=f"known are {names}")

    me = principal_of(asked.as_user or user_name())
    place = direct_place(me) if asked.direct else place_of(asked.room)
    session = replace(begin(me, place), is_dry=asked.dry_run, like=asked.like)
    source = source_of(asked.script)
    try:
        if source is None:
            return asyncio.run(on_terminal(invocation, session, watch=asked.watch))
        return asyncio.run(from_script(invocation, session, source, watch=asked.watch))
    except asyncio.CancelledError:  # it came when nothing was left to be awaited
        return ExitCode.INTERRUPTED


def source_of(script: str | None) -> "BinaryIO | None":
    """Where lines come from; None for a terminal, at which somebody types them.

    Raises:
        ChatOpsError: It can't be read.
    """
    if script is not None and script != "-":
        try:
            return Path(script).open("rb")
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
    from chatops_cli.repl.lines import lines_of
    from chatops_cli.repl.script import PlainFace, play
    from chatops_cli.repl.watch import watching

    code: int = ExitCode.OK
    with Interrupts() as interrupts:
        gc.enable()  # `main` starts without it
        face = PlainFace(
            result=write_result,
            aside=write_aside,
            refused=refuse,
            look=look(),
            network=lambda: desk.session.like,
        )
        desk = desk_of(invocation, session, face)
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
    from chatops_cli.repl.screen import Screen

    desk: Desk | None = None
    with Interrupts() as interrupts:
        screen = Screen(look=look, session=session)
        try:
            async with screen.shown():
                # The rest is imported and read while the line stands there already.
                from chatops_cli.repl.watch import watching

                desk = desk_of(invocation, session, screen)
                gc.enable()  # `main` starts without it
                async with watching(desk, is_wanted=watch):
                    await screen.run(desk)
        finally:
            if desk is not None:
                await closed(desk, interrupts)
    return ExitCode.INTERRUPTED if interrupts.has_come else ExitCode.OK


def desk_of(invocation: Invocation, session: "Session", face: "Face") -> "Desk":
    """The desk of this session, in a room with the settings and packs of now.

    Raises:
        ChatOpsError: The room can't be opened.
    """
    from chatops_cli.repl.desk import Desk
    from chatops_cli.room.opening import new_id, now

    return Desk(
        open_room=lambda post, ports: opened(invocation, post, ports),
        face=face,
        session=session,
        clock=now,
        new_id=new_id,
    )


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
    from chatops_cli.repl.drawing.graphics import graphics_of
    from chatops_cli.repl.drawing.look import Look

    return Look(
        width=output.width(sys.stdout),
        height=output.height(sys.stdout),
        color=output.has_color(sys.stdout),
        unicode=output.has_unicode(sys.stdout),
        graphics=graphics_of(os.environ),
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
