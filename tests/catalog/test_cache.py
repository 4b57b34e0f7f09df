"""The cache: what it loses costs time, and nothing it meets on disk stops the program."""

import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chatops_cli.catalog import cache as module
from chatops_cli.catalog.cache import Cache

WRITER = """
import sys
from pathlib import Path
from chatops_cli.catalog.cache import Cache

cache = Cache(Path(sys.argv[1]))
for n in range(60):
    key = f"{sys.argv[2]}-{n}"
    cache.put("plan", {key: "x" * 2000, "shared": sys.argv[2]})
    assert cache.get("plan", [key]) == {key: "x" * 2000}, key
"""


def test_texts_come_back_by_kind_and_key(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "deep" / "c.db")
    cache.put("plan", {"a": "1", "ü\n": "2"})
    cache.put("template", {"a": "3"})
    cache.put("plan", {"a": "4"})
    assert cache.get("plan", ["a", "ü\n", "none"]) == {"a": "4", "ü\n": "2"}
    assert cache.get("template", ["a"]) == {"a": "3"}
    assert cache.get("plan", []) == {}
    again = Cache(tmp_path / "deep" / "c.db")
    assert again.get("plan", ["a"]) == {"a": "4"}


def test_many_texts_fit_one_call(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c.db")
    items = {str(n): str(n * n) for n in range(1700)}
    cache.put("k", items)
    assert cache.get("k", list(items)) == items


def test_the_oldest_texts_make_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit is far beyond what packs need; here it is brought near."""
    monkeypatch.setattr(module, "TEXT_LIMIT", 3)
    cache = Cache(tmp_path / "c.db")
    for n in range(5):
        cache.put("k", {str(n): "x"})
    assert sorted(cache.get("k", list("01234"))) == ["2", "3", "4"]


def test_a_text_that_no_file_can_hold_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c.db")
    cache.put("k", {"a": "\ud800"})
    cache.put("k", {"b": "1"})
    assert cache.get("k", ["a", "b", "\ud800"]) == {}
    assert cache.get("k", ["a", "b"]) == {"b": "1"}


def test_several_processes_write_at_once(tmp_path: Path) -> None:
    """Each finds what it wrote, and afterwards all of it is there."""
    path = tmp_path / "c.db"
    # Who comes while another makes the file may lose a text: that costs time, no more.
    Cache(path).put("plan", {"first": "1"})
    command = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen([*command, name]) for name in ("a", "b", "c")]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    cache = Cache(path)
    keys = [f"{name}-{n}" for name in "abc" for n in range(60)]
    assert len(cache.get("plan", keys)) == 180
    assert cache.get("plan", ["shared"])["shared"] in ("a", "b", "c")


def test_threads_share_one_cache(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c.db")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: cache.put("k", {str(n): "x"}), range(40)))
    assert len(cache.get("k", [str(n) for n in range(40)])) == 40


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    for damage in (b"not a database at all" * 999, b"SQLite format 3\x00" + b"\xff" * 5000):
        path.write_bytes(damage)
        cache = Cache(path)
        cache.put("k", {"a": "1"})
        assert cache.get("k", ["a"]) == {"a": "1"}
        assert Cache(path).get("k", ["a"]) == {"a": "1"}


def test_damage_in_the_middle_is_found_when_it_is_read(tmp_path: Path) -> None:
    """The second half of the file is overwritten: reads fail, and the next writing starts anew."""
    path = tmp_path / "c.db"
    cache = Cache(path)
    items = {str(n): "x" * 500 for n in range(400)}
    cache.put("k", items)
    cache.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 4096))
    assert cache.get("k", list(items)) == {}
    cache.put("k", {"a": "1"})
    assert cache.get("k", ["a"]) == {"a": "1"}


def test_a_file_of_another_version_is_emptied(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE texts (something TEXT)")
        other.execute("CREATE TABLE unknown (x)")
        other.execute("PRAGMA user_version = 12345")
    other.close()
    cache = Cache(path)
    assert cache.get("k", ["a"]) == {}
    cache.put("k", {"a": "1"})
    assert cache.get("k", ["a"]) == {"a": "1"}


def test_another_version_that_takes_the_file_over_is_survived(tmp_path: Path) -> None:
    """Two versions that are run in turn lose their cache each time, and nothing else."""
    path = tmp_path / "c.db"
    cache = Cache(path)
    cache.put("k", {"a": "1"})
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE texts")
        other.execute("PRAGMA user_version = 12345")
    other.close()
    assert cache.get("k", ["a"]) == {}
    cache.put("k", {"a": "1"})
    assert cache.get("k", ["a"]) == {}
    assert path.exists()


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("DROP TABLE texts", id="no table"),
        pytest.param("ALTER TABLE texts RENAME COLUMN value TO other", id="no column"),
        pytest.param("UPDATE texts SET value = CAST(x'ff' AS TEXT)", id="no text"),
        pytest.param("UPDATE texts SET value = replace(value, 'plan', 'plum')", id="other text"),
        pytest.param("UPDATE texts SET value = ''", id="empty"),
    ],
)
def test_damage_that_sqlite_does_not_see_is_mended(tmp_path: Path, damage: str) -> None:
    """What is damaged counts as not kept, and can be kept again."""
    path = tmp_path / "c.db"
    Cache(path).put("k", {"a": "a plan"})
    with sqlite3.connect(path) as other:
        other.execute(damage)
    other.close()
    cache = Cache(path)
    assert cache.get("k", ["a"]) == {}
    cache.put("k", {"a": "a plan"})
    assert cache.get("k", ["a"]) == {"a": "a plan"}


def test_a_file_in_a_form_of_later_years_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    Cache(path).put("k", {"a": "1"})
    with path.open("r+b") as file:
        file.seek(44)  # the format of the schema
        file.write((9).to_bytes(4, "big"))
    cache = Cache(path)
    assert cache.get("k", ["a"]) == {}
    cache.put("k", {"a": "2"})
    assert cache.get("k", ["a"]) == {"a": "2"}


@pytest.mark.parametrize("name", ["folder", "file/below", "nul\0"])
def test_a_place_where_no_file_can_be_is_done_without(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / name)
    cache.put("k", {"a": "1"})
    assert (cache.get("k", ["a"]), cache.now(), cache.write([])) == ({}, None, False)


def test_a_read_only_file_is_read(tmp_path: Path) -> None:
    """What was kept before is used, and what is new is not kept."""
    path = tmp_path / "c.db"
    cache = Cache(path)
    cache.put("k", {"a": "1"})
    cache.read("PRAGMA query_only = ON")
    cache.put("k", {"a": "2"})
    assert cache.get("k", ["a"]) == {"a": "1"}


def test_a_full_disk_keeps_what_was_there(tmp_path: Path) -> None:
    """A limit of the file's size stands for the disk's; the process goes on."""
    path = tmp_path / "c.db"
    Cache(path).put("k", {"a": "1"})
    code = """
import resource, sys
from pathlib import Path
from chatops_cli.catalog.cache import Cache
cache = Cache(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
cache.put("k", {str(n): "x" * 1000 for n in range(200)})
assert cache.get("k", ["a", "0"]) == {"a": "1"}, cache.get("k", ["a"])
"""
    subprocess.run([sys.executable, "-c", code, str(path)], check=True)
    assert Cache(path).get("k", ["a"]) == {"a": "1"}


def test_a_file_that_another_process_holds_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WAIT", 0.01)
    path = tmp_path / "c.db"
    Cache(path).put("k", {"a": "1"})
    holder = sqlite3.connect(path)
    holder.execute("BEGIN EXCLUSIVE")
    cache = Cache(path)
    cache.put("k", {"b": "2"})
    assert cache.get("k", ["a"]) == {}
    holder.rollback()
    holder.close()
    assert Cache(path).get("k", ["a", "b"]) == {"a": "1"}
