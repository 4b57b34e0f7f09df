"""The workers of this program: at most one for each pack and interpreter, kept while it is used.

Every `chatops run` loads this, most of them for nothing: it is small.
"""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatops_cli.runners.worker import Worker

    State = tuple[Mapping[str, str], tuple[tuple[int, ...], ...]]
    """What a worker was made of: its environment, and its interpreter. Another one needs another
    worker."""

IDLE = 600.0
"""Seconds without an action after which a worker ends."""
MOST = 16
"""Workers that are kept; of more, those that were not used for the longest time are let go."""
COLD = 1
"""Actions of a pack that run without a worker: who runs one action doesn't pay for a second one."""


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
        self._watched: dict[tuple[str, str], tuple[str, ...]] = {}
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
        if self._is_closed or pack in self._cold or _differ(environment, base):
            return None
        if self._asked.get(key, 0) < self._after:
            self._asked[key] = self._asked.get(key, 0) + 1
            return None
        state = (base, tuple(_stamp(path) for path in self._paths(key)))
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

    def _paths(self, key: tuple[str, str]) -> tuple[str, ...]:
        """What is looked at for changes; found anew where there is no worker."""
        if key not in self._kept or key not in self._watched:
            self._watched[key] = _watched(key[1])
        return self._watched[key]

    def _usable(self, key: tuple[str, str], state: "State") -> "Worker | None":
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

    def _started(self, key: tuple[str, str], state: "State") -> "Worker | None":
        from chatops_cli.runners.worker import Worker

        while len(self._kept) >= self._most:
            self._retire(next(iter(self._kept)))
        try:
            worker = Worker(key[1], key[0], state[0], idle=self._idle)
        except (OSError, ValueError):
            self._refused[key] = state  # the action itself will say what is wrong
            return None
        self._kept[key] = (state, worker)
        return worker

    def _retire(self, key: tuple[str, str]) -> None:
        _, worker = self._kept.pop(key)
        worker.retire()
        self._retired.append(worker)


def _differ(environment: Mapping[str, str], base: Mapping[str, str]) -> bool:
    """Whether they differ in what is heeded while a program starts."""
    from chatops_cli.runners.environment import is_starting  # `chatops run` pays for nothing here

    return any(is_starting(name) for name, value in environment.items() if base.get(name) != value)


def _watched(python: str) -> tuple[str, ...]:
    """What changes when an interpreter is replaced, or something is installed for it."""
    home = Path(python).parent.parent
    if not (home / "pyvenv.cfg").exists():
        return (python,)
    packages = (str(path) for path in home.glob("lib/python*/site-packages"))
    return (python, str(home / "pyvenv.cfg"), *packages)


def _stamp(path: str) -> tuple[int, ...]:
    try:
        found = os.stat(path)  # noqa: PTH116  # a third of the time
    except OSError:
        return ()
    return found.st_dev, found.st_ino, found.st_mtime_ns
