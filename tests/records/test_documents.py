"""Small documents: whole or not at all, and no change lost."""

import json
import logging
import stat
from pathlib import Path

import pytest

from chatops_cli.errors import ParameterError, RecordError
from chatops_cli.records.datastore import Datastore
from chatops_cli.records.documents import Documents
from chatops_cli.records.lock import locked
from tests.support.clock import FakeClock
from tests.support.processes import run_python


def test_documents_come_back(tmp_path: Path) -> None:
    documents = Documents(tmp_path / "home" / "links.json")
    with documents.changing() as database:
        database.table("links").insert({"user": "é\ud800", "id": 1})
    with documents.reading() as database:
        assert database.table("links").all() == [{"user": "é\ud800", "id": 1}]
    text = documents.path.read_text()
    assert '"user": "é\\ud800"' in text, "people read and edit this file"
    assert stat.S_IMODE(documents.path.stat().st_mode) == 0o600


def test_nothing_is_kept_of_a_change_that_fails(tmp_path: Path) -> None:
    documents = Documents(tmp_path / "a.json")
    with documents.changing() as database:
        database.insert({"n": 1})

    def fail() -> None:
        with documents.changing() as database:
            database.insert({"n": 2})
            raise LookupError

    with pytest.raises(LookupError):
        fail()
    with documents.reading() as database:
        assert database.all() == [{"n": 1}]
        database.insert({"n": 3})
    with documents.reading() as database:
        assert len(database) == 1, "reading keeps no change"


def test_a_change_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    documents = Documents(tmp_path / "a.json")
    with documents.changing() as database:
        database.all()
    assert not documents.path.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"{", "Expecting property name", id="no json"),
        pytest.param(b"\xff", "decode", id="no text"),
        pytest.param(b"[" * 100_000, "recursion", id="nested beyond reason"),
        pytest.param(b"[]", "it has to be an object of tables", id="no object"),
        pytest.param(b'{"system": []}', "table 'system' has to be an object", id="no table"),
        pytest.param(b'{"system": {"x": {}}}', "document 'x'; documents have numbers", id="name"),
        pytest.param(b'{"a": {"1": 5}}', "document 1 of table 'a' has to be an object", id="value"),
    ],
)
def test_a_damaged_file_is_told_and_left_alone(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "datastore.json"
    path.write_bytes(content)
    store = Datastore(path, clock=FakeClock())
    with pytest.raises(RecordError, match=f"{path} cannot be used: .*{why}"):
        store.get("system", "a")
    with pytest.raises(RecordError, match=f"{path} cannot be used: .*{why}"):
        store.set("system", "a", "b")
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "datastore.json").mkdir()
    with pytest.raises(RecordError, match="cannot be read: Is a directory"):
        Datastore(tmp_path / "datastore.json", clock=FakeClock()).get("system", "a")


def test_a_change_waits_for_others_only_so_long(tmp_path: Path) -> None:
    documents = Documents(tmp_path / "a.json", patience=0.01)
    with (
        locked(tmp_path / "a.json.lock"),
        pytest.raises(RecordError, match="another process has held"),
        documents.changing(),
    ):
        pytest.fail("two at once")


def test_what_killed_writers_left_is_swept_away(tmp_path: Path) -> None:
    store = Datastore(tmp_path / "datastore.json", clock=FakeClock())
    (tmp_path / ".datastore.json.77.abcd.tmp").write_text("half")
    (tmp_path / ".other.json.77.abcd.tmp").write_text("half")
    store.set("system", "a", "b")
    assert [path.name for path in tmp_path.glob(".*")] == [".other.json.77.abcd.tmp"]


def test_a_large_file_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = Datastore(tmp_path / "datastore.json", clock=FakeClock())
    with caplog.at_level(logging.WARNING):
        store.set("system", "small", "x")
        assert caplog.messages == []
        store.set("system", "large", "x" * 1024 * 1024)
    assert caplog.messages[0].startswith("documents.large path=")


SETTERS = """
    import os, sys
    from pathlib import Path
    from chatops_cli.records.datastore import Datastore
    from tests.support.clock import FakeClock

    import random, signal, time
    path = Path(sys.argv[1])
    def write(name):
        store = Datastore(path, clock=FakeClock())
        for number in range(25):
            store.set("system", f"{name}.{number}", str(number))
        os._exit(0)
    children = []
    for name in range(4):
        if (pid := os.fork()) == 0:
            write(name)
        children.append(pid)
    print([os.waitpid(pid, 0)[1] for pid in children])
    print(len(Datastore(path, clock=FakeClock()).select(scope="system")))

    def churn():
        store = Datastore(path, clock=FakeClock())
        while True:
            store.set("user", "v", "x" * random.randint(1, 20_000), "u")
    for _ in range(60):
        if (pid := os.fork()) == 0:
            churn()
        time.sleep(random.uniform(0.001, 0.02))
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    print(len(Datastore(path, clock=FakeClock()).select(scope="system")))
"""


def test_no_change_is_lost_by_others_or_by_kills(tmp_path: Path) -> None:
    lines = run_python(SETTERS, str(tmp_path / "datastore.json"))
    assert lines == ["[0, 0, 0, 0]", "100", "100"]


def test_values_have_scopes(tmp_path: Path) -> None:
    store = Datastore(tmp_path / "datastore.json", clock=FakeClock())
    assert store.select(scope="system") == ()
    assert store.get("user", "city", "alice") is None
    store.set("system", "city", "Rome")
    store.set("user", "city", "Oslo", "alice")
    store.set("user", "a.b", "1", "alice")
    store.set("user", "city", "Bonn", "alice")

    assert store.get("system", "city") == "Rome"
    assert store.get("user", "city", "alice") == "Bonn"
    assert store.get("user", "city", "bob") is None
    mine = store.select(scope="user", user="alice")
    assert [(item.name, item.value) for item in mine] == [("a.b", "1"), ("city", "Bonn")]
    assert (store.of("alice").get("user", "a.b"), store.of("bob").get("system", "city", True)) == (
        "1",
        "Rome",
    )
    assert store.delete("user", "city", "alice") is True
    assert store.delete("user", "city", "alice") is False
    assert store.get("user", "city", "alice") is None


def test_a_value_that_someone_edited_to_a_number_is_text(tmp_path: Path) -> None:
    path = tmp_path / "datastore.json"
    path.write_text(json.dumps({"system": {"1": {"name": "port", "user": "", "value": 80}}}))
    assert Datastore(path, clock=FakeClock()).get("system", "port") == "80"


@pytest.mark.parametrize(
    ("scope", "user", "message"),
    [
        ("all", None, "the datastore has no scope 'all'"),
        ("user", None, "the datastore's scope user needs the user whose value it is"),
        ("system", "alice", "the datastore's scope system has no users"),
    ],
)
def test_a_wrong_place_is_told(tmp_path: Path, scope: str, user: str | None, message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        Datastore(tmp_path / "d.json", clock=FakeClock()).set(scope, "a", "b", user)
    assert caught.value.message == message


def test_a_value_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="needs a name"):
        Datastore(tmp_path / "d.json", clock=FakeClock()).set("system", "", "b")
