"""Executions that wait, between real processes: answered, paused, resumed, cancelled, killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, write_pack

WAIT = (
    "name: wait\nrunner_type: local-shell-cmd\nparameters:\n  file: {type: string}\n"
    "  cmd: {immutable: true, default: 'echo $$ > {{ file }}.pid;"
    " until [ -e {{ file }} ]; do sleep 0.05; done; echo waited'}\n"
)
"""Runs until the file is there; its process is in ``<file>.pid``."""
OUTER = """
version: 1.0
input: [file]
tasks:
  in:
    action: w.inner
    input: {file: <% ctx(file) %>}
    next: [{when: <% succeeded() %>, do: last}]
  last: {action: core.noop}
output: [{done: true}]
"""
INNER = """
version: 1.0
input: [file]
tasks:
  one:
    action: w.wait
    input: {file: <% ctx(file) %>}
    next: [{when: <% succeeded() %>, do: two}]
  two: {action: core.noop}
"""
ASKS = """
version: 1.0
input: [file]
tasks:
  one:
    action: core.ask
    next: [{when: <% succeeded() %>, publish: [{go: <% result().response.continue %>}], do: two}]
  two:
    action: w.wait
    input: {file: <% ctx(file) %>}
output: [{go: <% ctx(go) %>}]
"""


class Site:
    """Packs and a state folder for processes of their own; `end` lets what waits for it end."""

    def __init__(self, folder: Path) -> None:
        self.end = folder / "end"
        self.home = folder / "state"
        more = "entry_point: workflows/{}.yaml\nparameters:\n  file: {{type: string}}\n"
        files: dict[str, str | bytes] = {"actions/wait.yaml": WAIT}
        for name, text in (("outer", OUTER), ("inner", INNER), ("asks", ASKS)):
            files[f"actions/{name}.yaml"] = action_text(name, "orquesta", more.format(name))
            files[f"actions/workflows/{name}.yaml"] = text
        write_pack(folder / "packs", "w", files)
        self.environment = {
            **os.environ,
            "CHATOPS_HOME": str(self.home),
            "CHATOPS_PACKS": str(folder / "packs"),
        }
        self.begun: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """A process that runs `chatops` with these."""
        process = subprocess.Popen(
            [sys.executable, "-m", "chatops_cli", *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.begun.append(process)
        return process

    def run(self, action: str) -> subprocess.Popen[str]:
        """An action is run, until it waits for `end`."""
        return self.start("action", "run", action, f"file={self.end}")

    def call(self, *arguments: str) -> tuple[int, str]:
        """The exit code and the output of `chatops` with these."""
        process = self.start(*arguments)
        output, _ = process.communicate(timeout=60)
        return process.returncode, output

    def working(self) -> int:
        """The process that waits for `end`, once there is one."""
        path = self.end.with_name("end.pid")
        _until(lambda: path.exists() and path.read_text().strip() != "")
        return int(path.read_text())

    def id_of(self, action: str) -> str:
        """The execution of an action."""
        _, found = self.call("history", "list", "--action", action, "--json")
        entry = json.loads(found.splitlines()[0])
        return str(entry["id"])

    def files(self) -> list[str]:
        """What is on disk of what waits, by its kind."""
        return sorted(path.name.partition(".")[2] for path in (self.home / "workflows").glob("*"))


def _until(holds: "object", seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    assert callable(holds)
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _lives(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.end.touch()
    for process in made.begun:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_a_workflow_is_paused_and_resumed_by_other_processes(site: Site) -> None:
    running = site.run("w.outer")
    site.working()
    execution_id = site.id_of("w.outer")
    code, told = site.call("workflow", "pause", execution_id)
    assert (code, "pauses as soon as" in told) == (0, True)
    site.end.touch()
    said, _ = running.communicate(timeout=60)
    assert running.returncode == ExitCode.WAITING
    assert f"To have it go on: chatops workflow resume {execution_id}" in said
    assert site.files() == ["workflow.json", "workflow.json"]
    code, told = site.call("workflow", "resume", execution_id[:12])
    assert (code, f"(execution {execution_id})" in told) == (0, True), told
    assert site.files() == []
    assert site.call("audit", "verify")[0] == 0


@pytest.mark.parametrize("action", ["w.outer", "w.wait"])
def test_an_execution_is_cancelled_by_another_process(site: Site, action: str) -> None:
    """Also one that is no workflow; nothing that it started is left."""
    running = site.run(action)
    worker = site.working()
    execution_id = site.id_of(action)
    code, told = site.call("execution", "cancel", execution_id)
    assert code == 0, told
    running.communicate(timeout=60)
    assert running.returncode == ExitCode.FAILED
    assert not _lives(worker)
    _, shown = site.call("history", "show", execution_id, "--json")
    assert json.loads(shown)["status"] == "canceled"
    code, told = site.call("execution", "cancel", execution_id)
    assert (code, "has ended" in told) == (ExitCode.USAGE, True), told


def test_ctrl_c_leaves_nothing_behind(site: Site) -> None:
    running = site.run("w.outer")
    worker = site.working()
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)
    assert running.returncode == ExitCode.INTERRUPTED
    assert not _lives(worker)


def test_a_process_that_is_killed_while_it_goes_on_loses_no_answer(site: Site) -> None:
    """What was begun since is run again."""
    code, _ = site.call("action", "run", "w.asks", f"file={site.end}")
    assert code == ExitCode.WAITING
    execution_id, inquiry = site.id_of("w.asks"), site.id_of("core.ask")
    answering = site.start("inquiry", "respond", inquiry, "yes")
    worker = site.working()
    answering.kill()
    answering.communicate()
    os.kill(worker, signal.SIGKILL)
    assert "workflow.json" in site.files()
    site.end.touch()
    code, told = site.call("workflow", "resume", execution_id)
    assert (code, "go: yes" in told) == (0, True), told
    assert site.files() == []


def test_what_neither_runs_nor_waits_is_told(site: Site) -> None:
    """Its process was killed."""
    running = site.run("w.wait")
    worker = site.working()
    running.kill()
    running.communicate()
    os.kill(worker, signal.SIGKILL)
    code, told = site.call("execution", "cancel", site.id_of("w.wait"))
    assert (code, "neither runs nor waits" in told) == (ExitCode.USAGE, True), told


def test_inquiries_are_listed_shown_and_answered() -> None:
    assert invoke("inquiry", "list").stderr == "nothing waits for an answer\n"
    assert invoke("action", "run", "core.ask", "ttl=5").exit_code == ExitCode.WAITING
    (waiting,) = invoke("inquiry", "list", "--json").json_lines
    assert isinstance(waiting, dict)
    assert (waiting["action"], waiting["ttl"], waiting["parent"]) == ("core.ask", 5, None)
    inquiry = str(waiting["id"])
    assert inquiry in invoke("inquiry", "list").stdout
    assert invoke("inquiry", "show", inquiry, "--json").json == waiting
    shown = invoke("inquiry", "show", inquiry[:10])
    assert "- continue (boolean, required): Shall the workflow go on?" in shown.stdout
    refused = invoke("inquiry", "respond", inquiry, "continue=perhaps")
    assert refused.exit_code == ExitCode.USAGE
    assert "'continue' must be true or false, not 'perhaps'" in refused.stderr
    assert invoke("inquiry", "respond", inquiry).exit_code == ExitCode.USAGE
    done = invoke("inquiry", "respond", inquiry, "--response", '{"continue": true}')
    assert (done.exit_code, "core.ask succeeded" in done.stdout) == (0, True)
    gone = invoke("inquiry", "respond", inquiry, "yes")
    assert gone.exit_code == ExitCode.FAILED
