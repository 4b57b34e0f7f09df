"""What waits on disk: found by its id, of one kind, a bounded number, for one process at a time."""

from pathlib import Path

import pytest

from chatops_cli.errors import NotFoundError, RecordError
from chatops_cli.records import waiting
from chatops_cli.records.waiting import Kept, Kind, WaitingStore


def store(tmp_path: Path) -> WaitingStore:
    return WaitingStore(tmp_path / "workflows", key_file=tmp_path / "datastore.key")


def test_of_an_execution_there_is_one_kind(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.write(Kept(id="a1", kind=Kind.WORKFLOW, data={"x": "\ud800"}))
    kept.write(Kept(id="a1", kind=Kind.ENDED, data={"x": 2}))
    assert kept.read("a1") == Kept(id="a1", kind=Kind.ENDED, data={"x": 2})
    assert kept.ids(Kind.WORKFLOW) == ()
    kept.remove("a1")
    assert kept.read("a1") is None


def test_ids_may_be_cut_short(tmp_path: Path) -> None:
    kept = store(tmp_path)
    for name in ("abc1", "abc2", "b"):
        kept.write(Kept(id=name, kind=Kind.INQUIRY, data={}))
    assert kept.named("abc1", Kind.INQUIRY) == "abc1"
    assert kept.named("b", Kind.INQUIRY) == "b"
    with pytest.raises(NotFoundError, match="several ids begin with 'ab': abc1, abc2"):
        kept.named("ab", Kind.INQUIRY)
    with pytest.raises(NotFoundError, match="nothing that waits has the id 'b'"):
        kept.named("b", Kind.WORKFLOW)


@pytest.mark.parametrize("name", ["../x", "", "a/b", "a" * 65, "a.b"])
def test_what_is_no_id_names_no_file(tmp_path: Path, name: str) -> None:
    assert store(tmp_path).read(name) is None
    with pytest.raises(NotFoundError):
        store(tmp_path).inbox(name)


def test_the_oldest_that_have_ended_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "KEPT", 2)
    kept = store(tmp_path)
    for number in range(4):
        kept.write(Kept(id=f"a{number}", kind=Kind.ENDED, data={}))
    assert len(kept.ids(Kind.ENDED)) == 2
    assert "a3" in kept.ids(Kind.ENDED)


def test_one_process_goes_on_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", 0.01)
    kept = store(tmp_path)
    assert not kept.is_locked("a")
    slot = kept.lock("a")
    assert slot is not None
    assert kept.is_locked("a")
    assert kept.lock("a") is None
    with pytest.raises(RecordError, match="another process goes on with execution a"):
        kept.wait("a")
    slot.release()
    kept.wait("a").release()
    assert not kept.is_locked("a")


def test_a_letter_is_taken_once_and_found_again_where_it_was_kept(tmp_path: Path) -> None:
    inbox = store(tmp_path).inbox("a")
    assert inbox.letters() == ()
    wish, end = inbox.put({"wish": "pause"}), inbox.put({"end": {}}, name="end-b")
    inbox.put({"end": {}}, name="end-b")
    assert [letter.name for letter in inbox.letters()] == [wish, end]
    inbox.take(wish)
    inbox.take(end, keep=True)
    assert inbox.letters() == ()
    assert [letter.name for letter in inbox.letters(again=True)] == [end]
    inbox.forget()
    assert inbox.letters(again=True) == ()
    refused = inbox.put({"wish": "x"})
    inbox.refuse(refused, "no")
    assert (inbox.lies(refused), inbox.refusal(refused), inbox.refusal(refused)) == (
        False,
        "no",
        "",
    )


def test_a_damaged_letter_is_told(tmp_path: Path) -> None:
    inbox = store(tmp_path).inbox("a")
    inbox.put({}, name="x")
    (tmp_path / "workflows" / "a.inbox" / "x.json").write_text("[")
    with pytest.raises(RecordError, match="is damaged"):
        inbox.letters()
