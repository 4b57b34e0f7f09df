"""Slash commands, as a script types them."""

import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from chatops_cli.cli.session import user_name
from chatops_cli.errors import ExitCode
from chatops_cli.repl.commands.table import COMMANDS
from chatops_cli.repl.input_line import is_unfinished
from chatops_cli.repl.session import principal_of
from tests.support.cli import Result, invoke
from tests.support.packs import action_text, alias_text, write_pack

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def packs(isolated: Path) -> Path:
    root = isolated / "packs"
    write_pack(
        root,
        "t",
        {
            "actions/ok.yaml": action_text("ok"),
            "aliases/ok.yaml": alias_text("ok", "t.ok", "go well"),
        },
    )
    (isolated / "chatops.yaml").write_text(
        "packs: [packs]\nbundled: false\nroutes:\n  here: {room: '#alerts'}\n"
        "access:\n  roles: {ops: ['local:bob', 'slack:T1:U1']}\n"
        "  rules:\n  - {name: ops-may, effect: allow, who: ['@ops']}\n"
    )
    return root


def say(*lines: str) -> Result:
    return invoke("repl", "--as", "alice", stdin="".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        pytest.param(["/as bob"], ["you are local:bob, with the roles ops"], id="as"),
        pytest.param(
            ["/as slack:T1:U1 Bo B"], ["you are Bo B slack:T1:U1, with the roles ops"],
            id="as somebody of a network",
        ),
        pytest.param(["/nick Ada"], ["you are Ada local:alice"], id="nick"),
        pytest.param(["/as bob", "/who"], ["  local:alice", "* local:bob, with the roles ops"],
                     id="who"),
        pytest.param(["/join #x", "/join"], ["  #general", "* #x"], id="join"),
        pytest.param(["/dm", "go well"], ["you are in @alice, where all you say is for the bot"],
                     id="dm"),
        pytest.param(["hi", "/react :+1:", "/react :+1:"],
                     ["post 1: :+1: alice", "post 1: no reactions any more"], id="react"),
        pytest.param(["hi", "/thread", "/thread off"],
                     ["you write in the thread of post 1; /thread off leaves it",
                      "you write in the room again"], id="thread"),
        pytest.param(["!go well", "/edit !go well"],
                     ["An edited message is never run. Send it again as a new one."], id="edit"),
        pytest.param(["/explain go well"], ["match: t.ok: go well"], id="explain"),
        pytest.param(["/dry on", "!go well", "/dry"],
                     ["dry run:", "action:     t.ok", "dry run is on: nothing is run"], id="dry"),
        pytest.param(["/like irc", "!nope"],
                     ["replies are shown as irc shows them"], id="like"),
        pytest.param(["/help /as"], ["/as WHO [NAME]", "  for example: /as alice"],
                     id="help of one"),
        pytest.param(["/help go"], ["t:", "  go well"], id="help about words"),
        pytest.param(["/reload"], ["reloaded: nothing changed"], id="reload"),
        pytest.param(["/history"], ["nothing has been run yet"], id="no history"),
    ],
)  # fmt: skip
def test_what_is_shown(lines: list[str], shown: list[str]) -> None:
    result = say(*lines)
    missing = [line for line in shown if line not in result.stdout.splitlines()]
    assert missing == [], result.stdout + result.stderr


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        pytest.param(["/hlep"], "there is no command /hlep\nhint: did you mean /help", id="typo"),
        pytest.param(["/as a:b:"], "'a:b:' names nobody", id="nobody"),
        pytest.param(["/as"], "this is not how /as is used\nhint: /as WHO [NAME]", id="no name"),
        pytest.param(["/dm carol"], "only the bot is there to talk to, chatops", id="dm"),
        pytest.param(["/thread"], "nothing was said here yet", id="thread of nothing"),
        pytest.param(["/thread 7"], "there is no post 7 in #general", id="no such post"),
        pytest.param(["hi", "/as bob", "/edit 1 ho"], "post 1 is not yours", id="another's post"),
        pytest.param(["/cancel"], "nothing is running", id="nothing to cancel"),
        pytest.param(["/cancel nope"], "no execution has the id 'nope'", id="no such execution"),
        pytest.param(["!go well", "/cancel"], "nothing is running", id="it has ended"),
        pytest.param(["/pause"], "nothing is running that could be paused", id="pause"),
        pytest.param(["/resume"], "nothing is paused that could go on", id="resume"),
        pytest.param(["/last"], "nothing was run in this session yet", id="nothing run"),
        pytest.param(["/last nope"], "no execution has the id 'nope'", id="no execution"),
        pytest.param(["/history 0"], "this is not how /history is used", id="no number"),
        pytest.param(["/like fax"], "no network 'fax' is known", id="no network"),
        pytest.param(["/more"], "there is no more of it", id="no more"),
        pytest.param(["/quit now"], "this is not how /quit is used", id="quit"),
    ],
)
def test_what_is_refused(lines: list[str], error: str) -> None:
    result = say(*lines)
    assert result.exit_code != ExitCode.OK
    assert error in result.stderr


def test_a_person_is_recorded_with_who_typed() -> None:
    """And somebody who speaks for themselves without."""
    say("/as slack:T1:U1", "!go well")
    invoke("repl", stdin="!go well\n")
    found = invoke("history", "list", "--json").json_lines
    told = [(one["user"], one["operator"]) for one in found if isinstance(one, dict)]
    assert told == [(user_name(), None), ("U1", user_name())]


def test_last_is_the_raw_result() -> None:
    result = say("!go well", "/last")
    assert '"action": "t.ok"' in result.stdout
    assert '"status": "succeeded"' in result.stdout


class Played:
    """The room as another program drives it: a line is typed, what comes of it awaited."""

    def __init__(self, *options: str) -> None:
        self._program = subprocess.Popen(
            [sys.executable, "-m", "chatops_cli", "repl", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._watchdog = Timer(60, self._program.kill)
        self._watchdog.start()

    def say(self, line: str) -> None:
        assert self._program.stdin is not None
        self._program.stdin.write(f"{line}\n")
        self._program.stdin.flush()

    def until(self, text: str) -> list[str]:
        """The lines up to the one that has the text in it."""
        assert self._program.stdout is not None
        lines: list[str] = []
        for line in self._program.stdout:
            lines.append(line.rstrip("\n"))
            if text in line:
                return lines
        raise AssertionError(f"no {text!r} in {lines}")

    def end(self) -> int:
        self._program.communicate()
        self._watchdog.cancel()
        return self._program.returncode


def test_a_reload_is_all_or_nothing(packs: Path) -> None:
    """New packs hold from the next line on; broken ones change nothing, and are told."""
    played = Played()
    played.say("!go well")
    played.until("t.ok succeeded")
    write_pack(packs, "u", {"aliases/up.yaml": "name: up\naction_ref: t.ok\nformats: 5\n"})
    played.say("/reload")
    told = played.until("up.yaml:3:10")
    assert "error: not reloaded, the packs stay as they were: " in told[-1]
    played.say("!go well")
    played.until("t.ok succeeded")
    (packs / "u/aliases/up.yaml").write_text(alias_text("up", "t.ok", "go up"))
    played.say("/reload")
    assert played.until("new alias: u.up") == ["reloaded", "new pack: u", "new alias: u.up"]
    played.say("!go up")
    played.until("t.ok succeeded")
    assert played.end() == ExitCode.USAGE


def test_settings_that_are_wrong_change_nothing(isolated: Path) -> None:
    played = Played()
    played.say("!go well")
    played.until("t.ok succeeded")
    (isolated / "chatops.yaml").write_text("nope: 1\n")
    played.say("/reload")
    played.until("nope")
    played.say("!go well")
    played.until("t.ok succeeded")
    assert played.end() == ExitCode.USAGE


def test_changes_are_reloaded_as_they_come(packs: Path) -> None:
    """With `--watch`; nobody asks for it."""
    played = Played("--watch")
    played.say("!go well")
    played.until("t.ok succeeded")
    write_pack(packs, "u", {"aliases/up.yaml": alias_text("up", "t.ok", "go up")})
    played.until("new alias: u.up")
    played.say("!go up")
    played.until("t.ok succeeded")
    assert played.end() == ExitCode.OK


SHELL = 'parameters:\n  cmd: {{immutable: true, default: "cat {}"}}\n'
ANSWERS = "name: run\naction_ref: t.run\nformats: [run it]\n"
ANSWERS += "result: {format: '{{ execution.result.stdout }}'}\n"


@pytest.fixture
def runs(packs: Path) -> Path:
    """An action that says what is in a file, an alias that shows it, and the file."""
    word = packs.parent / "word"
    word.write_text("real\n")
    write_pack(
        packs,
        "t",
        {
            "actions/run.yaml": action_text("run", "local-shell-cmd", SHELL.format(word)),
            "aliases/run.yaml": ANSWERS,
        },
    )
    return word


@pytest.mark.usefixtures("runs")
def test_an_action_answers_in_place_of_being_run() -> None:
    """Output, a whole result, a status; others run, and it does again when that is over."""
    result = say(
        "/stub t.run made up",
        "!run it",
        "/stub t.run {status: failed, stdout: whole}",
        "!run it",
        "/stub",
        "/stub off t.run",
        "!run it",
    )
    assert result.stdout.splitlines() == [
        "t.run is not run any more, and answers so; /stub off t.run ends it",
        "made up",
        "t.run is not run any more, and answers so; /stub off t.run ends it",
        "whole",
        "t.run: failed",
        "t.run: succeeded",
        "2 answers are gone; these actions are run again",
        "real",
    ]
    assert result.exit_code == ExitCode.FAILED


def test_what_was_recorded_is_played_again(isolated: Path, runs: Path) -> None:
    """By `chatops rehearse`, without running anything."""
    result = say("/record said.chat", "hello", "!run it", "/as bob", "!nope", "/record off")
    assert "3 messages are in said.chat" in result.stdout
    assert "!run it" in (isolated / "said.chat").read_text()
    runs.write_text("changed\n")
    played = invoke("rehearse", "said.chat")
    assert played.exit_code == ExitCode.OK, played.stdout + played.stderr


FLOW = """
version: 1.0
tasks:
  first: {action: t.run, next: [{publish: [{said: <% result().stdout %>}], do: ask}]}
  ask: {action: t.ask, next: [{do: last}]}
  last: {action: t.run}
output: [{said: <% ctx(said) %>}]
"""
ASKS = "parameters: {schema: {default: {properties: {ok: {type: boolean, required: true}}}}}\n"


def flow_pack(packs: Path) -> None:
    """A workflow that runs, asks people, and runs again."""
    flow = "entry_point: workflows/flow.yaml\n"
    write_pack(
        packs,
        "t",
        {
            "actions/flow.yaml": action_text("flow", "orquesta", flow),
            "actions/workflows/flow.yaml": FLOW,
            "actions/ask.yaml": action_text("ask", "inquirer", ASKS),
            "aliases/flow.yaml": "name: flow\naction_ref: t.flow\nformats: [flow]\n"
            "result: {format: 'first {{ execution.result.output.said }}'}\n",
        },
    )


@pytest.mark.usefixtures("runs")
def test_a_workflow_that_waits_is_paused_resumed_and_cancelled(packs: Path) -> None:
    """By the room's own commands; without an id it is the last one."""
    flow_pack(packs)
    result = say("!flow", "/pause", "/resume", "/cancel", "/cancel", "/history")
    assert "To have it go on: chatops workflow resume" in result.stdout
    assert "nothing is running that could be cancelled" in result.stderr
    assert " canceled" in result.stdout.splitlines()[-1]


def test_a_recording_is_played_wherever_it_is(
    isolated: Path, packs: Path, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the packs and settings that hold here.

    In it are direct messages, threads, several people, a workflow that asks and is answered, and an
    answer in place of an action.
    """
    flow_pack(packs)
    settings = (isolated / "chatops.yaml").read_text()
    (isolated / "site").mkdir()
    (isolated / "site" / "chatops.yaml").write_text(
        settings.replace("packs: [packs]", "packs: [../packs]")
        + "  - {name: not-eve, effect: deny, who: ['local:eve']}\nbot: {prefix: '?'}\n"
    )
    (isolated / "chatops.yaml").unlink()
    (isolated / "kept").mkdir()
    monkeypatch.chdir(isolated / "site")
    result = say(
        *("/record ../kept/said.chat", "hello", "?run it", "/thread", "?run it", "/thread off"),
        *("/dm", "flow", "answer yes", "/as slack:T1:U1 Bo", "run it", "/as eve", "run it"),
        *("/join #ops", "/as bob", "?flow", "?answer ok=true", "/stub t.run made up", "?run it"),
        "/edit ?run it",
    )
    assert result.stdout.count("first real") == 2, result.stdout + result.stderr
    runs.unlink()
    monkeypatch.chdir(isolated)
    played = invoke("rehearse", "kept/said.chat")
    assert played.exit_code == ExitCode.OK, played.stdout + played.stderr
    text = (isolated / "kept" / "said.chat").read_text()
    assert "packs:\n- ../packs\n" in text
    assert "[#general > t1] alice: ?run it" in text


@pytest.mark.usefixtures("runs")
def test_a_network_that_misbehaves_loses_nothing() -> None:
    """One execution, and its answer, whatever happens to them."""
    result = say("/chaos 5", "!run it", "/chaos off", "/history")
    told = [line for line in result.stdout.splitlines() if not line.startswith("network: ")]
    assert told[0] == "the network misbehaves, seed 5"
    assert sum("t.run for alice" in line for line in told) == 1


@pytest.mark.parametrize(
    ("line", "error"),
    [
        pytest.param("/record off", "nothing is being written down", id="record"),
        pytest.param("/record nope/x.chat", "there is no folder nope", id="no folder"),
        pytest.param("/record chatops.yaml", "chatops.yaml is there already", id="a file"),
        pytest.param("/stub t.nope x", "no action named 't.nope'", id="no action"),
        pytest.param("/stub t.ok {nope: 1}", "nope", id="no answer"),
        pytest.param("/chaos much", "'much' is nothing that a network does", id="no seed"),
    ],
)
def test_what_is_refused_of_rehearsals(line: str, error: str) -> None:
    result = say(line)
    assert (result.exit_code, error in result.stderr) == (ExitCode.USAGE, True), result.stderr


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "repl.md").read_text()
    for command in COMMANDS:
        usage = f"/{command.name} {command.usage}".rstrip().replace("|", "\\|")
        assert f"| `{usage}` |" in page


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        pytest.param("it's", False, id="an apostrophe"),
        pytest.param('say "a', True, id="an open quote"),
        pytest.param('say "a"', False, id="closed"),
        pytest.param("```\nx", True, id="an open block"),
        pytest.param('say "a\n', False, id="an empty last line"),
    ],
)
def test_when_enter_begins_a_new_line(text: str, is_open: bool) -> None:
    assert is_unfinished(text) is is_open


def test_principals() -> None:
    assert [str(principal_of(text)) for text in ("alice", "@bob", "slack:U1", "slack:T1:U1")] == [
        "local:alice", "local:bob", "slack:U1", "slack:T1:U1",
    ]  # fmt: skip
