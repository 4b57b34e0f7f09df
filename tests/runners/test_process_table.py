"""What is known of processes at a moment: who belongs to a family."""

import os
import time
from dataclasses import replace

from chatops_cli.runners.launch import MARK
from chatops_cli.runners.process_table import Marks, Process, Table, all_processes, read_process

MINE = f"{MARK}=mine".encode()


def made(pid: int, parent: int = 1, session: int = 1) -> Process:
    return Process(pid=pid, parent=parent, session=session, start=10 * pid)


def test_the_session_the_mark_and_all_descendants_belong() -> None:
    table = Table(
        [
            made(10, session=10),
            made(11, parent=1, session=10),
            made(12, parent=11, session=12),
            made(13, parent=12, session=13),
            made(20, parent=1, session=20),
            made(21, parent=20, session=20),
            made(30, session=30),
        ],
        {MINE: [20]},
    )
    assert {p.pid for p in table.family(10, MINE, ())} == {10, 11, 12, 13, 20, 21}
    assert {p.pid for p in table.family(99, b"other", ())} == set()


def test_who_is_held_still_leads_to_its_children() -> None:
    table = Table([made(40), made(41, parent=40)])
    assert {p.pid for p in table.family(10, MINE, [(40, 400)])} == {40, 41}


def test_a_later_process_with_the_id_of_one_that_is_held_is_a_stranger() -> None:
    table = Table([replace(made(40), start=999), made(41, parent=40)])
    assert table.family(10, MINE, [(40, 400)]) == ()


class Environments:
    """What processes have in their environments, and how often it was read."""

    def __init__(self) -> None:
        self.content = b""
        self.reads = 0

    def read(self, _pid: int) -> bytes:
        self.reads += 1
        return self.content


def test_an_environment_is_read_once_whatever_the_number_of_rounds() -> None:
    environments = Environments()
    environments.content = b"A=1\0" + MINE + b"\0"
    marks, since = Marks(environments.read), time.monotonic()
    for _ in range(3):
        assert marks.of([made(10)], since) == {MINE: [10]}
    assert environments.reads == 1


def test_who_was_seen_before_it_became_another_program_is_seen_again() -> None:
    """It had its parent's environment then; for the families of that time nothing changes."""
    environments = Environments()
    environments.content = b"A=1\0"
    marks, early = Marks(environments.read), time.monotonic()
    assert marks.of([made(10)], early) == {}
    environments.content = MINE + b"\0"
    assert marks.of([made(10)], early) == {}
    assert marks.of([made(10)], time.monotonic()) == {MINE: [10]}


def test_who_shows_nothing_is_asked_again() -> None:
    """A process that just becomes another program has no environment for a moment."""
    environments = Environments()
    marks, since = Marks(environments.read), time.monotonic()
    assert marks.of([made(10)], since) == {}
    environments.content = MINE + b"\0"
    assert marks.of([made(10)], since) == {MINE: [10]}


def test_a_later_process_with_the_same_id_has_an_environment_of_its_own() -> None:
    environments = Environments()
    environments.content = MINE + b"\0"
    marks, since = Marks(environments.read), time.monotonic()
    marks.of([made(10)], since)
    environments.content = b"A=1\0"
    assert marks.of([replace(made(10), start=999)], since) == {}


def test_this_process_is_left_out_and_its_parent_is_there() -> None:
    pids = {found.pid for found in all_processes()}
    assert os.getpid() not in pids
    assert os.getppid() in pids


def test_a_process_that_is_gone_is_none() -> None:
    assert read_process(2**22 + 1) is None
