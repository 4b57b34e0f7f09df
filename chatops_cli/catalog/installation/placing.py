"""Packs that are ready put in place, all or none of them."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from chatops_cli.catalog.installation.stage import GONE, OLD
from chatops_cli.catalog.installation.system import exchange, move_new, sync
from chatops_cli.errors import InstallError
from chatops_cli.model.frozen import frozen
from chatops_cli.records.atomic import sync_folder

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@frozen
class Move:
    """A pack that is ready, and the folder that it will be; `replaces` what is there."""

    ready: Path
    target: Path
    replaces: bool


def place(moves: Sequence[Move], stage: Path) -> None:
    """Each pack is in its place, and on disk; what was there is in the stage.

    Where one can't be placed, those before it are taken back. A process that is killed in between
    leaves each pack old or new. Call it `alone`.

    Raises:
        InstallError: One can't be placed; everything is as it was.
    """
    if not moves:
        return
    undo: list[Callable[[], None]] = []
    with _unbroken():
        try:
            sync(moves[0].ready)
            for move in moves:
                back = _put(move, stage)
                undo.append(back)
        except OSError as error:
            for take_back in reversed(undo):
                take_back()
            raise InstallError(
                f"{error.filename2 or error.filename} can't be put in place: {error.strerror}"
            ) from error
        for folder in {move.target.parent for move in moves}:
            sync_folder(folder)


def take_away(folders: Sequence[Path], stage: Path) -> None:
    """The folders are in the stage, and so as good as gone. Call it `alone`.

    Raises:
        InstallError: One can't be moved; all are where they were.
    """
    moved: list[tuple[Path, Path]] = []
    with _unbroken():
        try:
            for folder in folders:
                to = stage / f"{GONE}{folder.name}"
                move_new(folder, to)
                moved.append((folder, to))
        except OSError as error:
            for folder, to in reversed(moved):
                move_new(to, folder)
            raise InstallError(f"{error.filename} can't be removed: {error.strerror}") from error
        for folder in {folder.parent for folder in folders}:
            sync_folder(folder)


def _put(move: Move, stage: Path) -> Callable[[], None]:
    """The pack is in its place; the answer takes that back."""
    ready, target = move.ready, move.target
    if not move.replaces:
        move_new(ready, target)
        return lambda: move_new(target, ready)
    if exchange(ready, target):
        return lambda: _exchange_back(ready, target)
    old = stage / f"{OLD}{target.name}"
    move_new(target, old)
    try:
        move_new(ready, target)
    except OSError:
        move_new(old, target)
        raise

    def back() -> None:
        move_new(target, ready)
        move_new(old, target)

    return back


def _exchange_back(ready: Path, target: Path) -> None:
    exchange(ready, target)


@contextmanager
def _unbroken() -> Iterator[None]:
    """Signals that end a program wait until this is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
