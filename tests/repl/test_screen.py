"""The room in a real terminal: screens as golden text, and what keys do.

The golden screens are written anew with UPDATE_SCREENS=1.
"""

import os
import signal
import sys
from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.packs import action_text, write_pack
from tests.support.terminal import Terminal

SCREENS = Path(__file__).parent / "screens"
SHELL = 'parameters:\n  cmd: {{immutable: true, default: "{}"}}\n'
DEPLOY = """
parameters:
  app: {type: string, required: true, description: What to deploy, enum: [api, web]}
  stage: {type: string, required: true, description: Where to}
  count: {type: integer, default: 1, description: How many}
  cmd: {immutable: true, default: "echo deployed {{ app }} to {{ stage }}"}
"""
REPORT = """
name: report
action_ref: ops.ok
description: A report with fields
formats: [report]
ack: {enabled: false}
result:
  format: "Two hosts are ill.{~}web1 and web2"
  extra:
    slack:
      color: danger
      title: Health
      title_link: http://health.example/
      fields:
        - {title: Healthy, value: "7", short: true}
        - {title: Ill, value: "2", short: true}
"""


def alias_text(name: str, action: str, *formats: str, says: str = "") -> str:
    """An alias without an ack, which shows what the action wrote."""
    shown = "\n".join(f"  - '{each}'" for each in formats)
    return (
        f"name: {name}\naction_ref: {action}\ndescription: {says}\nformats:\n{shown}\n"
        "ack: {enabled: false}\n"
        "result: {format: '{{ execution.result.stdout or execution.status }}'}\n"
    )


@pytest.fixture(autouse=True)
def room(isolated: Path) -> Path:
    """A pack, rules, and the file that the slow action waits for."""
    go = isolated / "go"
    slow = f"echo $$ > {isolated}/pid; while [ ! -e {go} ]; do sleep 0.05; done; echo woken"
    write_pack(
        isolated / "packs",
        "ops",
        {
            "actions/deploy.yaml": action_text("deploy", "local-shell-cmd", DEPLOY),
            "actions/ok.yaml": action_text("ok", "local-shell-cmd", SHELL.format("echo fine")),
            "actions/slow.yaml": action_text("slow", "local-shell-cmd", SHELL.format(slow)),
            "aliases/deploy.yaml": alias_text(
                "deploy",
                "ops.deploy",
                "deploy {{ app }} to {{ stage }}",
                says="Puts an app somewhere",
            ),
            "aliases/ok.yaml": alias_text(
                "ok", "ops.ok", "check health", says="Looks at all hosts"
            ),
            "aliases/slow.yaml": alias_text("slow", "ops.slow", "sleep", says="Takes its time"),
            "aliases/report.yaml": REPORT,
        },
    )
    (isolated / "chatops.yaml").write_text(
        "packs: [packs]\nbundled: false\n"
        "access:\n  roles: {guests: ['local:eve']}\n"
        "  rules:\n  - {name: no-guests, effect: deny, who: ['@guests'], actions: [ops.deploy]}\n"
    )
    return go


def open_repl(*options: str, columns: int = 80, lines: int = 24, **variables: str) -> Terminal:
    """The room, with alice in it, when it can be typed in."""
    command = [sys.executable, "-m", "chatops_cli", "repl", "--as", "alice", *options]
    terminal = Terminal(command, columns=columns, lines=lines, environment=variables)
    terminal.wait_for("alice @alice>" if "--dm" in options else "alice #")
    return terminal


def pid_of(terminal: Terminal, folder: Path) -> int:
    """The number of the process that waits, when it has begun."""
    file = folder / "pid"
    terminal.wait_until(lambda: file.exists() and file.read_text().endswith("\n"), "no process")
    return int(file.read_text())


def leave(terminal: Terminal) -> int:
    terminal.type("\x04")
    return terminal.wait_end()


@pytest.mark.parametrize("columns", [80, 40])
def test_a_conversation(columns: int) -> None:
    """Talk, commands, an answer with an attachment, a thread, another person."""
    with open_repl(columns=columns) as terminal:
        for number, line in enumerate(
            [
                "is anybody there?",
                "!check health",
                "!report",
                "/thread",
                "!nope",
                "/as bob",
                "!check health",
            ]
        ):
            terminal.type(line + "\r")
            if line.startswith("!"):
                terminal.wait_for({1: "fine", 2: "Ill", 4: "nope'; nothing", 6: "[9]"}[number])
        terminal.wait_for("bob #general thread>")
        terminal.matches(SCREENS / f"conversation-{columns}.txt")
        assert leave(terminal) == ExitCode.OK


OFFERED = {
    "words": "!che",
    "enum": "!deploy ",
    "pairs": "!deploy api to qa ",
    "fuzzy": "!dply",
    "commands": "/dr",
    "talk": "hello",
    "partial": "!deploy api to",
}


def test_what_is_offered_while_one_types() -> None:
    """The menu, and the line at the bottom that says what would be done."""
    with open_repl() as terminal:
        for name, typed in OFFERED.items():
            terminal.type(typed)
            terminal.matches(SCREENS / f"{name}.txt")
            terminal.type("\x03")
            terminal.wait_gone(f"> {typed.strip()}")


def test_in_forty_columns() -> None:
    with open_repl(columns=40) as terminal:
        terminal.type("!deploy api to qa")
        terminal.matches(SCREENS / "narrow.txt")


def test_a_decision_is_told_before() -> None:
    """Of somebody who may not."""
    with open_repl() as terminal:
        terminal.type("/as eve\r")
        terminal.wait_for("eve #general>")
        terminal.type("!deploy api to qa")
        terminal.wait_for("denied: rule no-guests")


def test_several_at_once(room: Path) -> None:
    """While actions run, one types on; answers come above the line."""
    with open_repl() as terminal:
        terminal.type("!sleep\r")
        terminal.wait_for("ops.slow")
        terminal.type("!sleep\r")
        terminal.wait_for("[2]")
        terminal.type("!check health\r")
        terminal.wait_for("fine")
        terminal.type("still typing")
        terminal.wait_for("still typing")
        terminal.matches(SCREENS / "running.txt")
        room.touch()
        terminal.wait_for("[6]")
        terminal.wait_gone("ops.slow")
        terminal.matches(SCREENS / "woken.txt")


def test_ctrl_c_drops_the_line_and_then_ends_what_runs(isolated: Path) -> None:
    """With all its processes."""
    with open_repl() as terminal:
        terminal.type("!sleep\r")
        terminal.wait_for("ops.slow")
        terminal.type("abc")
        terminal.wait_for("> abc")
        terminal.type("\x03")
        terminal.wait_gone("> abc")
        assert any("ops.slow" in line for line in terminal.lines())
        pid = pid_of(terminal, isolated)
        terminal.type("\x03")
        terminal.wait_for("canceled")
        terminal.wait_gone("… ")
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        assert leave(terminal) == ExitCode.OK


def test_leaving_waits_for_what_runs(room: Path) -> None:
    with open_repl() as terminal:
        terminal.type("!sleep\r")
        terminal.wait_for("ops.slow")
        terminal.type("\x04")
        terminal.wait_for("waiting for what is still running")
        room.touch()
        terminal.wait_for("woken")
        assert terminal.wait_end() == ExitCode.OK


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all(number: signal.Signals, isolated: Path) -> None:
    """The terminal is left as it was, and nothing runs on."""
    with open_repl() as terminal:
        terminal.type("!sleep\r")
        terminal.wait_for("ops.slow")
        pid = pid_of(terminal, isolated)
        terminal.program.kill(number)
        assert terminal.wait_end() == ExitCode.INTERRUPTED
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_several_lines() -> None:
    """By Alt-Enter, by an open quote, and pasted."""
    with open_repl("--dm") as terminal:
        terminal.type("one\x1b\rtwo\r")
        terminal.wait_for("[2]")
        terminal.type('say "three\rfour"\r')
        terminal.wait_for("[4]")
        terminal.type("\x1b[200~five\nsix\x1b[201~")
        terminal.wait_for("six")
        terminal.matches(SCREENS / "lines.txt")


def test_what_was_typed_before_is_found_again() -> None:
    """In the next session too, but nothing that may hold a secret."""
    with open_repl() as terminal:
        for line in ("!check health", "my password is hunter2", "!nope hunter2"):
            terminal.type(line + "\r")
        terminal.wait_for("I don't know 'nope hunter2'")
        leave(terminal)
    kept = (Path(os.environ["CHATOPS_HOME"]) / "repl_history").read_text()
    assert kept == '"!check health"\n'
    with open_repl() as terminal:
        terminal.type("\x12heal")
        terminal.wait_for("!check health")
        terminal.type("\r\r")
        terminal.wait_for("fine")


def test_colour_only_where_it_is_welcome() -> None:
    """NO_COLOR is set for all tests."""

    def colours(terminal: Terminal) -> set[str]:
        return {char.fg for line in terminal.screen.buffer.values() for char in line.values()}

    with open_repl() as terminal:
        terminal.type("!report\r")
        terminal.wait_for("Ill")
        assert colours(terminal) == {"default"}
    with open_repl(NO_COLOR="") as terminal:
        terminal.type("!report\r")
        terminal.wait_for("Ill")
        assert "red" in colours(terminal)


def test_unread_rooms(room: Path) -> None:
    """What is said elsewhere is counted, and shown when one goes there."""
    with open_repl("--room", "#ops") as terminal:
        terminal.type("!sleep\r")
        terminal.wait_for("ops.slow")
        terminal.type("/join #dev\r")
        terminal.wait_for("alice #dev>")
        room.touch()
        terminal.wait_for("#ops 1 unread")
        terminal.type("/join\r")
        terminal.wait_for("* #dev")
        terminal.type("/join #ops\r")
        terminal.wait_for("alice #ops>")
        terminal.matches(SCREENS / "rooms.txt")


def test_a_terminal_that_cannot_move_its_cursor(isolated: Path) -> None:
    """What is typed stays to be seen; Ctrl-C drops the line, and on an empty one ends what runs."""
    with open_repl(TERM="dumb") as terminal:
        terminal.type("abc")
        terminal.wait_for("> abc")  # from then on keys are read one by one
        terminal.type("\x03!sleep\r")
        pid_of(terminal, isolated)
        terminal.type("\x03")
        terminal.wait_for("canceled")
        terminal.type("\x03")
        terminal.wait_for("nothing is running; Ctrl-D leaves")
        assert terminal.lines()[2:4] == ["alice #general> abc", "alice #general> !sleep"]
        assert leave(terminal) == ExitCode.OK
