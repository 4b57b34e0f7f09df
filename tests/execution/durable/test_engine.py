"""Executions by way of a database: what dies is replaced, nothing is run twice that may not be."""

import re
import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chatops_cli.records.key_file import generate
from tests.support.clusters import Cluster, cluster
from tests.support.labs import SETTINGS, Lab, shared_lab
from tests.support.services import Process, eventually


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    found = Lab(tmp_path, SETTINGS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@pytest.fixture
def shared(tmp_path: Path, server: Cluster) -> Iterator[Lab]:
    """The same with PostgreSQL."""
    found = shared_lab(tmp_path, server)
    yield found
    found.close()


def test_a_killed_bridge_is_replaced(lab: Lab) -> None:
    """What may be run again is, what may not is abandoned; what ran elsewhere goes on."""
    worker = lab.worker("far")
    bridge = lab.bridge()
    for number, text in enumerate(("near a", "safe b", "far c")):
        bridge.say(str(number), f"!{text}")
    eventually(lambda: all(lab.did(tag) for tag in "abc"), bridge)
    bridge.kill()
    for tag in "abc":
        lab.go(tag)
    again = lab.bridge()
    eventually(lambda: len(again.texts()) == 3, again)
    told = "\n".join(again.texts())
    assert "abandoned: the process that ran it died" in told
    assert "succeeded: b is 42" in told
    assert "succeeded: c is 42" in told
    # The guard had ended them: neither came to its end in the bridge that was killed.
    assert lab.did("a") == ["began"]
    assert lab.did("b") == ["began", "began", "ended"]
    assert lab.did("c") == ["began", "ended"]
    assert again.end() == 0
    assert worker.end() == 0


def test_a_killed_worker_is_replaced_and_a_far_one_canceled(lab: Lab) -> None:
    first, second = lab.worker("far"), lab.worker("near")
    bridge = lab.bridge()
    bridge.say("1", "!far a")
    eventually(lambda: lab.did("a"), bridge)
    first.kill()
    eventually(bridge.texts, bridge)
    assert "abandoned: the process that ran it died" in bridge.texts()[0]
    third = lab.worker("far")
    bridge.say("2", "!far b")
    eventually(lambda: lab.did("b"), bridge)
    assert bridge.end() == 0  # it cancels what doesn't end in time
    eventually(lambda: any("canceled" in text for text in bridge.texts()), bridge)
    assert (second.end(), third.end()) == (0, 0)


def test_a_shell_submits_to_the_engine(lab: Lab) -> None:
    """Nobody has ever worked there; somebody does; nobody takes from the queue."""
    refused = lab.shell("near a")
    assert refused.returncode == 1
    assert "hint: start a bridge or a worker" in refused.stderr
    worker = lab.worker("default")
    lab.go("a")
    done = lab.shell("near a")
    assert (done.returncode, done.stdout) == (0, "succeeded: a is 42\n")
    assert lab.did("a") == ["began", "ended"]
    waiting = Process(lab.folder, lab.home, "run", "--engine", "far b")
    eventually(lambda: waiting.logged("waits in the queue 'far': has it workers?"), waiting)
    waiting.process.send_signal(signal.SIGINT)
    assert waiting.process.wait(60) == 130
    waiting.kill()
    assert worker.end() == 0
    assert not lab.did("b")


def test_what_lies_in_the_database_holds_no_secret_where_there_is_a_key(lab: Lab) -> None:
    lab.home.mkdir()
    generate(lab.home / "datastore.key")
    bridge = lab.bridge()
    bridge.say("1", "!near kestrel")
    eventually(lambda: lab.did("kestrel"), bridge)
    lab.go("kestrel")
    eventually(bridge.texts, bridge)
    assert bridge.texts() == ["succeeded: kestrel is 42"]
    assert bridge.end() == 0
    database = lab.home / "engine.db"
    assert database.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(database) as connection:
        dump = "\n".join(connection.iterdump())
    assert "chatops:1:" in dump
    assert "kestrel" not in dump


def test_machines_share_a_server(shared: Lab, tmp_path: Path) -> None:
    """A worker with a state folder of its own runs what is asked for; dead, it is replaced."""
    worker = shared.worker("far", tmp_path / "other")
    bridge = shared.bridge()
    bridge.say("1", "!far a")
    eventually(lambda: shared.did("a"), bridge)
    shared.go("a")
    eventually(bridge.texts, bridge)
    assert bridge.texts() == ["succeeded: a is 42"]
    bridge.say("2", "!far b")
    eventually(lambda: shared.did("b"), bridge)
    worker.kill()
    other = shared.worker("far", tmp_path / "third")
    eventually(lambda: len(bridge.texts()) == 2, bridge)
    assert "abandoned: the process that ran it died" in bridge.texts()[1]
    assert (other.end(), bridge.end()) == (0, 0)


def test_a_server_that_is_away(shared: Lab, server: Cluster, tmp_path: Path) -> None:
    """For a moment: what runs goes on. For longer: who runs it ends it, as others may take it."""
    shared.worker("far", tmp_path / "other")
    bridge = shared.bridge()
    bridge.say("1", "!far a")
    eventually(lambda: shared.did("a"), bridge)
    server.stop()
    server.start()
    shared.go("a")
    eventually(bridge.texts, bridge)
    assert bridge.texts() == ["succeeded: a is 42"]
    bridge.say("2", "!far b")
    bridge.say("3", "!safe c")
    eventually(lambda: shared.did("b") and shared.did("c"), bridge)
    server.stop()
    eventually(lambda: bridge.logged("executor-lost"), bridge)
    time.sleep(1)
    shared.go("b")
    shared.go("c")
    server.start()
    eventually(lambda: len(bridge.texts()) == 3, bridge)
    told = "\n".join(bridge.texts())
    assert "abandoned: the process that ran it lost the engine's database" in told
    assert "succeeded: c is 42" in told
    assert shared.did("b") == ["began"]
    assert shared.did("c") == ["began", "began", "ended"]


def results(bridge: Process) -> list[str]:
    """What it has posted but for progress."""
    return [text for text in bridge.texts() if text.startswith(("failed:", "succeeded:"))]


def test_a_workflow_goes_on_where_a_killed_bridge_was(lab: Lab) -> None:
    """Tasks that have ended are not run again, nor those elsewhere; others as by themselves."""
    worker = lab.worker("far")
    bridge = lab.bridge()
    bridge.say("1", "!flow")
    eventually(lambda: lab.did("one"), bridge)
    lab.go("one")
    eventually(lambda: all(lab.did(tag) for tag in ("two", "three", "four")), bridge)
    bridge.kill()
    for tag in ("two", "three", "four", "five"):
        lab.go(tag)
    again = lab.bridge()
    eventually(lambda: results(again), again)
    (told,) = results(again)
    assert lab.did("one") == ["began", "ended"]
    assert lab.did("two") == ["began", "began", "ended"]
    assert lab.did("three") == ["began", "ended"]
    assert lab.did("four") == ["began"]  # it is abandoned, and the workflow may go on from that
    assert lab.did("five") == ["began", "ended"]
    # Of branches that are joined, the value of the last one counts: "two" or "three".
    assert re.fullmatch(r"succeeded: \{'told': \['one is 42', '(two|three) is 42'\]\}", told)
    assert (again.end(), worker.end()) == (0, 0)
    assert not list((lab.home / "running").iterdir())
