"""Bridges that share a PostgreSQL server: each message is run once, and nothing is lost."""

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops_cli.bridge.claims import Claims
from chatops_cli.bridge.outbox import Outbox
from chatops_cli.bridge.store import AwayError
from chatops_cli.bridge.store_server import StoreServer
from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Message, Principal, Reply, ReplyKind
from chatops_cli.records.sealed import Seal
from tests.support.clusters import Cluster, cluster
from tests.support.irc_servers import Person, Server, needs_ngircd, ngircd
from tests.support.labs import Lab, shared_lab
from tests.support.services import Process, eventually

pytestmark = pytest.mark.server

TAG = re.compile("t[0-9]+")
TIME = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
MESSAGE = Message(
    id="m\x001\udc80",
    text="!sign in \x00 \udc80 ü",
    principal=Principal(network="irc", workspace="w", user="ann", name="Ann"),
    room="#öps",
    time=TIME,
)


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@pytest.fixture
def lab(tmp_path: Path, server: Cluster) -> Iterator[Lab]:
    found = shared_lab(tmp_path, server)
    yield found
    found.close()


@pytest.fixture
def store(server: Cluster) -> Iterator[StoreServer]:
    found = StoreServer(server.create(f"s{time.monotonic_ns()}"))
    found.open()
    yield found
    found.close()


def seal_in(folder: Path) -> Seal:
    return Seal(folder / "none.key")


def test_a_message_is_taken_by_one_of_them(store: StoreServer, tmp_path: Path) -> None:
    """Whatever text its id and its room are."""
    one = Claims(store, seal_in(tmp_path), bridge="one")
    two = Claims(store, seal_in(tmp_path), bridge="two")
    assert one.take("irc", MESSAGE)
    assert not two.take("irc", MESSAGE)
    assert two.lines_of("#öps") == {"irc"}
    assert two.undone() == ()
    (taken,) = one.undone()
    assert taken.message == MESSAGE
    assert two.owners() == {"one"}
    one.done(MESSAGE)
    assert two.owners() == frozenset()
    assert not two.take("irc", MESSAGE)


def test_only_who_has_a_message_begins_with_it(store: StoreServer, tmp_path: Path) -> None:
    """A bridge that seemed to be gone and comes back begins with nothing that others have now."""
    one = Claims(store, seal_in(tmp_path), bridge="one")
    two = Claims(store, seal_in(tmp_path), bridge="two")
    edit = replace(MESSAGE, text="!other", is_edited=True)
    one.take("irc", edit)
    one.begins(MESSAGE.principal, MESSAGE.id, "queued:e1")
    assert two.adopt("one", {"other"}) == (), "a line that it hasn't"
    (taken,) = two.adopt("one", {"irc"})
    assert (taken.message, taken.begun) == (edit, ("queued:e1",))
    with pytest.raises(RecordError, match="another bridge has taken this over"):
        one.begins(MESSAGE.principal, MESSAGE.id, "queued:e2")
    assert one.adopt("one", {"irc"}) == ()
    two.begins(MESSAGE.principal, MESSAGE.id, "queued:e3")
    assert two.undone()[0].begun == ("queued:e1", "queued:e3")
    two.done(edit)
    one.begins(MESSAGE.principal, MESSAGE.id, "queued:e4")  # somebody has allowed it since


def test_a_letter_is_posted_by_one_of_them(store: StoreServer, tmp_path: Path) -> None:
    one = Outbox(store, seal_in(tmp_path), bridge="one")
    two = Outbox(store, seal_in(tmp_path), bridge="two")
    reply = Reply(kind=ReplyKind.RESULT, message_id="1", room="#ops", text="\x00 done")
    assert one.put("irc", "key \udc80", reply, now=TIME) is not None
    assert two.put("irc", "key \udc80", reply, now=TIME) is None
    assert two.waiting() == ()
    assert two.owners() == {"one"}
    (letter,) = two.adopt("one", {"irc"})
    assert (letter.reply, letter.key, letter.is_again) == (reply, "key \udc80", True)
    assert one.adopt("one", {"irc"}) == ()
    two.done(letter)
    assert (two.count(), two.owners()) == (0, frozenset())


def test_a_server_that_is_restarted_is_reached_again(tmp_path: Path, server: Cluster) -> None:
    """Calls fail at once meanwhile; what has happened already is written when it is back."""
    store = StoreServer(server.create(f"s{time.monotonic_ns()}"))
    store.open()
    claims = Claims(store, seal_in(tmp_path), bridge="one")
    claims.take("irc", MESSAGE)
    server.stop()
    try:
        for _ in range(3):
            with pytest.raises(AwayError, match="PostgreSQL is away"):
                claims.take("irc", replace(MESSAGE, id="2"))
        with pytest.raises(AwayError):
            claims.done(MESSAGE)
    finally:
        server.start()
    eventually(lambda: _answers(store))
    claims.late.catch_up()
    assert claims.undone() == ()
    assert claims.take("irc", replace(MESSAGE, id="2"))
    store.close()


def _answers(store: StoreServer) -> bool:
    try:
        return bool(store.rows("SELECT 1"))
    except AwayError:
        return False


def answered(*bridges: Process) -> set[str]:
    """The ids of the messages whose end was posted, which is part of each post's key."""
    posts = [post for bridge in bridges for post in bridge.posts()]
    ends = [post for post in posts if "abandoned" in post["text"] or " is 42" in post["text"]]
    return {word for post in ends for word in str(post["key"]).split() if TAG.fullmatch(word)}


def test_one_message_to_two_bridges_is_run_once(lab: Lab, server: Cluster) -> None:
    """One is killed, the other goes on with what it had; and the server is restarted."""
    homes = [lab.folder / name for name in ("one", "two")]
    first, second = (lab.bridge(home) for home in homes)
    tags = [f"t{number}" for number in range(60)]
    for number, tag in enumerate(tags):
        lab.go(tag)
        if number == 20:
            eventually(lambda: answered(first), first)
            first.kill()
        if number == 40:
            server.stop()
            server.start()
        for bridge in [first, second] if number < 20 else [second]:
            bridge.say(tag, f"!near {tag}")
    eventually(lambda: answered(first, second) == set(tags), second)
    assert all(lab.did(tag).count("began") <= 1 for tag in tags)
    assert all(lab.did(tag) == ["began", "ended"] for tag in tags[40:])
    assert any(lab.did(tag) == ["began", "ended"] for tag in tags[:20])
    assert second.end() == 0


@needs_ngircd
def test_a_line_has_one_bridge(
    tmp_path: Path, server: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another stands by, and takes it over when that one is gone."""
    monkeypatch.setenv("SERVER", "s3rver")
    (tmp_path / "irc").mkdir()
    chat = ngircd(tmp_path / "irc")
    network = (
        f"    chat: {{type: irc, server: 127.0.0.1, port: {chat.port}, join: ['#ops'], pace: 0,"
        " server_password: '{{ env.SERVER }}'}\n"
    )
    lab = shared_lab(tmp_path, server, network)
    try:
        asyncio.run(_speaks(lab, chat))
    finally:
        lab.close()
        chat.stop()


async def _speaks(lab: Lab, chat: Server) -> None:
    await chat.greets()
    ann = await Person.at(chat.port, "ann", password=chat.password)
    ann.send("JOIN #ops")
    await ann.until(" 366 ")
    first = await asyncio.to_thread(lab.bridge, lab.folder / "one")
    await asyncio.to_thread(eventually, lambda: first.logged("line-up line=chat"), first)
    second = await asyncio.to_thread(lab.bridge, lab.folder / "two")
    lab.go("a")
    lab.go("b")
    await ann.until(":chatops")
    ann.send("PRIVMSG #ops :!near a")
    await ann.until("succeeded: a is 42")
    assert not second.logged("line-up line=chat")
    first.kill()
    await asyncio.to_thread(eventually, lambda: second.logged("line-up line=chat"), second)
    ann.send("PRIVMSG #ops :!near b")
    await ann.until("succeeded: b is 42")
    assert lab.did("a") == lab.did("b") == ["began", "ended"]
    await ann.leave()
