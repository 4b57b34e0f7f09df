"""Packs are put in place whole or not at all, whoever dies in between."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from chatops_cli.catalog.installation import placing, stage
from chatops_cli.catalog.installation.placing import Move, place, take_away
from chatops_cli.catalog.installation.stage import NAME, OLD, alone, staging
from chatops_cli.catalog.installation.system import exchange, move_new
from chatops_cli.errors import InstallError, RecordError
from tests.support.packs import write_pack


def folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "f").write_text(text)
    return path


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def no_exchange(one: Path, other: Path) -> bool:
    del one, other
    return False


EXCHANGES = pytest.mark.parametrize("exchanges", [True, False], ids=["exchange", "two moves"])


@EXCHANGES
def test_new_and_old_are_in_place_together(
    exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the system can't exchange two folders, too."""
    if not exchanges:
        monkeypatch.setattr(placing, "exchange", no_exchange)
    folder(tmp_path / "a", "old")
    with staging(tmp_path) as here:
        moves = [
            Move(ready=folder(here / "new-1", "new"), target=tmp_path / "a", replaces=True),
            Move(ready=folder(here / "new-2", "new"), target=tmp_path / "b", replaces=False),
        ]
        place(moves, here)
        assert [(tmp_path / name / "f").read_text() for name in "ab"] == ["new", "new"]
    assert names(tmp_path) == ["a", "b"]


@EXCHANGES
def test_where_one_can_not_be_placed_none_is(
    exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchanges:
        monkeypatch.setattr(placing, "exchange", no_exchange)
    folder(tmp_path / "a", "old")
    folder(tmp_path / "b", "in the way")
    with staging(tmp_path) as here:
        moves = [
            Move(ready=folder(here / "new-1", "new"), target=tmp_path / "a", replaces=True),
            Move(ready=folder(here / "new-2", "new"), target=tmp_path / "c", replaces=False),
            Move(ready=folder(here / "new-3", "new"), target=tmp_path / "b", replaces=False),
        ]
        with pytest.raises(InstallError, match="b can't be put in place: File exists"):
            place(moves, here)
    assert names(tmp_path) == ["a", "b"]
    assert [(tmp_path / name / "f").read_text() for name in "ab"] == ["old", "in the way"]


def test_two_moves_put_the_old_one_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "exchange", no_exchange)
    folder(tmp_path / "a", "old")
    with staging(tmp_path) as here, pytest.raises(InstallError):
        place([Move(ready=here / "none", target=tmp_path / "a", replaces=True)], here)
    assert (tmp_path / "a/f").read_text() == "old"


def test_several_are_taken_away_or_none(tmp_path: Path) -> None:
    folder(tmp_path / "a", "old")
    with staging(tmp_path) as here:
        with pytest.raises(InstallError, match="can't be removed: No such file"):
            take_away([tmp_path / "a", tmp_path / "b"], here)
        assert (tmp_path / "a/f").exists()
        take_away([tmp_path / "a"], here)
    assert names(tmp_path) == []


def test_a_folder_takes_the_place_of_nothing(tmp_path: Path) -> None:
    """Not even of an empty one."""
    folder(tmp_path / "a", "a")
    (tmp_path / "b").mkdir()
    with pytest.raises(FileExistsError):
        move_new(tmp_path / "a", tmp_path / "b")
    with pytest.raises(FileNotFoundError):
        exchange(tmp_path / "a", tmp_path / "c")


# What dies


def test_what_a_dead_install_left_is_cleared_and_its_pack_put_back(tmp_path: Path) -> None:
    """The state after a kill between the two moves of a system that can't exchange folders."""
    left = tmp_path / NAME / "1-dead"
    folder(left / f"{OLD}web", "old")
    folder(left / "new-1", "new")
    (left / "owner").touch()
    folder(left / f"{OLD}there", "older")
    folder(tmp_path / "there", "new")
    with staging(tmp_path):
        assert (tmp_path / "web/f").read_text() == "old"
        assert (tmp_path / "there/f").read_text() == "new"
        assert not left.exists()
    assert names(tmp_path) == ["there", "web"]


def test_what_a_living_install_has_is_left_alone(tmp_path: Path) -> None:
    with staging(tmp_path) as one:
        folder(one / "new-1", "new")
        with staging(tmp_path):
            pass
        assert (one / "new-1/f").exists()
    assert names(tmp_path) == []


def test_a_folder_that_was_made_for_nothing_is_gone(tmp_path: Path) -> None:
    with pytest.raises(InstallError), staging(tmp_path / "packs"):
        raise InstallError("no")
    assert names(tmp_path) == []


def test_two_installs_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first; and not for ever."""
    inside = threading.Event()
    done = threading.Event()

    def hold() -> None:
        with alone(tmp_path):
            inside.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert inside.wait(10)
    monkeypatch.setattr(stage, "PATIENCE", 0.05)
    with pytest.raises(RecordError), alone(tmp_path):
        pass
    done.set()
    holder.join()
    with alone(tmp_path):
        pass
    assert names(tmp_path) == []


def test_many_at_a_time(tmp_path: Path) -> None:
    """Whoever is last takes the folder away, while others come."""
    together: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(20):
            with alone(tmp_path):
                together.append(1)
                most.append(len(together))
                together.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(most), set(most)) == (80, {1})
    assert names(tmp_path) == []


UPDATES = """
import sys
from chatops_cli.cli.main import run
packs, *versions = sys.argv[1:]
while True:
    for version in versions:
        run(["--packs", packs, "pack", "install", "--yes", "--no-setup", version])
        print("done", file=sys.__stdout__, flush=True)
"""


@pytest.mark.slow
def test_kill_9_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    """A process that goes back and forth between two versions of many files, killed four times."""
    versions = {}
    for name in ("one", "two"):
        files = {f"actions/{n}.txt": f"{name}\n" for n in range(150)}
        pack = write_pack(tmp_path / name, "web", files)
        versions[str(pack)] = {path.name: path.read_text() for path in pack.glob("actions/*")}
    packs = tmp_path / "packs"
    packs.mkdir()
    for number in range(4):
        with subprocess.Popen(
            [sys.executable, "-c", UPDATES, str(packs), *versions],
            env={**os.environ, "CHATOPS_HOME": str(tmp_path / "home")},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None
            while process.stdout.readline() != b"done\n":
                pass
            time.sleep(0.03 * number)
            process.kill()
        content = {path.name: path.read_text() for path in (packs / "web/actions").glob("*")}
        assert content in versions.values()
    with staging(packs):
        pass
    assert names(packs) == ["web"]
