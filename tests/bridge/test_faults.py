"""The bridge where its disk is full or its database locked: nothing is lost, nothing run twice."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chatops_cli.bridge import taking
from chatops_cli.bridge.claims import Claims
from chatops_cli.bridge.contract import Capabilities
from chatops_cli.bridge.database import NAME, Database
from chatops_cli.bridge.delivery import Delivery
from chatops_cli.bridge.hall import Hall
from chatops_cli.bridge.outbox import Outbox
from chatops_cli.bridge.store import AwayError
from chatops_cli.model.chat import Message, Principal
from chatops_cli.records.sealed import Seal
from chatops_cli.room.house import House
from tests.support.chat import make_message
from tests.support.labs import INLINE, Lab
from tests.support.processes import run_on_small_disk
from tests.support.rooms import make_room
from tests.support.services import eventually

ANN = Principal(network="jsonl", workspace="", user="ann", name="Ann")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Somebody else writes to the database, and takes their time."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    finally:
        connection.close()


def test_a_lock_is_waited_for_and_holds_nothing_else_up(tmp_path: Path) -> None:
    """What is said meanwhile, and what ends meanwhile, is told once; and known again after it."""
    lab = Lab(tmp_path, INLINE)
    try:
        bridge = lab.bridge()
        bridge.say("m1", "!near t1")
        eventually(lambda: lab.did("t1") == ["began"], bridge)
        with locked(lab.home / NAME):
            lab.go("t1")
            eventually(lambda: "succeeded: t1 is 42" in bridge.texts(), bridge)
            lab.go("t2")
            bridge.say("m2", "!near t2")
            eventually(lambda: bridge.logged("message-waits line=term"), bridge)
            assert lab.did("t2") == []
        eventually(lambda: "succeeded: t2 is 42" in bridge.texts(), bridge)
        eventually(lambda: undone(lab.home / NAME) == 0, bridge)
        for number in (1, 2):
            bridge.say(f"m{number}", f"!near t{number}")
        bridge.say("m3", "!help")
        eventually(lambda: any("near {{ tag }}" in text for text in bridge.texts()), bridge)
        assert bridge.end() == 0
        assert lab.did("t1") == lab.did("t2") == ["began", "ended"]
        assert len(bridge.posts()) == 3
    finally:
        lab.close()


def undone(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        ((number,),) = connection.execute("SELECT count(*) FROM taken WHERE state <> 'done'")
    finally:
        connection.close()
    return int(number)


def test_a_lock_is_told_before_anybody_notices(tmp_path: Path) -> None:
    database = Database(tmp_path / NAME)
    database.rows("SELECT 1")
    with locked(tmp_path / NAME):
        began = time.monotonic()
        with pytest.raises(AwayError, match="database is locked"):
            database.change(("DELETE FROM taken", ()))
        # The loop stands still so long, and would for ten seconds at the start.
        assert time.monotonic() - began < 5
    database.change(("DELETE FROM taken", ()))
    database.close()


class Stage:
    """A hall with a database that is locked, whose replies are looked up where they are kept."""

    def __init__(self, folder: Path) -> None:
        (folder / "packs").mkdir()
        seal = Seal(folder / "none.key")
        self.database = Database(folder / NAME)
        self.outbox = Outbox(Database(folder / "outbox.db"), seal)
        self.hall = Hall(
            house=House(lambda: make_room(folder / "packs", home=folder / "home")),
            claims=Claims(self.database, seal),
            delivery=Delivery(lines={}, outbox=self.outbox, now=now),
            incident=str,
        )
        self.database.rows("SELECT 1")


def now() -> datetime:
    return datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setattr(taking, "AWAY", 0.01)
    monkeypatch.setattr(taking, "LONGEST_WAIT", 0.02)
    found = Stage(tmp_path)
    yield found
    found.database.close()


def hello() -> Message:
    return make_message("!hello", principal=ANN)


def test_who_waits_for_too_long_is_told_that_nothing_was_run(stage: Stage, tmp_path: Path) -> None:
    with locked(tmp_path / NAME):
        asyncio.run(_taken(stage, hello()))
    (letter,) = stage.outbox.waiting()
    assert letter.reply.text.startswith("This can't be kept, so nothing was run: ")
    assert letter.reply.text.endswith("Say it again later.")
    assert stage.hall.taken == 0


def test_a_program_that_says_it_again_is_told_at_once(stage: Stage, tmp_path: Path) -> None:
    with locked(tmp_path / NAME), pytest.raises(AwayError):
        asyncio.run(_taken(stage, hello(), repeats=True))
    assert stage.outbox.waiting() == ()


async def _taken(stage: Stage, message: Message, *, repeats: bool = False) -> None:
    await stage.hall.take_for("term", Capabilities(repeats=repeats))(message)


def test_a_network_that_forgets_is_heard_on(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was heard meanwhile is taken in its order; at the bridge's end the rest is refused."""
    monkeypatch.setattr(taking, "LONGEST_WAIT", 60)
    messages = [make_message("!hello", principal=ANN, message_id=f"m{n}") for n in range(4)]

    async def scene() -> None:
        take = stage.hall.take_for("term", Capabilities(forgets=True))
        with locked(tmp_path / NAME):
            for message in messages[:3]:
                await take(message)
            assert stage.hall.taken == 0
        async with asyncio.timeout(20):
            while stage.hall.taken < 3:  # noqa: ASYNC110  # nothing tells of it
                await asyncio.sleep(0.01)
        with locked(tmp_path / NAME):
            await take(messages[3])
            await stage.hall.drain(20)
            await stage.hall.close()

    asyncio.run(scene())
    ids = [letter.reply.message_id for letter in stage.outbox.waiting()]
    assert ids == ["m0", "m1", "m2", "m3"]
    assert stage.outbox.waiting()[3].reply.text.startswith("This can't be kept")


FULL = """
    import sys
    from pathlib import Path
    from tests.support.labs import INLINE, Lab
    from tests.support.services import eventually

    home = Path(sys.argv[1])
    lab = Lab(Path.cwd(), INLINE)
    lab.home = home
    bridge = lab.bridge()
    bridge.say("m1", "!near t1")
    eventually(lambda: lab.did("t1") == ["began"], bridge)
    filler = (home / "filler").open("wb", buffering=0)
    try:
        while True:
            filler.write(b"x" * 512)
    except OSError:
        pass
    lab.go("t1")
    eventually(lambda: "succeeded: t1 is 42" in bridge.texts(), bridge)
    lab.go("t2")
    bridge.say("m2", "!near t2")
    eventually(lambda: len(bridge.texts()) >= 2, bridge)
    print([text.replace(str(home), "HOME") for text in bridge.texts() if "nothing" in text])
    filler.close()
    (home / "filler").unlink()
    bridge.say("m3", "!near t2")
    eventually(lambda: "succeeded: t2 is 42" in bridge.texts(), bridge)
    print(bridge.end(), lab.did("t1"), lab.did("t2"))
"""


def test_a_full_disk_is_told_and_nothing_is_run(tmp_path: Path) -> None:
    """What ran tells its end; when there is room again, the next command is run."""
    assert run_on_small_disk(FULL, tmp_path, size="4m") == [
        (
            "[\"This can't be kept, so nothing was run: HOME/bridge.db cannot be written: database"
            ' or disk is full (free some space). Say it again later."]'
        ),
        "0 ['began', 'ended'] ['began', 'ended']",
    ]
