"""Executions that wait on disk: what each needs to go on, who goes on with it, and its letters.

Of an execution ``<id>`` there may be ``<id>.<kind>.json``, what it needs to go on; ``<id>.lock``,
held by the one process that it runs in; and the folder ``<id>.inbox`` (see `inbox`).
"""

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from chatops_cli.errors import NotFoundError, RecordError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.records.atomic import make_folder, sweep, unwritable
from chatops_cli.records.inbox import Inbox
from chatops_cli.records.lock import take_now
from chatops_cli.records.sealing import Sealer, damaged
from chatops_cli.records.slots import Slot

FOLDER = "workflows"
"""The folder in the state folder."""
APPROVALS = "approvals"
"""The one for what hasn't begun, as people have to allow it first."""
PATIENCE = 1.0
"""Seconds to wait for a lock that is held for a moment only."""
KEPT = 200
"""How many that have ended are kept; the oldest go."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Kind(StrEnum):
    """What is on disk of an execution."""

    WORKFLOW = "workflow"
    """A workflow that waits."""
    INQUIRY = "inquiry"
    """A question that waits for an answer."""
    ENDED = "ended"
    """A workflow that has ended, and not well: it can be run again from there."""
    APPROVAL = "approval"
    """What people have to allow before it starts; in a folder of its own."""


@frozen
class Kept:
    """What is on disk of an execution; its secrets are not masked."""

    id: str
    kind: Kind
    data: JsonObject


class WaitingStore:
    """The files in `folder`, encrypted where there is the key file.

    Methods raise `RecordError` where a file can't be used; an id that can't be one has none.
    """

    def __init__(self, folder: Path, *, key_file: Path) -> None:
        self._folder = folder
        self._sealer = Sealer(key_file)

    def write(self, kept: Kept) -> None:
        """It is on disk, and nothing else of this execution is."""
        path = self._path(kept.id, kept.kind)
        sweep(path)
        self._sealer.write(path, f"{kept.id} {kept.kind}", dict(kept.data))
        for kind in Kind:
            if kind is not kept.kind:
                self._path(kept.id, kind).unlink(missing_ok=True)
        if kept.kind is Kind.ENDED:
            self._prune()

    def read(self, execution_id: str) -> Kept | None:
        """What is on disk of an execution; None where nothing is."""
        if _ID.fullmatch(execution_id) is None:
            return None
        for kind in Kind:
            path = self._path(execution_id, kind)
            with suppress(FileNotFoundError):
                data = self._sealer.read(path, f"{execution_id} {kind}")
                if not isinstance(data, dict):
                    raise damaged(path)
                return Kept(id=execution_id, kind=kind, data=data)
        return None

    def remove(self, execution_id: str) -> None:
        """Nothing is on disk of an execution."""
        for kind in Kind:
            self._path(execution_id, kind).unlink(missing_ok=True)
        self.inbox(execution_id).clear()

    def ids(self, kind: Kind) -> tuple[str, ...]:
        """The executions of which this is on disk, in order."""
        end = f".{kind}.json"
        names = (path.name for path in self._folder.glob(f"*{end}"))
        return tuple(sorted(name.removesuffix(end) for name in names if name[0] != "."))

    def all(self, kind: Kind) -> Iterator[Kept]:
        """What is on disk of that kind."""
        for execution_id in self.ids(kind):
            kept = self.read(execution_id)
            if kept is not None and kept.kind is kind:
                yield kept

    def named(self, execution: str, *kinds: Kind) -> str:
        """The id of the one execution whose id is this, or begins so.

        Raises:
            NotFoundError: There is none of these kinds, or there are several.
        """
        ids = [each for kind in kinds for each in self.ids(kind)]
        if execution in ids:
            return execution
        found = [each for each in ids if execution and each.startswith(execution)]
        if len(found) == 1:
            return found[0]
        if not found:
            raise NotFoundError(f"nothing that waits has the id '{execution}'")
        raise NotFoundError(f"several ids begin with '{execution}': {', '.join(found[:5])}")

    def inbox(self, execution_id: str) -> Inbox:
        """The letters to an execution."""
        if _ID.fullmatch(execution_id) is None:
            raise NotFoundError(f"'{execution_id[:80]}' is no id of an execution")
        return Inbox(self._folder / f"{execution_id}.inbox", execution_id, self._sealer)

    def lock(self, execution_id: str) -> Slot | None:
        """Held, nobody else goes on with the execution; None where somebody does.

        Raises:
            RecordError: The folder can't be used.
        """
        path = self._folder / f"{execution_id}.lock"
        try:
            make_folder(self._folder)
            file = take_now(path)
        except OSError as error:
            raise unwritable("the file", path, error, hint="see 'chatops doctor'") from error
        return None if file is None else Slot(path, file)

    def wait(self, execution_id: str) -> Slot:
        """As `lock`; somebody who only looks holds it for less than a moment.

        Raises:
            RecordError: Another process has it, or the folder can't be used.
        """
        deadline = time.monotonic() + PATIENCE
        while (slot := self.lock(execution_id)) is None:
            if time.monotonic() > deadline:
                raise RecordError(f"another process goes on with execution {execution_id}")
            time.sleep(0.002)
        return slot

    def is_locked(self, execution_id: str) -> bool:
        """Whether some process runs it now."""
        if not (self._folder / f"{execution_id}.lock").exists():
            return False
        slot = self.lock(execution_id)
        if slot is not None:
            slot.release()
        return slot is None

    def _path(self, execution_id: str, kind: Kind) -> Path:
        return self._folder / f"{execution_id}.{kind}.json"

    def _prune(self) -> None:
        found = list(self._folder.glob(f"*.{Kind.ENDED}.json"))
        if len(found) > KEPT:
            found.sort(key=_age)
            for path in found[: len(found) - KEPT]:
                path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return os.stat(path).st_mtime  # noqa: PTH116  # of many files
    except OSError as error:
        raise RecordError(f"the file {path} cannot be read: {error.strerror}") from error
