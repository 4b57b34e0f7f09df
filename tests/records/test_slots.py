"""Slots are taken by as many as may, over processes, and given back whatever happens."""

import subprocess
import sys
from pathlib import Path

import pytest

from chatops_cli.errors import RecordError
from chatops_cli.records.slots import Slot, Slots, Wanted, release

HOLD = """
import sys, time
from pathlib import Path
from chatops_cli.records.slots import Slots, Wanted
held = Slots(Path(sys.argv[1])).take([Wanted(key="deploy", limit=1)])
print(type(held).__name__, flush=True)
sys.stdin.read()
"""
DEPLOY = Wanted(key="deploy", limit=2)
LOGIN = Wanted(key="login s3cr3t", limit=1)


def taken(slots: Slots, *wanted: Wanted) -> tuple[Slot, ...]:
    held = slots.take(wanted)
    assert not isinstance(held, Wanted)
    return held


def test_as_many_hold_a_slot_as_may(tmp_path: Path) -> None:
    slots = Slots(tmp_path / "slots")
    first, second = taken(slots, DEPLOY), taken(slots, DEPLOY)
    assert slots.take([DEPLOY]) == DEPLOY
    release(first)
    third = taken(slots, DEPLOY)
    assert slots.take([DEPLOY]) == DEPLOY
    release((*second, *third))


def test_all_are_taken_or_none(tmp_path: Path) -> None:
    slots = Slots(tmp_path)
    login = taken(slots, LOGIN)
    assert slots.take([DEPLOY, LOGIN]) == LOGIN
    assert slots.take([DEPLOY, LOGIN]) == LOGIN
    release(login)
    assert len(taken(slots, DEPLOY, LOGIN)) == 2


def test_a_slot_is_given_back_once(tmp_path: Path) -> None:
    slots = Slots(tmp_path)
    (first,) = taken(slots, LOGIN)
    first.release()
    second = taken(slots, LOGIN)
    first.release()
    assert slots.take([LOGIN]) == LOGIN
    release(second)


def test_nothing_is_left_but_a_key_and_no_name_tells_of_what(tmp_path: Path) -> None:
    slots = Slots(tmp_path)
    held = taken(slots, LOGIN)
    (lock,) = (path for path in tmp_path.iterdir() if path.name != "key")
    assert "s3cr3t" not in lock.name
    assert lock.stat().st_mode & 0o777 == 0o600
    release(held)
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    other = taken(Slots(tmp_path / "other"), LOGIN)
    assert not (tmp_path / "other" / lock.name).exists()
    release(other)


def test_another_process_counts_and_its_slot_is_free_when_it_is_killed(tmp_path: Path) -> None:
    one = Wanted(key="deploy", limit=1)
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"tuple\n"
        assert Slots(tmp_path).take([one]) == one
        holder.kill()
        holder.wait()
        release(taken(Slots(tmp_path), one))


def test_a_lock_file_that_was_removed_counts_for_nobody(tmp_path: Path) -> None:
    """Whoever held it has gone; the next one takes a new file."""
    slots = Slots(tmp_path)
    held = taken(slots, LOGIN)
    for path in tmp_path.iterdir():
        if path.name != "key":
            path.unlink()
    again = taken(slots, LOGIN)
    assert slots.take([LOGIN]) == LOGIN
    release((*held, *again))


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "slots").write_text("")
    with pytest.raises(RecordError, match="can't count what is running"):
        Slots(tmp_path / "slots").take([LOGIN])
