"""Messages that were taken: once each, and known again after a restart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chatops_cli.bridge.claims import KEPT, Claims
from chatops_cli.bridge.database import NAME, Database
from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Message, Principal
from chatops_cli.records.key_file import generate
from chatops_cli.records.sealed import Seal

TIME = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
MESSAGE = Message(
    id="m1",
    text="!sign in with hunter2",
    principal=Principal(network="irc", workspace="w", user="ann", name="Ann"),
    room="#ops",
    time=TIME,
    thread="t",
)


def claims_in(folder: Path) -> Claims:
    return Claims(Database(folder / NAME), Seal(folder / "datastore.key"))


def test_a_message_is_taken_once(tmp_path: Path) -> None:
    claims = claims_in(tmp_path)
    assert claims.take("one", MESSAGE)
    assert not claims.take("one", MESSAGE)
    assert not claims.take("two", MESSAGE), "by another line of the same network neither"
    elsewhere = replace(MESSAGE, principal=replace(MESSAGE.principal, workspace="v"))
    assert claims.take("one", elsewhere), "ids are those of a workspace"


def test_it_is_known_after_a_restart(tmp_path: Path) -> None:
    assert claims_in(tmp_path).take("one", MESSAGE)
    again = claims_in(tmp_path)
    assert not again.take("one", MESSAGE)
    (taken,) = again.undone()
    assert (taken.line, taken.message) == ("one", MESSAGE)


def test_what_is_done_is_known_and_not_worked_on(tmp_path: Path) -> None:
    claims = claims_in(tmp_path)
    claims.take("one", MESSAGE)
    claims.done(MESSAGE)
    assert claims.undone() == ()
    assert not claims.take("one", MESSAGE)


def test_an_edit_takes_what_was_typed_first_with_it(tmp_path: Path) -> None:
    """Should that arrive later, it is not run; another edit is a message of its own."""
    claims = claims_in(tmp_path)
    edit = replace(MESSAGE, text="!other", is_edited=True)
    assert claims.take("one", edit)
    assert not claims.take("one", edit)
    assert not claims.take("one", MESSAGE)
    assert claims.take("one", replace(edit, text="!third"))


def test_what_is_old_is_forgotten_once_it_is_done(tmp_path: Path) -> None:
    claims = claims_in(tmp_path)
    other = replace(MESSAGE, id="m2")
    claims.take("one", MESSAGE)
    claims.take("one", other)
    claims.done(MESSAGE)
    claims.forget(TIME + KEPT + timedelta(seconds=1))
    assert [taken.message for taken in claims.undone()] == [other]
    assert claims.take("one", MESSAGE)


def test_what_was_said_can_not_be_read_where_there_is_a_key(tmp_path: Path) -> None:
    generate(tmp_path / "datastore.key")
    claims = claims_in(tmp_path)
    claims.take("one", MESSAGE)
    data = b"".join(path.read_bytes() for path in tmp_path.glob(f"{NAME}*"))
    assert b"hunter2" not in data
    assert claims.undone()[0].message == MESSAGE
    (tmp_path / "datastore.key").unlink()
    with pytest.raises(RecordError, match="is gone"):
        claims.undone()


def test_only_the_owner_reads_it_and_what_is_done_says_nothing(tmp_path: Path) -> None:
    claims = claims_in(tmp_path)
    claims.take("one", MESSAGE)
    assert all(path.stat().st_mode & 0o77 == 0 for path in tmp_path.glob(f"{NAME}*"))
    claims.done(MESSAGE)
    rows = Database(tmp_path / NAME).rows("SELECT body FROM taken")
    assert rows == [("",)]


def test_a_damaged_file_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"this is no database at all, as anybody can see" * 100)
    with pytest.raises(RecordError, match="cannot be written") as told:
        claims_in(tmp_path).take("one", MESSAGE)
    assert "move it away" in (told.value.hint or "")
