"""Reading a log that grows, rotates and has odd lines."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatops_cli.records.reader import Line, follow, last, records
from tests.support.audit import make_log, make_message


def test_new_records_are_followed_over_rotations(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit", rotate_at=1200)
    pauses = 0

    def wait() -> bool:
        nonlocal pauses
        pauses += 1
        for number in range(pauses % 4):
            log.append(make_message(number), sync=False)
        return pauses < 30

    followed = [record.seq for record in follow(log.folder, after=0, wait=wait)]
    written = [record.seq for record in records(log.folder)]
    assert followed == written[: len(followed)] == list(range(1, len(followed) + 1))
    assert len(written) - len(followed) <= 4
    assert len(list(log.folder.glob("audit-*.jsonl"))) > 5


def test_only_new_records_are_followed_if_asked(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    for number in range(5):
        log.append(make_message(number), sync=False)
    assert [r.seq for r in follow(log.folder, after=3, wait=lambda: False)] == [4, 5]
    assert list(follow(tmp_path / "none", after=0, wait=lambda: False)) == []


def steps(*actions: Callable[[], object]) -> Callable[[], bool]:
    """A `wait` that does one thing after the other."""
    rest = list(actions)

    def wait() -> bool:
        if not rest:
            return False
        rest.pop(0)()
        return True

    return wait


def test_a_line_being_written_is_followed_when_it_is_whole(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.append(make_message(1), sync=False)
    log.append(make_message(2), sync=False)
    data = log.path.read_bytes()
    end = len(data) - 30
    log.path.write_bytes(data[:end])

    def finish() -> None:
        with log.path.open("ab") as file:
            file.write(data[end:] + b"odd line\n")

    found = [r.seq for r in follow(log.folder, after=0, wait=steps(lambda: None, finish))]
    assert found == [1, 2]


def test_a_log_removed_while_it_is_followed_is_waited_for(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.append(make_message(1), sync=True)
    wait = steps(log.path.unlink, lambda: None, lambda: log.append(make_message(2), sync=True))
    assert [r.seq for r in follow(log.folder, after=0, wait=wait)] == [1, 2, 3]


def test_unreadable_lines_are_told_and_left_out(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.append(make_message(1), sync=False)
    with log.path.open("ab") as file:
        file.write(b"odd\n" + b"\xff" * 10 + b"\n" + b'{"v":1,')
    told: list[tuple[Line, str]] = []

    found = list(records(log.folder, on_unreadable=lambda *each: told.append(each)))

    assert [record.seq for record in found] == [1]
    assert [(str(line), why) for line, why in told] == [
        (f"{log.path}:2", "this line is no record"),
        (f"{log.path}:3", "this line is no record"),
    ]
    assert [record.seq for record in last(log.folder, 5)] == [1]


@pytest.mark.parametrize("size", [1, 1000])
def test_the_last_records_of_a_large_file_are_found(tmp_path: Path, size: int) -> None:
    log = make_log(tmp_path / "audit")
    for number in range(1000):
        log.append(make_message(number, text="x" * 400), sync=False)
    assert [record.seq for record in last(log.folder, size)] == list(range(1001 - size, 1001))
