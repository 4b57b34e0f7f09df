"""Where new packs are made ready: a hidden folder beside the packs, on their file system.

In it each install has a folder of its own, with a lock that dies with its process. Whoever finds
one whose process has died takes it away, and first puts back the pack that was being replaced.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from chatops_cli.catalog.installation.system import move_new
from chatops_cli.errors import InstallError
from chatops_cli.records.atomic import sync_folder
from chatops_cli.records.lock import locked

NAME = ".chatops-staging"
NEW, OLD, GONE = "new-", "old-", "gone-"
"""What names in a stage begin with: packs made ready, replaced (and put back if the process dies
in between), and removed."""
PATIENCE = 60.0
"""Seconds to wait for another install to put its packs in place."""
_LOCK, _OWNER = "lock", "owner"


@contextmanager
def staging(root: Path) -> Iterator[Path]:
    """A new folder in `root`, which is made if need be; afterwards it is gone.

    Raises:
        InstallError: Nothing can be written there.
    """
    is_new = not root.exists()
    try:
        root.mkdir(mode=0o755, parents=True, exist_ok=True)
        with alone(root):
            sweep(root)
            stage, owner = _make(root / NAME)
    except OSError as error:
        raise InstallError(
            f"packs can't be put into {root}: {error.strerror or error}",
            hint="name another folder: --into FOLDER",
        ) from error
    try:
        yield stage
    finally:
        with suppress(OSError), alone(root):
            _remove(stage)
        os.close(owner)
        if is_new:
            with suppress(OSError):
                root.rmdir()


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Nobody else changes what is in `root` meanwhile; nobody waits for downloads or answers.

    Raises:
        RecordError: Somebody else does, for a minute.
        OSError: The lock can't be had.
    """
    folder = root / NAME
    with ExitStack() as stack:
        while not _take(folder, stack):
            pass
        try:
            yield
        finally:
            if [entry.name for entry in folder.iterdir()] == [_LOCK]:
                (folder / _LOCK).unlink()
                # Who has waited may have made a new lock by now.
                with suppress(OSError):
                    folder.rmdir()


def _take(folder: Path, stack: ExitStack) -> bool:
    """Whether the lock was had; not where the last one that was here took the folder away."""
    # A file in its place makes the lock fail.
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    try:
        stack.enter_context(locked(folder / _LOCK, patience=PATIENCE))
    except FileNotFoundError:
        return False
    return True


def sweep(root: Path) -> None:
    """What killed installs have left is gone, what they had not yet replaced is back.

    Call it `alone`.
    """
    for stage in sorted((root / NAME).iterdir()):
        if stage.name != _LOCK and _is_dead(stage):
            for old in stage.glob(f"{OLD}*"):
                target = root / old.name.removeprefix(OLD)
                if not os.path.lexists(target):
                    move_new(old, target)
                    sync_folder(root)
            _remove(stage)


def _make(folder: Path) -> tuple[Path, int]:
    stage = folder / f"{os.getpid()}-{os.urandom(4).hex()}"
    stage.mkdir(mode=0o700)
    owner = os.open(stage / _OWNER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(owner, fcntl.LOCK_EX)
    return stage, owner


def _is_dead(stage: Path) -> bool:
    try:
        owner = os.open(stage / _OWNER, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(owner)
    return True


def _remove(stage: Path) -> None:
    shutil.rmtree(stage, ignore_errors=True)
