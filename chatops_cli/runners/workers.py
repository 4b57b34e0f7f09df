"""The workers of this program: at most one for each pack and interpreter, kept while it is used."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.model.frozen import frozen
from chatops_cli.runners.environment import is_starting

if TYPE_CHECKING:
    from chatops_cli.runners.worker import Worker

IDLE = 600.0
"""Seconds without an action after which a worker ends."""
MOST = 16
"""Workers that are kept; of more, those that were not used for the longest time are let go."""
COLD = 1
"""Actions of a pack that run without a worker: who runs one action doesn't pay for a second one."""


@frozen
class State:
    """What a worker was made of. Another state needs another worker."""

    environment: Mapping[str, str]
    stamps: tuple[tuple[int, ...], ...]


class PythonWorkers:
    """Finds the worker for an action, or none.

    There is none for the first action of a pack, nor where one could not be had. One whose
    interpreter or environment has changed is replaced.

    Args:
        cold: Packs whose actions never have one.
        idle: Seconds without an action after which a worker ends.
        after: Actions of a pack that run before it has a worker.
        most: Workers that are kept.
    """

    def __init__(
        self,
        *,
        cold: Collection[str] = (),
        idle: float = IDLE,
        after: int = COLD,
        most: int = MOST,
    ) -> None:
        self._cold = frozenset(cold)
        self._idle = idle
        self._after = after
        self._most = most
        self._asked: dict[tuple[str, str], int] = {}
        self._kept: dict[tuple[str, str], tuple[State, Worker]] = {}
        self._refused: dict[tuple[str, str], State] = {}
        self._retired: list[Worker] = []
        self._is_closed = False

    def find(
        self, pack: str, python: str, base: Mapping[str, str], environment: Mapping[str, str]
    ) -> "Worker | None":
        """The worker of `pack` for an action with this environment.

        Args:
            pack: The pack's ref.
            python: The path of its interpreter.
            base: What of the environment is there for every action; a worker is started with it.
            environment: The action's own, the whole of it.
        """
        key = (pack, python)
        if self._is_closed or pack in self._cold or _starting(environment) != _starting(base):
            return None
        if self._asked.get(key, 0) < self._after:
            self._asked[key] = self._asked.get(key, 0) + 1
            return None
        state = State(environment=base, stamps=_stamps(python))
        self._retired = [worker for worker in self._retired if not worker.reap()]
        worker = self._usable(key, state)
        if worker is None and self._refused.get(key) != state:
            worker = self._started(key, state)
        return worker

    async def close(self) -> None:
        """All workers end, once the actions that they have forked have ended; no new ones come."""
        import asyncio

        self._is_closed = True
        for key in tuple(self._kept):
            self._retire(key)
        retired, self._retired = self._retired, []
        for worker in retired:
            await asyncio.to_thread(worker.wait)

    def _usable(self, key: tuple[str, str], state: State) -> "Worker | None":
        """The one that is kept, unless it has ended or is of another state; the latest used."""
        if key not in self._kept:
            return None
        kept, worker = self._kept.pop(key)
        if not worker.is_running():
            worker.retire()
            if not worker.has_served:
                self._refused[key] = kept  # it would not do so the next time either
            return None
        self._kept[key] = (kept, worker)
        if kept != state:
            self._retire(key)
            return None
        return worker

    def _started(self, key: tuple[str, str], state: State) -> "Worker | None":
        from chatops_cli.runners.worker import Worker

        while len(self._kept) >= self._most:
            self._retire(next(iter(self._kept)))
        try:
            worker = Worker(key[1], key[0], state.environment, idle=self._idle)
        except (OSError, ValueError):
            self._refused[key] = state  # the action itself will say what is wrong
            return None
        self._kept[key] = (state, worker)
        return worker

    def _retire(self, key: tuple[str, str]) -> None:
        _, worker = self._kept.pop(key)
        worker.retire()
        self._retired.append(worker)


def _starting(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if is_starting(name)}


def _stamps(python: str) -> tuple[tuple[int, ...], ...]:
    """What changes when an interpreter is replaced, or something is installed for it."""
    home = Path(python).parent.parent
    paths = [Path(python)]
    if (home / "pyvenv.cfg").exists():
        paths += [home / "pyvenv.cfg", *home.glob("lib/python*/site-packages")]
    return tuple(_stamp(path) for path in paths)


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        found = os.stat(path)  # noqa: PTH116  # a third of the time
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns
