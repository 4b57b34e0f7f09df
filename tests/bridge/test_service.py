"""The bridge as a whole: what it promises when it is killed, ended, and reloaded."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import pytest

from chatops_cli.bridge.letters import message_text
from chatops_cli.model.chat import Message, Principal
from tests.support.cli import invoke
from tests.support.process_list import is_listed

PACK = {
    "pack.yaml": "name: slow\nversion: 1.0.0\ndescription: d\nauthor: a\nemail: a@example.org\n",
    "actions/nap.yaml": (
        "name: nap\nrunner_type: local-shell-cmd\nenabled: true\n"
        "parameters: {cmd: {default: 'sleep {{seconds}}; echo rested', immutable: true},"
        " seconds: {type: number, required: true}}\n"
    ),
    "aliases/nap.yaml": "name: nap\naction_ref: slow.nap\nformats: ['nap {{seconds}}']\n",
    "aliases/doze.yaml": (
        "name: doze\naction_ref: slow.nap\n"
        "formats: [{display: 'DZ-{{seconds}}',"
        " representation: ['(?:\\b|^)DZ-(?P<seconds>[0-9]+)(?:\\b|$)'],"
        " match_multiple: true}]\n"
    ),
}


@dataclass
class Bridge:
    """The bridge in a process of its own, with a pipe in and a file out."""

    folder: Path
    pipe: int
    process: "subprocess.Popen[bytes] | None" = None
    said: int = 0
    ids: list[str] = field(default_factory=list)

    @property
    def config(self) -> Path:
        return self.folder / "chatops.yaml"

    @property
    def options(self) -> tuple[str, ...]:
        """The global options of a command."""
        return "--config", str(self.config), "--home", str(self.folder / "state")

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "chatops_cli", *self.options, "bridge"], stderr=log
            )

    def say(self, text: str, *, number: str | None = None, who: str = "ann") -> str:
        self.said += 1
        number = number or f"m{self.said}"
        data = {"id": number, "user": who, "text": text, "room": "#ops"}
        os.write(self.pipe, json.dumps(data).encode() + b"\n")
        return number

    def posts(self) -> list[dict[str, str]]:
        file = self.folder / "out"
        lines = file.read_text().splitlines() if file.exists() else []
        return [json.loads(line) for line in lines]

    def until(self, text: str, times: int = 1) -> list[dict[str, str]]:
        """The posts, once so many of them have this text."""
        deadline = monotonic() + 60
        while True:
            posts = self.posts()
            if sum(text in post["text"] for post in posts) >= times:
                return posts
            assert monotonic() < deadline, (text, posts, self.log())
            sleep(0.02)

    def logged(self, text: str) -> None:
        deadline = monotonic() + 60
        while text not in self.log():
            assert monotonic() < deadline, self.log()
            sleep(0.02)

    def log(self) -> str:
        file = self.folder / "log"
        return file.read_text() if file.exists() else ""

    def end(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)

    def recorded(self, event: str, times: int = 1) -> None:
        """Waits until there are so many such records."""
        deadline = monotonic() + 60
        while len(self.records(event)) < times:
            assert monotonic() < deadline, self.log()
            sleep(0.02)

    def records(self, event: str) -> list[dict[str, str]]:
        found = []
        for file in sorted((self.folder / "state" / "audit").glob("*.jsonl")):
            # The last line may be being written.
            whole, _, _ = file.read_text().rpartition("\n")
            found += [json.loads(line) for line in whole.splitlines()]
        return [record for record in found if record.get("event") == event]


@pytest.fixture
def bridge(tmp_path: Path) -> Iterator[Bridge]:
    for name, text in PACK.items():
        (tmp_path / "packs/slow" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "packs/slow" / name).write_text(text)
    os.mkfifo(tmp_path / "in")
    pipe = os.open(tmp_path / "in", os.O_RDWR)
    made = Bridge(tmp_path, pipe)
    made.config.write_text(
        f"""\
packs: [packs]
bridge:
  drain: 30
  networks:
    lines: {{type: jsonl, input: {tmp_path}/in, output: {tmp_path}/out}}
access:
  rules:
    - {{effect: allow, who: ["jsonl::ann"]}}
"""
    )
    yield made
    if made.process is not None and made.process.poll() is None:
        made.process.kill()
        made.process.wait()
    os.close(pipe)


def test_what_runs_when_it_is_told_to_end_is_answered(bridge: Bridge) -> None:
    """And what is said meanwhile is kept for the next one."""
    bridge.start()
    bridge.logged("line-up")
    bridge.say("!nap 1.5")
    bridge.recorded("execution.requested")
    assert bridge.process is not None
    bridge.process.send_signal(signal.SIGTERM)
    bridge.logged("ending")
    bridge.say("!echo later")
    assert bridge.process.wait(60) == 0
    posts = bridge.until("rested")
    assert not any(post["text"] == "later" for post in posts)
    bridge.start()
    bridge.until("later")
    assert bridge.end() == 0


def test_what_controls_never_waits_behind_actions(bridge: Bridge) -> None:
    """However many actions run and wait; another action waits its turn, until one is ended."""
    settings = bridge.config.read_text()
    bridge.config.write_text(settings.replace("drain: 30", "drain: 1\n  at_once: 50"))
    bridge.start()
    bridge.logged("line-up")
    for _ in range(50):
        bridge.say("!nap 600")
    bridge.recorded("execution.requested", 50)
    for _ in range(100):
        bridge.say("!echo it was its turn")
    for word, told in (
        ("help", "cancel [ID] - end what you have asked for"),
        ("approve", "nothing waits for an approval here"),
        ("answer yes", "waits for an answer"),
        ("cancel", "50 that you have asked for here run or wait"),
        ("status", "50 run:"),
    ):
        bridge.say(f"!{word}")
        bridge.until(told)
    bridge.until("and 30 more")
    assert len(bridge.records("execution.requested")) == 50
    last = bridge.records("execution.requested")[-1]["execution_id"]
    bridge.say(f"!cancel {last}")
    bridge.until(f"slow.nap is being canceled where it runs ({last})")
    bridge.until("it was its turn", 100)
    bridge.say("!status")
    bridge.until("49 run:")
    bridge.end()


def test_a_kill_repeats_nothing_and_says_what_became_of_it(bridge: Bridge) -> None:
    bridge.start()
    bridge.logged("line-up")
    # A time of its own, by which its process is known among all others of this machine.
    seconds = 1_000_000 + os.getpid()
    bridge.say(f"!nap {seconds}")
    deadline = monotonic() + 60
    while not is_listed(f"sleep {seconds}"):
        assert monotonic() < deadline, bridge.log()
        sleep(0.02)
    assert bridge.process is not None
    bridge.process.kill()
    bridge.process.wait()
    bridge.start()
    bridge.until("slow.nap is abandoned")
    bridge.say(f"!nap {seconds}", number="m1")
    bridge.say("!echo after that")
    bridge.until("after that")
    assert bridge.end() == 0
    assert "processes-ended number=" in bridge.log(), "of what was abandoned nothing runs on"
    assert len(bridge.records("execution.requested")) == 2
    assert next(each["status"] for each in bridge.records("execution.finished")) == "abandoned"


def test_of_several_commands_those_that_were_not_begun_are_told(bridge: Bridge) -> None:
    bridge.start()
    bridge.logged("line-up")
    bridge.say("!take DZ-600 and DZ-601 and DZ-602")
    bridge.recorded("execution.requested")
    assert bridge.process is not None
    bridge.process.kill()
    bridge.process.wait()
    bridge.start()
    bridge.until("1 of 3 commands were begun")
    bridge.until("slow.nap is abandoned")
    assert bridge.end() == 0
    assert len(bridge.records("execution.requested")) == 1


def test_an_end_that_may_have_been_told_is_told_with_a_mark(bridge: Bridge) -> None:
    """A kill between the answer and the note that all is done."""
    bridge.start()
    bridge.logged("line-up")
    bridge.say("!echo only once")
    bridge.until("only once")
    assert bridge.end() == 0
    with contextlib.closing(sqlite3.connect(bridge.folder / "state" / "bridge.db")) as database:
        body = message_text(
            Message(
                id="m1",
                text="!echo only once",
                principal=Principal(network="jsonl", user="ann"),
                room="#ops",
                time=datetime(2026, 5, 4, tzinfo=UTC),
            )
        )
        database.execute("UPDATE taken SET state = 'taken', body = ?", (body,))
        database.commit()
    bridge.start()
    posts = bridge.until("perhaps a second time: execution")
    assert posts[-1]["text"].startswith("only once")
    assert bridge.end() == 0
    assert len(bridge.records("execution.requested")) == 1


@pytest.mark.slow
def test_kills_at_any_time_lose_nothing_and_repeat_nothing(bridge: Bridge) -> None:
    """Each message that was taken is requested once at most, and answered."""
    for turn in range(6):
        bridge.start()
        if turn % 2:
            bridge.logged("line-up")
        for number in range(12):
            name = bridge.say(f"!echo text {number}")
            if number % 4 == 0:
                bridge.say(f"!echo text {number}", number=name)
            sleep(0.03)
        assert bridge.process is not None
        bridge.process.kill()
        bridge.process.wait()
    bridge.start()
    bridge.say("!echo all is over")
    bridge.until("all is over")
    assert bridge.end() == 0
    requested = Counter(each["message_id"] for each in bridge.records("execution.requested"))
    assert set(requested.values()) == {1}
    answered = {post["key"].split()[2] for post in bridge.posts()}
    assert requested.keys() <= answered
    assert invoke(*bridge.options, "audit", "verify").exit_code == 0


def test_changed_packs_hold_from_the_next_message_on(bridge: Bridge) -> None:
    """At SIGHUP; and what is broken changes nothing."""
    bridge.start()
    bridge.logged("line-up")
    alias = bridge.folder / "packs/slow/aliases/nap.yaml"
    alias.write_text(alias.read_text().replace("nap {{", "doze {{"))
    assert bridge.process is not None
    bridge.process.send_signal(signal.SIGHUP)
    bridge.logged("changed alias: slow.nap")
    bridge.say("!doze 0")
    bridge.until("rested")
    alias.write_text("formats: [")
    bridge.process.send_signal(signal.SIGHUP)
    bridge.logged("reload-refused")
    bridge.say("!doze 0.1")
    bridge.until("rested", times=2)
    assert bridge.end() == 0


def test_a_role_that_is_taken_away_holds_no_more(bridge: Bridge) -> None:
    """Files of roles are watched as packs are; where one is broken, the old ones hold."""
    folder = bridge.folder / "rbac"
    for name, text in {
        "roles/echo.yaml": (
            "name: echo\npermission_grants:\n"
            "  - {resource_uid: 'action:core:echo', permission_types: [action_execute]}\n"
        ),
        "assignments/ann.yaml": "username: ann\nroles: [echo]\n",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    settings = bridge.config.read_text()
    rules = settings[settings.index("access:") :]
    bridge.config.write_text(settings.replace(rules, "access:\n  rbac: rbac\n"))
    code = invoke(*bridge.options, "account", "link", "ann").stdout.strip()
    bridge.start()
    bridge.logged("line-up")
    said = {"user": "ann", "text": f"account link {code}", "room": "d", "direct": True}
    os.write(bridge.pipe, json.dumps(said).encode() + b"\n")
    bridge.until("ann")
    bridge.say("!echo while it holds")
    bridge.until("while it holds")
    (folder / "assignments/ann.yaml").write_text("username: ann\nroles: [nothing]\n")
    bridge.logged("reload-refused")
    bridge.say("!echo and on")
    bridge.until("and on")
    (folder / "assignments/ann.yaml").write_text("username: ann\nroles: []\n")
    bridge.logged("reloaded")
    bridge.say("!echo no more")
    bridge.until("may not")
    assert bridge.end() == 0


def test_lines_that_the_settings_change_are_changed(bridge: Bridge) -> None:
    """One posts elsewhere, one comes, and goes; what was to be posted there is kept."""
    os.mkfifo(bridge.folder / "in2")
    other = os.open(bridge.folder / "in2", os.O_RDWR)
    bridge.start()
    bridge.logged("line-up line=lines")
    before = bridge.config.read_text()
    own, more = f"output: {bridge.folder}/out}}", f"output: {bridge.folder}/out2}}"
    second = f"    other: {{type: jsonl, input: {bridge.folder}/in2, {own}\n"
    bridge.config.write_text(before.replace(own, more).replace("access:", f"{second}access:"))
    assert bridge.process is not None
    bridge.process.send_signal(signal.SIGHUP)
    bridge.logged("line-up line=other")
    while bridge.log().count("line-up line=lines") < 2:
        sleep(0.02)
    bridge.say("!echo by the first")
    while not (bridge.folder / "out2").exists() or not (bridge.folder / "out2").read_text():
        sleep(0.02)
    assert "by the first" in (bridge.folder / "out2").read_text()
    said = {"id": "o1", "user": "ann", "text": "!echo by the other", "room": "#ops"}
    os.write(other, json.dumps(said).encode() + b"\n")
    bridge.until("by the other")
    os.write(other, json.dumps({**said, "id": "o2", "text": "!nap 3"}).encode() + b"\n")
    bridge.recorded("execution.requested")
    bridge.config.write_text(before)
    bridge.process.send_signal(signal.SIGHUP)
    bridge.logged("line-closed line=other")
    bridge.say("!echo by the first again")
    bridge.until("by the first again")
    assert bridge.end() == 0
    os.close(other)
    assert "Traceback" not in bridge.log()


def test_two_bridges_do_not_share_a_state_folder(bridge: Bridge) -> None:
    bridge.start()
    bridge.logged("line-up")
    other = invoke(*bridge.options, "bridge")
    assert (other.exit_code, "another bridge uses" in other.stderr) == (1, True)
    assert bridge.end() == 0


@pytest.mark.parametrize(
    ("networks", "told"),
    [
        ("{}", "the settings name no network"),
        ("{one: {type: icq}}", "there is no adapter 'icq'; there are "),
        ("{one: {type: jsonl, inputt: x}}", "chatops.yaml:3:33: error[unknown-key]"),
        ("{One: {type: jsonl}}", "can't be the name of a connection"),
        ("{one: {}}", "bridge.networks.one.type is missing"),
    ],
)
def test_wrong_settings_are_told_with_their_place(bridge: Bridge, networks: str, told: str) -> None:
    bridge.config.write_text(f"bridge:\n  drain: 1\n  networks: {networks}\n")
    result = invoke(*bridge.options, "bridge")
    assert result.exit_code == 2
    assert told in result.stderr


def test_the_checks_of_networks_are_told(bridge: Bridge) -> None:
    result = invoke(*bridge.options, "bridge", "check", "--json")
    assert json.loads(result.stdout) == [
        {
            "network": "lines",
            "check": "input",
            "ok": True,
            "told": str(bridge.folder / "in"),
            "mend": "",
        }
    ]
    (bridge.folder / "in").unlink()
    assert invoke(*bridge.options, "bridge", "check").exit_code == 3
