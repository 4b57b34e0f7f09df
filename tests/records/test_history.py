"""The history: an index that mends itself from the audit log."""

import itertools
import json
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chatops_cli.errors import NotFoundError, RecordError
from chatops_cli.model.chat import Principal
from chatops_cli.model.execution import Status
from chatops_cli.records.events import ExecutionWaiting
from chatops_cli.records.fields import fields_of
from chatops_cli.records.history import History
from chatops_cli.records.history_entry import Entry, Filter
from chatops_cli.records.reader import records
from chatops_cli.records.record import GENESIS, seal
from tests.support.audit import BOB, make_finish, make_log, make_message, make_request, run_one
from tests.support.clock import START, FakeClock

if TYPE_CHECKING:
    from chatops_cli.model.json import Json
    from chatops_cli.records.audit import AuditLog

EVERYTHING = Filter(limit=1000)


class World:
    """An audit log, its history, and the notes that the history gave."""

    def __init__(self, home: Path) -> None:
        self.log: AuditLog = make_log(home / "audit", clock=FakeClock())
        self.path = home / "history.db"
        self.notes: list[str] = []
        self.history = self.other()

    def other(self, *, patience: float = 0.05) -> History:
        """As another process opens it."""
        return History(self.path, self.log.folder, note=self.notes.append, patience=patience)

    def ids(self, wanted: Filter = EVERYTHING) -> list[str]:
        return [entry.id for entry in self.history.find(wanted)]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.history.close()
    world.log.close()


def mark(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        (seq,) = connection.execute("SELECT seq FROM mark").fetchone()
        return int(seq)
    finally:
        connection.close()


def test_an_execution_is_shown_with_all_that_is_known(world: World) -> None:
    world.log.append(make_message(text="disk usage on /"), sync=False)
    world.log.append(make_request(), sync=True)
    world.log.append(make_finish(status=Status.FAILED, digest="d" * 64), sync=True)

    assert world.history.show("e1").as_json() == {
        "id": "e1",
        "requested": "2026-01-31T08:15:02.000000Z",
        "status": "failed",
        "action": "linux.disk",
        "alias": "linux.disk_usage",
        "runner": "local-shell-cmd",
        "message_id": "m1",
        "text": "disk usage on /",
        "network": "slack",
        "workspace": "T1",
        "user": "U1",
        "user_name": "alice",
        "operator": None,
        "room": "ops",
        "parent": None,
        "parameters": {"path": "/"},
        "rule": "default",
        "reason": "no grants are configured",
        "timeout": 60.0,
        "started": "2026-01-31T08:15:00.000000Z",
        "ended": "2026-01-31T08:15:00.000000Z",
        "elapsed": 0.25,
        "result_digest": "d" * 64,
        "result_size": 2,
        "error": "exit code 1",
        "retry_of": None,
        "task": None,
        "item": None,
    }
    assert world.history.show("e1").person == "alice"


def test_the_rows_are_the_same_whether_applied_or_read_again(world: World) -> None:
    for number in range(5):
        run_one(world.log, number, status=Status.FAILED if number % 2 else Status.SUCCEEDED)
    for record in records(world.log.folder):
        world.history.apply([record])
    applied = world.history.find(EVERYTHING)

    assert mark(world.path) == 25
    assert world.history.refresh() == 0
    assert world.history.rebuild() == 25
    assert world.history.find(EVERYTHING) == applied
    assert [entry.id for entry in applied] == ["e4", "e3", "e2", "e1", "e0"]


def test_records_in_any_order_give_the_same_row(world: World) -> None:
    run_one(world.log, 1)
    found = list(records(world.log.folder))
    for record in [*reversed(found), *found]:
        world.history.apply([record])
    assert world.history.show("e1").status == "succeeded"
    assert world.history.show("e1").text == "disk"


def test_an_edit_changes_nothing_of_what_ran(world: World) -> None:
    """Its message has the same id; in whatever order they are read."""
    run_one(world.log, 1)
    said = make_message(1, text="disk")
    world.log.append(replace(said, is_edited=True, text="reboot"), sync=False)
    found = list(records(world.log.folder))
    for record in [*reversed(found), *found]:
        world.history.apply([record])
    assert world.history.show("e1").text == "disk"


def test_what_another_process_missed_is_read_from_the_log(world: World) -> None:
    run_one(world.log, 1)
    found = list(records(world.log.folder))
    for record in found[2:]:
        world.history.apply([record])
    assert mark(world.path) == 0, "the first two were never seen here"
    assert world.ids() == ["e1"]
    assert mark(world.path) == 5


def test_what_could_not_be_applied_is_read_from_the_log(world: World) -> None:
    run_one(world.log, 1)
    first, second, *others = records(world.log.folder)
    world.history.apply([first])
    busy = sqlite3.connect(world.path, isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    with pytest.raises(RecordError):
        world.history.apply([second])
    busy.close()
    world.history.apply(others)
    assert mark(world.path) == 1, "the second is missing"
    assert world.ids() == ["e1"]


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        pytest.param(Filter(), ["e4", "e3", "e2", "e1"], id="all"),
        pytest.param(Filter(limit=2), ["e4", "e3"], id="limit"),
        pytest.param(Filter(status="failed"), ["e2"], id="status"),
        pytest.param(Filter(action="core.echo"), ["e3"], id="action"),
        pytest.param(
            Filter(alias="linux.disk_usage", status="failed"), ["e2"], id="alias and status"
        ),
        pytest.param(Filter(who="bob"), ["e2"], id="name"),
        pytest.param(Filter(who="U2"), ["e2"], id="user"),
        pytest.param(Filter(who="slack:T1:U2"), ["e2"], id="whole id"),
        pytest.param(Filter(who="local:root"), ["e4"], id="no workspace"),
        pytest.param(Filter(room="ops", who="carol"), [], id="nothing"),
        pytest.param(Filter(room="elsewhere"), [], id="room"),
        pytest.param(Filter(since=START + timedelta(seconds=12)), ["e4", "e3"], id="since"),
    ],
)  # fmt: skip
def test_a_list_is_narrowed(world: World, wanted: Filter, ids: list[str]) -> None:
    run_one(world.log, 1)
    run_one(world.log, 2, who=BOB, status=Status.FAILED)
    run_one(world.log, 3, action="core.echo")
    run_one(world.log, 4, who=Principal(network="local", user="root"))
    assert world.ids(wanted) == ids


def test_executions_are_counted(world: World) -> None:
    for number in range(3):
        run_one(world.log, number, status=Status.FAILED if number else Status.SUCCEEDED)
    assert world.history.count_by("status", Filter()) == {"failed": 2, "succeeded": 1}
    assert world.history.count_by("user", Filter(status="failed")) == {"U1": 2}
    with pytest.raises(ValueError, match="no column"):
        world.history.count_by("1; DROP TABLE executions", Filter())


def test_one_execution_is_found_by_the_start_of_its_id(world: World) -> None:
    for number in (1, 10, 11, 2):
        run_one(world.log, number)
    assert world.history.show("e10").id == "e10"
    assert world.history.show("e1").id == "e1", "a whole id comes before a beginning"
    assert world.history.show("e2").id == "e2"
    with pytest.raises(NotFoundError, match="several executions begin with 'e': e1, e10, e11, e2"):
        world.history.show("e")
    for wrong in ("x", "", "'", "%", "e_"):
        with pytest.raises(NotFoundError, match="no execution has the id"):
            world.history.show(wrong)


def test_a_running_execution_has_no_end_yet(world: World) -> None:
    world.log.append(make_request(), sync=True)
    entry = world.history.show("e1")
    assert (entry.status, entry.ended, entry.result_digest) == ("requested", None, None)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_what_waits_is_pending_until_it_ends(world: World, order: tuple[int, ...]) -> None:
    """In whichever order the records come: with several processes that is not a given."""
    waits = ExecutionWaiting(
        execution_id="e1", status=Status.PENDING, started=START, result_digest="a" * 64
    )
    world.log.append(make_request(), sync=True)
    world.log.append(waits, sync=True)
    entry = world.other().show("e1")
    assert (entry.status, entry.ended, entry.result_digest) == ("pending", None, "a" * 64)
    world.log.append(make_finish(digest="b" * 64), sync=True)
    found = list(records(world.log.folder))
    for number in order:
        world.history.apply([found[number]])
    entry = world.history.show("e1")
    assert (entry.status, entry.elapsed, entry.result_digest) == ("succeeded", 0.25, "b" * 64)


def test_only_the_owner_reads_it(world: World) -> None:
    run_one(world.log, 1)
    world.ids()
    for suffix in ("", "-wal", "-shm", ".lock"):
        assert stat.S_IMODE(Path(f"{world.path}{suffix}").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "damage", [b"no database at all, only some text " * 40, b"SQLite format 3\0xx"]
)
def test_a_damaged_database_is_made_anew(world: World, damage: bytes) -> None:
    run_one(world.log, 1)
    world.path.write_bytes(damage)
    assert world.ids() == ["e1"]
    assert world.notes == [f"the history {world.path} was damaged; a new one was begun"]


def test_a_page_damaged_in_the_middle_is_found(world: World) -> None:
    for number in range(200):
        run_one(world.log, number)
    assert len(world.ids()) == 200
    world.history.close()
    data = bytearray(world.path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    world.path.write_bytes(data)

    assert len(world.ids()) == 200
    assert "was damaged" in world.notes[0]


def test_a_damaged_database_in_use_is_left_alone(world: World) -> None:
    run_one(world.log, 1)
    other = world.other()
    other.refresh()
    connection = sqlite3.connect(world.path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    with world.path.open("r+b") as file:
        file.write(b"damage" * 1000)
    assert world.ids() == ["e1"], "read from the audit log"
    assert "other processes have it open" in world.notes[0]
    other.close()


def test_a_database_of_another_version_is_made_anew(world: World) -> None:
    run_one(world.log, 1)
    world.ids()
    world.history.close()
    connection = sqlite3.connect(world.path)
    connection.executescript("DROP TABLE messages; CREATE TABLE odd (x); PRAGMA user_version = 99;")
    connection.close()
    assert world.ids() == ["e1"]


def test_another_log_in_the_same_place_gives_another_history(world: World) -> None:
    for number in range(3):
        run_one(world.log, number)
    assert len(world.ids()) == 3
    world.log.path.unlink()
    for number in range(7, 10):
        run_one(world.log, number)

    assert world.ids() == ["e9", "e8", "e7"]
    assert "isn't the one that the history was made from" in world.notes[0]
    world.log.path.unlink()
    assert world.ids() == []


def test_a_locked_database_fails_soon_and_loses_nothing(world: World) -> None:
    run_one(world.log, 1)
    world.ids()
    run_one(world.log, 2)
    busy = sqlite3.connect(world.path, isolation_level=None)
    busy.execute("BEGIN IMMEDIATE")
    message = next(records(world.log.folder))

    with pytest.raises(RecordError, match="database is locked"):
        world.history.apply([message])
    reader = world.other()
    assert [entry.id for entry in reader.find(Filter())] == ["e2", "e1"]
    assert world.notes[-1].endswith("database is locked; this was read from the audit log instead")
    busy.close()
    assert world.other(patience=1).show("e2").id == "e2"
    reader.close()


def test_without_a_folder_to_write_to_it_is_read_from_the_log(world: World) -> None:
    run_one(world.log, 1)
    blocked = world.path.parent / "file"
    blocked.write_text("")
    history = History(blocked / "history.db", world.log.folder, note=world.notes.append)
    with pytest.raises(RecordError, match="cannot be used"):
        history.refresh()
    assert history.show("e1").action == "linux.disk"
    assert len(world.notes) == 1


def test_records_of_other_hands_do_no_harm(world: World) -> None:
    """The log may have been written by a program that we know nothing of."""
    odd: dict[str, Json] = {
        "execution_id": "e\ud800", "status": ["odd"], "elapsed": 2**80, "principal": "me",
        "parameters": None, "action": {"a": 1}, "timeout": True, "room": "\ud800",
    }  # fmt: skip
    lines: list[bytes] = []
    other: dict[str, Json] = {**odd, "execution_id": 5, "principal": {"network": 5, "user": 1.5}}
    for fields in (odd, {}, other):
        for event in ("execution.requested", "execution.finished", "message"):
            _, line = seal(
                seq=len(lines) + 1, time=START, event=event, fields=fields, prev="0" * 64
            )
            lines.append(line)
    world.log.folder.mkdir()
    world.log.path.write_bytes(b"".join(lines))

    entries = {entry.id: entry for entry in world.history.find(EVERYTHING)}
    assert set(entries) == {"e\\ud800", "record 7"}
    found = entries["e\\ud800"]
    assert (found.action, found.status, found.room) == ('{"a":1}', '["odd"]', "\\ud800")
    assert world.notes == []


def test_an_entry_reads_its_parameters_as_json(world: World) -> None:
    world.log.append(make_request(parameters={"a": [1, {"b": None}]}), sync=False)
    entry = world.history.show("e1")
    assert isinstance(entry, Entry)
    assert json.dumps(entry.parameters) == '{"a": [1, {"b": null}]}'


def test_threads_may_share_it(world: World) -> None:
    def work(start: int) -> None:
        for number in range(start, start + 20):
            world.history.apply([world.log.append(make_request(number), sync=False)])
            assert f"e{number}" in world.ids()

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(work, (0, 100, 200))) == [None] * 3
    assert len(world.ids()) == 60
    assert world.notes == []


def test_a_long_log_is_read_in_parts(world: World) -> None:
    fields = fields_of(make_request())
    lines, prev = [], GENESIS
    for seq in range(1, 20_051):
        record, line = seal(
            seq=seq,
            time=START,
            event="execution.requested",
            fields={**fields, "execution_id": f"e{seq}"},
            prev=prev,
        )
        lines.append(line)
        prev = record.hash
    world.log.folder.mkdir()
    world.log.path.write_bytes(b"".join(lines))

    assert world.history.refresh() == 20_050
    assert world.history.count_by("status", Filter()) == {"requested": 20_050}
    assert mark(world.path) == 20_050


def test_the_parts_of_an_execution_are_found_with_theirs(world: World) -> None:
    """Not what a rule has run because of one."""
    world.log.append(make_request(1), sync=True)
    for number, parent, task in ((2, "e1", "a"), (3, "e2", "b"), (4, "e1", None), (5, "e9", "c")):
        part = replace(make_request(number), parent=parent, task=task, item=number, retry_of="e0")
        world.log.append(part, sync=True)
    parts = world.history.parts_of("e1")
    assert [(part.id, part.task, part.item, part.retry_of) for part in parts] == [
        ("e2", "a", 2, "e0"),
        ("e3", "b", 3, "e0"),
    ]
    assert world.history.parts_of("e7") == ()
