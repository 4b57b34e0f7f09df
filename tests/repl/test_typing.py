"""The screen in this process: what is typed through a pipe, and what the desk makes of it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.repl.desk import Desk
from chatops_cli.repl.drawing.look import Look
from chatops_cli.repl.drawing.post import lines_of
from chatops_cli.repl.screen import Screen
from chatops_cli.repl.session import begin, place_of, principal_of
from chatops_cli.room.opening import new_id, now, open_room
from chatops_cli.settings.load import load_settings
from tests.support.packs import action_text, alias_text, write_pack

SLEEP = 'parameters:\n  cmd: {immutable: true, default: "sleep 600"}\n'


@pytest.fixture(autouse=True)
def packs(isolated: Path) -> None:
    write_pack(
        isolated / "packs",
        "t",
        {
            "actions/ok.yaml": action_text("ok"),
            "actions/slow.yaml": action_text("slow", "local-shell-cmd", SLEEP),
            "aliases/ok.yaml": alias_text("ok", "t.ok", "go well"),
            "aliases/slow.yaml": alias_text("slow", "t.slow", "sleep"),
        },
    )
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")


async def play(*steps: tuple[str, Callable[[Desk], bool]], look: Look | None = None) -> Desk:
    """Types each text, and waits until what it is to do has been done; leaves in the end."""
    with (
        create_pipe_input() as keys,
        create_app_session(input=keys, output=DummyOutput()),
    ):
        session = begin(principal_of("alice"), place_of("#general"))
        screen = Screen(look=lambda: look or Look(width=60, height=12, color=True), session=session)
        desk = Desk(
            open_room=lambda post, ports: open_room(
                load_settings(), operator="root", warn=print, post=post, ports=ports
            ),
            face=screen,
            session=session,
            clock=now,
            new_id=new_id,
        )
        async with asyncio.timeout(60), screen.shown():
            running = asyncio.get_running_loop().create_task(screen.run(desk))
            for text, is_done in steps:
                keys.send_text(text)
                while not is_done(desk):  # noqa: ASYNC110  # nothing tells of it
                    await asyncio.sleep(0.01)
            keys.send_text("\x04")
            await running
            await desk.close()
        return desk


def has_posts(number: int) -> Callable[[Desk], bool]:
    return lambda desk: desk.session.numbers >= number and not desk.errands


async def test_messages_and_commands_that_are_typed() -> None:
    """Talk, a command, help by the page, one that is wrong, a thread, an edit."""
    desk = await play(
        ("hello\r", has_posts(1)),
        ("!go well\r", has_posts(4)),
        ("!help\r", has_posts(6)),
        ("/help\r/more\r/more\r/more\r/nope\r/thread 1\r", lambda d: d.session.thread is not None),
        ("/edit 1 !go well\r", has_posts(7)),
        ('say "a\rb"\r', has_posts(8)),
        ("/as bob\r", lambda d: d.session.me == "local:bob"),
        ("/like irc\r!nope\r", has_posts(10)),
    )
    said = [post.text for post in desk.session.posts if post.who is not None]
    assert said == ["!go well", "!go well", "!help", 'say "a\nb"', "!nope"]


async def test_ctrl_c_while_something_runs() -> None:
    """The line first, then what runs."""
    desk = await play(
        ("!sleep\r", lambda d: bool(d.running)),
        ("abc\x03\x03", lambda d: not d.errands),
        ("\x03", lambda d: not d.errands),
    )
    statuses = [post.reply.status for post in desk.session.posts if post.reply is not None]
    assert statuses[-1] == "canceled"


async def test_a_cancel_by_its_id() -> None:
    desk = await play(
        ("!sleep\r", lambda d: bool(d.running)),
        ("/cancel\r", lambda d: not d.errands),
    )
    assert desk.running == {}


CONFIRMED = """\
packs: [packs]
bundled: false
access:
  rules:
    - {name: sure, effect: allow, who: ["*"], actions: [t.slow], require: {confirm: true}}
"""


async def test_what_was_confirmed_runs_as_what_was_asked_for_does(isolated: Path) -> None:
    """It is seen running, and Ctrl-C ends it."""
    (isolated / "chatops.yaml").write_text(CONFIRMED)
    desk = await play(
        ("!sleep\r", has_posts(2)),
        ("!confirm\r", lambda d: bool(d.running)),
        ("\x03", lambda d: not d.errands),
    )
    statuses = [post.reply.status for post in desk.session.posts if post.reply is not None]
    assert statuses[-1] == "canceled"


def test_a_post_on_a_terminal_that_knows_little() -> None:
    """Neither colours nor more than ASCII; no control sequence reaches it."""
    session = begin(principal_of("alice"), place_of("#general"))
    from chatops_cli.repl.session import replied

    reply = Reply(
        kind=ReplyKind.RESULT,
        message_id="m",
        room="#general",
        text="caf\u00e9 \x1b[31mred\n- one",
        thread="m",
    )
    _, post = replied(session, reply, time=now())
    look = Look(width=30, color=False, unicode=False)
    lines = list(lines_of(post, look, bot="chatops"))
    assert lines[1:] == ["  |   cafe red", "  |   - one"]
    assert replace(post, thread=None).root == post.id
