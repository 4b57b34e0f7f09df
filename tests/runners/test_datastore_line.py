"""An action reads and writes the datastore of the program that started it, in real processes."""

import asyncio
import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.errors import RecordError, RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.model.item import Item
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.datastore import VALUE_LIMIT, Datastore
from chatops_cli.records.key_file import generate
from chatops_cli.runners import python_script
from chatops_cli.runners.contract import Call, KeyValues
from chatops_cli.runners.datastore_line import VARIABLE, answer, open_line
from chatops_cli.runners.line import LIMIT
from chatops_cli.runners.workers import PythonWorkers
from tests.support.calls import make_action, make_call, write_pack
from tests.support.clock import START, FakeClock

HEAD = """
import json, os, sys, threading, time
from st2common.runners.base_action import Action
from st2client.client import Client
from st2client.models import KeyValuePair

class Act(Action):
    def run(self):
        service, client = self.action_service, Client(base_url="http://localhost", token="x")
"""


@pytest.fixture
def store(tmp_path: Path) -> Datastore:
    """A datastore with a key."""
    generate(tmp_path / "home" / "datastore.key")
    return Datastore(tmp_path / "home" / "datastore.json", clock=FakeClock(step=0))


def make_act(folder: Path, body: str, datastore: KeyValues | None, **parameters: Json) -> Call:
    """A call of an action with this body, for alice."""
    lines = "".join(f"        {line}\n" for line in body.strip().splitlines())
    pack = write_pack(folder, {"act.py": HEAD + lines})
    action = make_action("python-script", pack=pack, entry_point="act.py")
    call = make_call(action, **parameters)
    return replace(call, datastore=datastore, context={"user": "alice"})


Returned = Callable[[str], "Json"]


@pytest.fixture
def returned(
    store: Datastore, tmp_path: Path, workers: PythonWorkers | None
) -> Callable[..., Json]:
    """What an action with this body returns, run in this process' event loop."""

    def run(body: str, user: str = "alice") -> Json:
        call = replace(make_act(tmp_path, body, store.of(user)), workers=workers)
        outcome = asyncio.run(python_script.run(call))
        assert isinstance(outcome.result, dict)
        assert outcome.status is Status.SUCCEEDED, outcome.result["stderr"]
        return outcome.result["result"]

    return run


def test_an_action_service_keeps_values_for_its_class(
    store: Datastore, returned: Callable[..., Json]
) -> None:
    body = """
said = [service.get_value("a"), service.set_value("a", 5), service.get_value("a")]
service.set_value("b", "for all", local=False)
said += [service.get_value("b"), service.get_value("b", local=False)]
said += [[v.name for v in service.list_values()]]
said += [[v.value for v in service.list_values(False, "b")]]
said += [service.delete_value("a"), service.delete_value("a"), service.get_value("a")]
return said
"""
    assert returned(body) == [
        *(None, True, "5", None, "for all", ["demo.Act:a"], ["for all"], True, True, None)
    ]
    assert [(item.name, item.value) for item in store.select()] == [("b", "for all")]


def test_values_have_a_time_and_a_scope_and_can_be_secret(
    store: Datastore, returned: Callable[..., Json]
) -> None:
    body = """
service.set_value("t", "1", ttl=60, local=False)
service.set_value("s", "geheim", encrypt=True, local=False)
service.set_value("u", "mine", scope="st2kv.user", local=False)
sealed = service.get_value("s", local=False)
return [sealed, service.get_value("s", local=False, decrypt=True),
        service.get_value("u", local=False), service.get_value("u", local=False, scope="user")]
"""
    result = returned(body)
    assert isinstance(result, list)
    sealed, plain, absent, mine = result
    assert str(sealed).startswith("chatops:1:")
    assert (plain, absent, mine) == ("geheim", None, "mine")
    timed = store.find("system", "t")
    assert timed is not None
    assert timed.expires == START + timedelta(seconds=60)
    assert store.get("system", "s") == sealed
    assert store.get("user", "u", "alice") == "mine"


def test_a_client_reads_and_writes_too(store: Datastore, returned: Callable[..., Json]) -> None:
    store.set("system", "db.host", "h")
    store.set("system", "db.pass", "geheim", encrypt=True)
    store.set("user", "db.mine", "m", "alice", ttl=60)
    body = """
host = client.keys.get_by_name("db.host")
host.value = "other"
host.ttl = 5
made = client.keys.update(KeyValuePair(name="new", value="x", secret=True))
user = client.keys.get_all(scope="user")[0]
user.value = "changed"
client.keys.update(user)
return {
    "host": [host.id, host.name, host.scope, host.secret, client.keys.update(host).value],
    "made": [made.encrypted, made.secret],
    "absent": client.keys.get_by_name(name="nope"),
    "decrypted": [
        client.keys.get_by_name(name="db.pass", decrypt=True).value,
        client.keys.get_by_id("db.pass", params={"decrypt": "true", "scope": "st2kv.system"}).value,
        [k.value for k in client.keys.get_all(params={"decrypt": True}, prefix="db.p")],
    ],
    "names": [k.name for k in client.keys.get_all(limit=2, offset=1)],
    "all": [k.name for k in client.keys.query(scope="all", prefix="db.")],
    "one": [k.value for k in client.keys.query(name="db.host")],
    "none": client.keys.query_with_count(name="nope"),
    "user": [user.user, user.scope, bool(user.expire_timestamp)],
    "deleted": [client.keys.delete(host), client.keys.delete(host), client.keys.delete_by_id("q")],
    "text": [repr(host), sorted(host.to_dict(["value"]))],
}
"""
    assert returned(body) == {
        "host": ["db.host", "db.host", "system", False, "other"],
        "made": [True, True],
        "absent": None,
        "decrypted": ["geheim", "geheim", ["geheim"]],
        "names": ["db.pass", "new"],
        "all": ["db.host", "db.pass", "db.mine"],
        "one": ["other"],
        "none": [[], 0],
        "user": ["alice", "user", True],
        "deleted": [True, True, True],
        "text": [
            "<KeyValuePair name=db.host>", ["encrypted", "name", "scope", "secret", "ttl"]
        ],
    }  # fmt: skip
    assert store.get("user", "db.mine", "alice") == "changed"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            "client.keys.get_by_name('t', user='bob')",
            "DatastoreError: the values of 'bob' can't be reached",
            id="another user",
        ),
        pytest.param(
            "client.keys.update(KeyValuePair(name='t', value='x', scope='user', user='bob'))",
            "DatastoreError: the values of 'bob' can't be reached",
            id="another user's pair",
        ),
        pytest.param(
            "service.get_value('t', scope='bob')",
            "DatastoreError: the datastore has no scope 'bob' (the scopes are system, user)",
            id="no scope",
        ),
        pytest.param(
            "client.keys.update(KeyValuePair(name='t', value=5))",
            "DatastoreError: the value of 't' is no text",
            id="no text",
        ),
        pytest.param(
            "client.keys.update(client.keys.get_by_name('sealed'))",
            "DatastoreError: the value of 'sealed' is encrypted: read it with decrypt=True",
            id="a ciphertext",
        ),
        pytest.param(
            "service.set_value('t', '1', ttl=-5)",
            "DatastoreError: a value can't be kept for -5 seconds",
            id="ttl",
        ),
        pytest.param(
            "service.set_value('t', '1', ttl='soon')",
            "DatastoreError: a ttl is a number of seconds",
            id="ttl is text",
        ),
        pytest.param(
            "service.set_value('t', '\\ud800')",
            "DatastoreError: the value of 'demo.Act:t' is no text that UTF-8 can hold",
            id="half a character",
        ),
        pytest.param(
            "client.keys.get_by_name(object())",
            "DatastoreError: the request to the datastore is no JSON object",
            id="no name",
        ),
        pytest.param(
            "client.rules", "NotProvidedError: chatops does not provide st2client's", id="rest"
        ),
        pytest.param("client.nonsense", "AttributeError: nonsense", id="unknown"),
    ],
)
async def test_what_can_not_be_is_told(
    store: Datastore, tmp_path: Path, call: str, message: str
) -> None:
    store.set("user", "t", "of bob", "bob")
    store.set("system", "sealed", "x", encrypt=True)
    outcome = await python_script.run(make_act(tmp_path, f"return {call}", store.of("alice")))
    assert isinstance(outcome.result, dict)
    assert outcome.status is Status.FAILED
    assert message in str(outcome.result["stderr"])
    assert store.get("user", "t", "bob") == "of bob"


async def test_threads_take_turns_and_children_are_refused(
    store: Datastore, tmp_path: Path
) -> None:
    body = """
threads = [threading.Thread(target=service.set_value, args=(str(n), "x" * n)) for n in range(20)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
right = all(len(v.value) == int(v.name.split(":")[1]) for v in service.list_values())
reading, writing = os.pipe()
if os.fork() == 0:
    try:
        service.get_value("1")
    except Exception as error:
        os.write(writing, str(error).encode())
    os._exit(0)
os.wait()
return [right, os.read(reading, 1000).decode(), "CHATOPS_DATASTORE_FD" in os.environ]
"""
    outcome = await python_script.run(make_act(tmp_path, body, store.of("alice")))
    assert isinstance(outcome.result, dict)
    assert outcome.result["result"] == [
        True, "only the action's own process may ask the datastore, no child of it", False
    ]  # fmt: skip
    assert len(store.select()) == 20


async def test_actions_at_once_lose_nothing(store: Datastore, tmp_path: Path) -> None:
    calls = [
        make_act(
            tmp_path / str(n),
            f"for i in range(10): service.set_value(f'{n}.{{i}}', '1', local=False)",
            store.of("alice"),
        )
        for n in range(3)
    ]
    outcomes = await asyncio.gather(*map(python_script.run, calls))
    assert [outcome.status for outcome in outcomes] == [Status.SUCCEEDED] * 3
    assert len(store.select()) == 30


async def test_an_action_that_is_ended_while_it_sets_leaves_whole_values(
    store: Datastore, tmp_path: Path
) -> None:
    body = "while True: service.set_value('v', 'x' * 50_000, local=False); print('.', flush=True)"
    started = asyncio.Event()
    call = make_act(tmp_path, body, store.of("alice"))
    call = replace(call, on_output=lambda stream, chunk: started.set())  # noqa: ARG005  # any output
    task = asyncio.create_task(python_script.run(call))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert store.get("system", "v") == "x" * 50_000
    outcome = await python_script.run(
        make_act(tmp_path / "two", "os.kill(os.getpid(), 9)", store.of("alice"))
    )
    assert outcome.status is Status.FAILED


async def test_a_value_of_the_greatest_size_goes_both_ways(
    store: Datastore, tmp_path: Path
) -> None:
    body = f"""
service.set_value("v", "\\x01" * {VALUE_LIMIT}, local=False)
size = len(service.get_value("v", local=False))
try:
    service.set_value("w", "x" * {2 * LIMIT}, local=False)
except Exception as error:
    return [size, str(error)]
"""
    outcome = await python_script.run(make_act(tmp_path, body, store.of("alice")))
    assert isinstance(outcome.result, dict)
    result = outcome.result["result"]
    assert isinstance(result, list)
    assert result[0] == VALUE_LIMIT
    assert str(result[1]).startswith("the datastore does not answer: ")
    assert store.get("system", "v") == "\x01" * VALUE_LIMIT


# The line itself


def ask(request: object, values: KeyValues) -> dict[str, Json]:
    replied: dict[str, Json] = json.loads(answer(json.dumps(request).encode(), values))
    return replied


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        pytest.param([], "the request to the datastore is no JSON object", id="a list"),
        pytest.param({}, "the datastore needs a text as scope", id="nothing"),
        pytest.param({"scope": "system"}, "the datastore can't do None", id="no deed"),
        pytest.param(
            {"scope": "system", "do": "get"}, "the datastore needs a text as name", id="n"
        ),
        pytest.param(
            {"scope": "system", "do": "set", "name": "a", "value": "b", "ttl": 10**400},
            f"a value can't be kept for 1{'0' * 39} seconds",
            id="an endless ttl",
        ),
        pytest.param(
            {"scope": "user", "do": "get", "name": "a", "user": "bob"},
            None,
            id="a user says nothing",
        ),
    ],
)
def test_a_request_that_is_none_is_told(
    store: Datastore, request_: object, message: str | None
) -> None:
    store.set("user", "a", "of bob", "bob")
    replied = ask(request_, store.of("alice"))
    assert replied.get("error") == message
    if message is None:
        assert replied == {"items": []}


@given(line=st.binary() | st.from_regex(r'\{"do": "(get|list|delete)".*\}').map(str.encode))
def test_any_line_is_answered(line: bytes) -> None:
    store = Datastore(Path("/nonexistent/datastore.json"), clock=FakeClock())
    replied = answer(line, store.of("alice"))
    assert replied.endswith(b"\n")
    assert replied.count(b"\n") == 1
    assert isinstance(json.loads(replied), dict)


class Things:
    """An inventory of one thing, which keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []

    def find(self, kind: str, name: str) -> JsonObject | None:
        self.asked.append((kind, name))
        return {"id": name, "tags": {"a": 1}} if name == "x" else None

    def select(
        self, kind: str, wanted: Mapping[str, str], *, limit: int, offset: int
    ) -> tuple[JsonObject, ...]:
        self.asked.append((kind, wanted, limit, offset))
        return ({"id": "x"},)


@pytest.mark.parametrize(
    ("request_", "replied", "asked"),
    [
        pytest.param(
            {"do": "find", "kind": "packs", "name": "x"},
            {"things": [{"id": "x", "tags": {"a": 1}}]},
            [("packs", "x")],
            id="one",
        ),
        pytest.param(
            {"do": "find", "kind": "packs", "name": "y"},
            {"things": []},
            [("packs", "y")],
            id="none",
        ),
        pytest.param(
            {"do": "select", "kind": "packs", "wanted": {"a": 1}, "limit": -1, "offset": 2},
            {"things": [{"id": "x"}]},
            [("packs", {"a": "1"}, -1, 2)],
            id="several",
        ),
        pytest.param(
            {"do": "select", "kind": "packs", "wanted": [], "limit": 1, "offset": 2},
            {"error": "what is wanted has to be an object", "hint": None},
            [],
            id="a list is wanted",
        ),
        pytest.param(
            {"do": "select", "kind": "packs", "wanted": {}, "limit": True, "offset": 2},
            {"error": "limit has to be a whole number", "hint": None},
            [],
            id="a limit that is none",
        ),
        pytest.param(
            {"do": "select", "kind": "packs", "wanted": {}, "limit": 1, "offset": 10**30},
            {"error": "offset has to be a whole number", "hint": None},
            [],
            id="a huge number",
        ),
        pytest.param(
            {"do": "find", "kind": "packs", "name": "\ud800"},
            {"error": "no name has half a character in it", "hint": None},
            [],
            id="half a character",
        ),
        pytest.param(
            {"do": "get", "scope": "system", "name": "x"},
            {"error": "there is no datastore here", "hint": None},
            [],
            id="no datastore",
        ),
    ],
)
def test_things_are_looked_up_on_the_same_line(
    request_: Json, replied: Json, asked: list[tuple[object, ...]]
) -> None:
    things = Things()
    assert json.loads(answer(json.dumps(request_).encode(), None, lambda: things)) == replied
    assert things.asked == asked


def test_nothing_is_looked_up_where_there_is_nothing(store: Datastore) -> None:
    replied = ask({"do": "find", "kind": "packs", "name": "x"}, store.of("alice"))
    assert replied["error"] == "packs, actions and executions can't be looked up here"


def test_a_damaged_file_is_told_to_the_action(store: Datastore, tmp_path: Path) -> None:
    (tmp_path / "home" / "datastore.json").write_text("{")
    with pytest.raises(RecordError):
        store.get("system", "a")
    replied = ask({"do": "get", "scope": "system", "name": "a"}, store.of("alice"))
    assert "cannot be used" in str(replied["error"])
    assert replied["hint"] == "mend it, or move it away to begin anew"


class Broken:
    """A datastore with a bug."""

    def find(self, scope: str, name: str, *, decrypt: bool) -> Item | None:
        raise KeyError(scope, name, decrypt)

    select = set = delete = None


async def test_a_bug_of_ours_ends_the_line_and_is_raised(tmp_path: Path) -> None:
    """The action isn't left waiting for an answer."""
    call = make_act(tmp_path, "return service.get_value('a')", Broken())  # type: ignore[arg-type]  # it has a bug
    with pytest.raises(KeyError):
        await python_script.run(call)


async def test_no_datastore_no_line() -> None:
    async with open_line(None) as line:
        assert line == {}


async def test_a_line_that_can_not_be_opened_is_told(
    store: Datastore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr(socket, "socketpair", refuse)
    with pytest.raises(
        RunnerError, match="can't be given a line to this program: Too many open files"
    ):
        async with open_line(store.of("alice")):
            pytest.fail("there is none")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
async def test_nothing_stays_open(store: Datastore) -> None:
    before = open_files()
    async with open_line(store.of("alice")) as line:
        assert list(line) == [VARIABLE]
    assert open_files() == before
