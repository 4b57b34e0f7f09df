"""Results by their digest."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.errors import NotFoundError, RecordError
from chatops_cli.model.json import Json
from chatops_cli.records.canonical import digest, encode
from chatops_cli.records.results import ResultStore

RESULT: Json = {"stdout": "ok\n", "stderr": "", "return_code": 0, "succeeded": True}


def test_a_result_comes_back_by_its_digest(tmp_path: Path) -> None:
    store = ResultStore(tmp_path / "results")
    stored = store.put(RESULT)

    assert store.get(stored.digest) == RESULT
    assert (stored.digest, stored.size) == (digest(encode(RESULT)), len(store.read(stored.digest)))
    path = store.path(stored.digest)
    assert path == tmp_path / "results" / stored.digest[:2] / f"{stored.digest}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_the_same_result_is_kept_once(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    first = store.put({"a": 1, "b": 2})
    before = store.path(first.digest).stat().st_ino
    assert store.put({"b": 2, "a": 1}) == first
    assert store.path(first.digest).stat().st_ino == before
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [f"{first.digest}.json"]


def test_a_file_cut_short_is_written_again(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    stored = store.put(RESULT)
    store.path(stored.digest).write_bytes(b"{")
    with pytest.raises(RecordError, match="is damaged: its content isn't that of its digest"):
        store.get(stored.digest)
    store.put(RESULT)
    assert store.get(stored.digest) == RESULT


def test_a_large_result_is_kept_whole(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    large: Json = {"stdout": "line\n" * 2_000_000}
    assert store.get(store.put(large).digest) == large


@pytest.mark.parametrize("wrong", ["", "abc", "../../etc/passwd", "A" * 64, "a" * 63 + "\n"])
def test_only_a_digest_leads_to_a_file(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(NotFoundError, match="is no digest of a result"):
        ResultStore(tmp_path).get(wrong)


def test_a_missing_result_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=f"the result {'a' * 12}… is not in {tmp_path}"):
        ResultStore(tmp_path).get("a" * 64)


def test_what_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    store = ResultStore(tmp_path)
    store.path("a" * 64).mkdir(parents=True)
    with pytest.raises(RecordError, match="cannot be read: Is a directory"):
        store.get("a" * 64)
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordError, match=r"the result .* cannot be written: (Not a dir|File ex)"):
        ResultStore(tmp_path / "file").put("x")


@given(st.recursive(st.none() | st.floats(allow_nan=False) | st.text(), st.lists, max_leaves=9))
def test_any_result_can_be_kept(tmp_path_factory: pytest.TempPathFactory, result: Json) -> None:
    store = ResultStore(tmp_path_factory.getbasetemp() / "any")
    kept = store.get(store.put(result).digest)
    assert encode(kept) == encode(result)
