"""Appending to the audit log."""

import json
import stat
from pathlib import Path

import pytest

from chatops_cli.errors import RecordError
from chatops_cli.records.chain import verify
from chatops_cli.records.head import Head, recall
from chatops_cli.records.lock import locked
from chatops_cli.records.reader import last, lines, records
from chatops_cli.records.record import GENESIS, MAX_LINE, Record
from tests.support.audit import make_log, make_message, make_request, run_one
from tests.support.processes import run_python


def all_of(folder: Path) -> list[Record]:
    return list(records(folder))


def test_a_record_follows_the_one_before_it(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    first = log.append(make_message(1), sync=False)
    second = log.append(make_message(2), sync=True)
    log.close()

    assert (first.seq, first.prev) == (1, GENESIS)
    assert (second.seq, second.prev) == (2, first.hash)
    assert all_of(log.folder) == [first, second]
    assert verify(log.folder).is_sound


def test_a_line_says_first_what_a_person_looks_for(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.append(make_message(text="héllo \x1b[31m"), sync=False)
    text = log.path.read_text(encoding="ascii")

    assert text.startswith('{"v":1,"seq":1,"time":"2026-01-31T08:15:01.000000Z","event":"message"')
    assert list(json.loads(text))[-2:] == ["prev", "hash"]
    assert "\x1b" not in text


def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    log = make_log(tmp_path / "home" / "audit")
    log.append(make_message(), sync=True)

    assert stat.S_IMODE(log.folder.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in log.folder.iterdir()}
    assert modes == {"audit.jsonl": 0o600, "audit.lock": 0o600, "audit.head": 0o600}


def test_several_writers_share_one_chain(tmp_path: Path) -> None:
    one, other = make_log(tmp_path / "audit"), make_log(tmp_path / "audit")
    for _ in range(3):
        one.append(make_message(), sync=False)
        other.append(make_message(), sync=True)

    assert [record.seq for record in all_of(one.folder)] == [1, 2, 3, 4, 5, 6]
    assert verify(one.folder).is_sound


def test_the_last_synced_record_is_remembered(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    synced = log.append(make_message(), sync=True)
    log.append(make_message(), sync=False)

    assert recall(log.folder) == Head(seq=1, hash=synced.hash)


@pytest.mark.parametrize(
    "torn",
    [
        pytest.param(b'{"v":1,"seq":3,"ti', id="half a record"),
        pytest.param(b"\0" * 5000, id="zeros after a power failure"),
        pytest.param(b'rest of a line"}\n', id="the end of a line"),
        pytest.param(b"\n\n", id="empty lines"),
        pytest.param(b"x" * 100_000, id="longer than the first look"),
    ],
)
def test_a_torn_end_is_moved_away_and_noted(tmp_path: Path, torn: bytes) -> None:
    log = make_log(tmp_path / "audit")
    for number in range(2):
        log.append(make_message(number), sync=True)
    log.close()
    with log.path.open("ab") as file:
        file.write(torn)

    log.append(make_message(3), sync=True)

    found = all_of(log.folder)
    assert [record.event for record in found] == ["message", "message", "audit.repaired", "message"]
    assert found[2].fields["moved"] == len(torn)
    assert (log.folder / str(found[2].fields["file"])).read_bytes() == torn
    assert verify(log.folder).is_sound


def test_a_torn_first_record_leaves_an_empty_log(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.folder.mkdir()
    log.path.write_bytes(b'{"v":1,')

    log.append(make_message(), sync=False)

    assert [record.event for record in all_of(log.folder)] == ["audit.repaired", "message"]
    assert verify(log.folder).is_sound


def test_a_file_that_is_no_log_is_refused(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.folder.mkdir()
    log.path.write_bytes(b"poem\n" * MAX_LINE)

    with pytest.raises(RecordError, match="no readable record in its last 4194304 bytes"):
        log.append(make_message(), sync=False)
    assert log.path.stat().st_size == 5 * MAX_LINE


def test_a_new_file_begins_when_the_old_one_is_large(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit", rotate_at=2000)
    for number in range(20):
        log.append(make_request(number), sync=False)
    log.close()

    files = sorted(path.name for path in log.folder.glob("audit-*.jsonl"))
    assert files[0].startswith("audit-000000000001-20260131T0815")
    assert len(files) > 3
    found = all_of(log.folder)
    assert [record.seq for record in found] == list(range(1, len(found) + 1))
    rotations = [record for record in found if record.event == "audit.rotated"]
    assert [record.fields["file"] for record in rotations] == files
    assert all(record.fields["last_hash"] == record.prev for record in rotations)
    assert verify(log.folder).is_sound


def test_rotation_is_finished_by_the_next_writer_after_a_crash(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.append(make_message(), sync=True)
    log.close()
    # As if killed after the old file was renamed and before the new one was made.
    log.path.rename(log.folder / "audit-000000000001-20260131T081501000000Z.jsonl")

    log.append(make_message(), sync=False)

    assert [record.event for record in all_of(log.folder)] == [
        "message",
        "audit.rotated",
        "message",
    ]
    assert verify(log.folder).is_sound


def test_a_writer_follows_a_rotation_by_another(tmp_path: Path) -> None:
    quiet = make_log(tmp_path / "audit")
    quiet.append(make_message(), sync=False)
    busy = make_log(tmp_path / "audit", rotate_at=1)
    busy.append(make_message(), sync=False)

    quiet.append(make_message(), sync=False)

    assert [record.seq for record in all_of(quiet.folder)] == [1, 2, 3, 4]
    assert verify(quiet.folder).is_sound


def test_a_folder_replaced_while_running_is_noted(tmp_path: Path) -> None:
    """A writer remembers what it was told is on disk, also where `audit.head` has gone with it."""
    log = make_log(tmp_path / "audit")
    for _ in range(3):
        log.append(make_message(), sync=True)
    log.folder.rename(tmp_path / "elsewhere")
    log.append(make_message(), sync=True)

    note, message = all_of(log.folder)
    assert (note.event, note.seq, message.seq) == ("audit.repaired", 4, 5)
    assert note.fields["reason"] == "records 1 to 3 were on disk and are missing"


def test_lost_records_leave_a_gap_and_a_note(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    run_one(log, 1)
    log.append(make_message(2), sync=True)
    log.close()
    first = log.path.read_bytes().splitlines(keepends=True)[0]
    log.path.write_bytes(first)

    record = log.append(make_message(3), sync=False)

    assert record.seq == 8
    note = all_of(log.folder)[1]
    assert note.fields["reason"] == "records 2 to 6 were on disk and are missing"
    (finding,) = verify(log.folder).findings
    assert (finding.breach, finding.line, finding.absent) == ("missing", 2, range(2, 7))


def test_a_removed_log_goes_on_where_it_was(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.append(make_message(1), sync=True)
    log.path.unlink()

    assert log.append(make_message(2), sync=True).seq == 3
    (finding,) = verify(log.folder).findings
    assert "missing" in finding.message


def test_a_file_in_the_folders_place_stops_everything(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("not a folder")
    log = make_log(tmp_path / "audit")

    with pytest.raises(
        RecordError, match=r"the audit log .*audit\.jsonl cannot be written"
    ) as caught:
        log.append(make_message(), sync=False)
    assert caught.value.hint is not None
    assert "CHATOPS_HOME" in caught.value.hint


def test_a_folder_in_the_logs_place_stops_everything(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.path.mkdir(parents=True)

    with pytest.raises(RecordError, match="Is a directory"):
        log.append(make_message(), sync=False)


def test_a_lock_that_is_held_too_long_is_an_error(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    log.append(make_message(), sync=False)
    log._patience = 0.01

    with (
        locked(log.folder / "audit.lock"),
        pytest.raises(RecordError, match=r"another process has held .*audit\.lock for 0\.01 s"),
    ):
        log.append(make_message(), sync=False)
    assert log.append(make_message(), sync=False).seq == 2


def test_a_removed_lock_file_still_excludes(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path):
        path.unlink()
        with locked(path):
            assert path.exists()
    with locked(path, patience=0):
        assert path.exists()


def test_a_record_too_large_is_refused(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit")
    parameters = {f"p{number}": "x" * 4000 for number in range(300)}

    with pytest.raises(RecordError, match="at most 1048576 are recorded"):
        log.append(make_request(parameters={**parameters}), sync=True)
    assert all_of(log.folder) == []


FULL = """
    import resource, sys
    from pathlib import Path
    from chatops_cli.errors import RecordError
    from tests.support.audit import make_log, make_message

    log = make_log(Path(sys.argv[1]))
    log.append(make_message(), sync=True)
    size = log.path.stat().st_size
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, hard))
    for _ in range(2):
        try:
            log.append(make_message(2), sync=True)
        except RecordError as error:
            print(error.message.rsplit(": ", 1)[1], "|", error.hint)
        assert log.path.stat().st_size == size, "the log is as it was"
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    print(log.append(make_message(3), sync=True).seq)
"""


def test_a_short_write_is_undone_and_told(tmp_path: Path) -> None:
    """A limit on the file's size cuts a write short, as a disk does that fills up."""
    hint = "free some space there; nothing runs that can't be recorded"
    lines = run_python(FULL, str(tmp_path / "audit"))
    assert lines == [f"No space left on device | {hint}"] * 2 + ["2"]
    assert verify(tmp_path / "audit").is_sound


def test_the_last_records_are_found_over_several_files(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit", rotate_at=1500)
    for number in range(30):
        log.append(make_message(number), sync=False)
    log.close()
    with log.path.open("ab") as file:
        file.write(b'{"torn')
    everything = all_of(log.folder)

    for count in (0, 1, 2, 7, len(everything), 1000):
        assert (
            list(last(log.folder, count))
            == everything[len(everything) - count if count <= len(everything) else 0 :]
        )
    assert last(tmp_path / "none", 3) == ()


def test_reading_after_a_record_leaves_out_old_files(tmp_path: Path) -> None:
    log = make_log(tmp_path / "audit", rotate_at=1500)
    for number in range(30):
        log.append(make_message(number), sync=False)
    everything = all_of(log.folder)
    files = len(list(log.folder.glob("*.jsonl")))

    for after in range(len(everything) + 1):
        assert list(records(log.folder, after=after)) == everything[after:]
    assert len({line.file for line in lines(log.folder)}) == files > 5
    assert len({line.file for line in lines(log.folder, after=len(everything) - 1)}) <= 2
