"""What verification finds, and where."""

from collections.abc import Callable
from pathlib import Path

import pytest

from chatops_cli.errors import RecordError
from chatops_cli.records.chain import Breach, Finding, verify
from chatops_cli.records.head import Head, Remembered, recall
from chatops_cli.records.record import read_link
from tests.support.audit import make_log, make_message, make_request

Lines = list[bytes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A log of ten records; number n is in line n."""
    log = make_log(tmp_path / "audit")
    for number in range(10):
        log.append(make_message(number), sync=number == 9)
    log.close()
    return log.folder


def tamper(folder: Path, change: Callable[[Lines], Lines]) -> None:
    path = folder / "audit.jsonl"
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def first(folder: Path) -> Finding:
    return verify(folder).findings[0]


def other_digit(digit: bytes) -> bytes:
    return b"1" if digit == b"0" else b"0"


@pytest.mark.parametrize(
    ("change", "line", "breach"),
    [
        pytest.param(
            lambda a: [*a[:4], a[4].replace(b"alice", b"alicf"), *a[5:]],
            5, Breach.CHANGED, id="a field changed",
        ),
        pytest.param(
            lambda a: [*a[:4], a[4].replace(b'"sent"', b'"room":"x","sent"'), *a[5:]],
            5, Breach.CHANGED, id="a repeated key added",
        ),
        pytest.param(
            lambda a: [*a[:4], a[4][:-1] + b" \n", *a[5:]],
            5, Breach.UNREADABLE, id="a space added",
        ),
        pytest.param(
            lambda a: [*a[:4], a[4][:-3] + b'0"}\n', *a[5:]],
            5, Breach.UNREADABLE, id="a longer hash",
        ),
        pytest.param(
            lambda a: [*a[:4], a[4][:-4] + other_digit(a[4][-4:-3]) + b'"}\n', *a[5:]],
            5, Breach.CHANGED, id="another hash",
        ),
        pytest.param(lambda a: [*a[:4], *a[5:]], 5, Breach.MISSING, id="a record removed"),
        pytest.param(lambda a: [*a[:2], *a[7:]], 3, Breach.MISSING, id="several removed"),
        pytest.param(lambda a: a[1:], 1, Breach.MISSING, id="the first removed"),
        pytest.param(
            lambda a: [*a[:4], a[5], a[4], *a[6:]], 5, Breach.REORDERED, id="two exchanged"
        ),
        pytest.param(
            lambda a: [*a[:5], a[4], *a[5:]], 6, Breach.REORDERED, id="one repeated"
        ),
        pytest.param(
            lambda a: [*a[:4], a[4][:100], *a[5:]], 5, Breach.CHANGED, id="cut in the middle"
        ),
        pytest.param(
            lambda a: [*a[:4], b"\n", *a[4:]], 5, Breach.UNREADABLE, id="an empty line"
        ),
        pytest.param(
            lambda a: [*a[:4], a[4].replace(b'{"v":1', b'{"v":2'), *a[5:]],
            5, Breach.UNREADABLE, id="another version",
        ),
        pytest.param(lambda a: a[:8], 0, Breach.CUT, id="the end cut off"),
        pytest.param(lambda _: [], 0, Breach.CUT, id="emptied"),
    ],
)  # fmt: skip
def test_tampering_is_found_where_it_was_done(
    folder: Path, change: Callable[[Lines], Lines], line: int, breach: Breach
) -> None:
    assert verify(folder).is_sound
    tamper(folder, change)
    found = first(folder)
    assert (found.file, found.line, found.breach) == (folder / "audit.jsonl", line, breach)


def test_every_changed_byte_is_found(folder: Path) -> None:
    path = folder / "audit.jsonl"
    data = path.read_bytes()
    start = data.index(b"\n") + 1
    for place in range(start, data.index(b"\n", start) + 1):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert not verify(folder).is_sound, f"byte {place} is {data[place : place + 1]!r}"


def forge(folder: Path, index: int, *, on: int) -> None:
    """Record `index` is written anew by someone who knows the format, with `on` followers."""
    log = make_log(folder.parent / "forged")
    log.folder.mkdir()
    lines = (folder / "audit.jsonl").read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join(lines[:index]))
    for number in range(on + 1):
        log.append(make_message(number + 70, text="rm -rf"), sync=False)
    log.close()
    forged = log.path.read_bytes().splitlines(keepends=True)
    tamper(folder, lambda old: [*forged, *old[len(forged) :]])


def test_a_record_forged_with_its_hash_breaks_the_next_one(folder: Path) -> None:
    forge(folder, 4, on=0)
    assert str(first(folder)) == (
        f"{folder}/audit.jsonl:6: replaced: record 6 doesn't follow from record 5 as it stands"
    )


def test_an_end_written_anew_differs_from_the_remembered_head(folder: Path) -> None:
    forge(folder, 4, on=5)
    found = first(folder)
    assert (found.line, found.breach) == (10, Breach.REWRITTEN)


def test_only_a_head_kept_elsewhere_tells_that_both_were_replaced(folder: Path) -> None:
    kept = recall(folder)
    tamper(folder, lambda lines: lines[:8])
    link = read_link((folder / "audit.jsonl").read_bytes().splitlines()[-1])
    remember(folder, Head(seq=link.seq, hash=link.hash))

    assert verify(folder).is_sound
    (finding,) = verify(folder, known=[kept]).findings
    assert finding.message == "the log ends here; records 9 to 10 are missing"
    (finding,) = verify(folder, known=[Head(seq=5, hash="0" * 64)]).findings
    assert (finding.line, finding.breach) == (5, Breach.REWRITTEN)


def test_exchanged_records_are_told_from_missing_ones(folder: Path) -> None:
    tamper(folder, lambda a: [*a[:4], a[6], a[4], a[5], *a[7:]])
    findings = verify(folder).findings
    assert [(found.line, str(found.breach), found.message) for found in findings] == [
        (5, "reordered", "records 5 to 6 are after this one, not before"),
        (6, "reordered", "record 5 stands after record 7"),
        (7, "reordered", "record 6 stands after record 7"),
    ]


def test_a_check_ends_after_enough_findings(folder: Path) -> None:
    tamper(folder, lambda a: [line.replace(b"alice", b"mallo") for line in a])
    assert len(verify(folder, limit=3).findings) == 3
    assert len(verify(folder).findings) == 10


def test_an_unreadable_remembered_head_is_none(folder: Path) -> None:
    (folder / "audit.head").write_bytes(b"\xff garbage")
    assert recall(folder) == Head()
    (folder / "audit.head").write_text("garbage")
    verdict = verify(folder)
    assert (verdict.is_sound, verdict.records, verdict.first, verdict.head.seq) == (True, 10, 1, 10)


def remember(folder: Path, head: Head) -> None:
    remembered = Remembered(folder)
    remembered.put(head)
    remembered.close()


def test_a_head_whose_file_was_taken_away_is_written_anew(folder: Path) -> None:
    """The file is kept open; another one in its place, or none, is seen."""
    remembered, head = Remembered(folder), recall(folder)
    try:
        remembered.put(Head(seq=9, hash="9" * 64))
        (folder / "audit.head").unlink()
        remembered.put(head)
        assert recall(folder) == head
        (folder / "audit.head").rename(folder / "other.head")
        (folder / "audit.head").write_bytes(b"")
        remembered.put(head)
        assert recall(folder) == head
    finally:
        remembered.close()


def test_a_damaged_head_is_mended_by_the_next(folder: Path) -> None:
    """Also where more than a head was written over it."""
    head = recall(folder)
    (folder / "audit.head").write_bytes(bytes(range(256)) * 4)
    remember(folder, head)
    assert recall(folder) == head


def test_a_torn_end_is_no_breach(folder: Path) -> None:
    with (folder / "audit.jsonl").open("ab") as file:
        file.write(b'{"v":1,')
    verdict = verify(folder)
    assert (verdict.is_sound, verdict.torn) == (True, 7)


def test_no_log_is_sound(tmp_path: Path) -> None:
    verdict = verify(tmp_path / "none")
    assert (verdict.is_sound, verdict.records, str(verdict.head)) == (True, 0, f"0:{'0' * 64}")


def test_a_log_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(RecordError, match="cannot be read: Is a directory"):
        verify(tmp_path)


@pytest.fixture
def rotated(tmp_path: Path) -> Path:
    """A log in several files."""
    log = make_log(tmp_path / "audit", rotate_at=3000)
    for number in range(20):
        log.append(make_request(number), sync=True)
    log.close()
    return log.folder


def files_of(folder: Path) -> list[Path]:
    return sorted(folder.glob("audit-*.jsonl"))


def test_a_removed_file_in_between_is_found_in_the_next(rotated: Path) -> None:
    files = files_of(rotated)
    files[1].unlink()
    (found,) = verify(rotated).findings
    assert (found.file, found.line, found.breach) == (files[2], 1, Breach.MISSING)


def test_a_rotated_file_cut_at_its_end_is_found(rotated: Path) -> None:
    files = files_of(rotated)
    files[0].write_bytes(files[0].read_bytes()[:-10])
    found = first(rotated)
    assert (found.file, found.breach) == (files[0], Breach.UNREADABLE)


def test_the_oldest_files_may_be_removed(rotated: Path) -> None:
    files_of(rotated)[0].unlink()
    verdict = verify(rotated)
    assert (verdict.is_sound, verdict.first > 1) == (True, True)


def test_a_head_from_a_removed_file_cannot_be_confirmed(rotated: Path) -> None:
    files_of(rotated)[0].unlink()
    (found,) = verify(rotated, known=[Head(seq=1, hash="a" * 64)]).findings
    assert (found.file, found.breach, found.absent[0]) == (rotated, Breach.MISSING, 1)
