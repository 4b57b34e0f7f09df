"""Executions that run in this process, and what others want of them.

What runs for longer than a moment holds its lock, and its inbox is looked at a few times a second.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, RecordError
from chatops_cli.runners.parts import Order

if TYPE_CHECKING:
    from chatops_cli.records.inbox import Inbox, Letter
    from chatops_cli.records.slots import Slot
    from chatops_cli.records.waiting import WaitingStore

MOMENT = 0.4
"""Seconds after which an execution can be reached from other processes."""
STEP = 0.2
"""Seconds between two looks into an inbox."""

_WISHES = frozenset({None, "pause", "resume", "cancel"})
_UNREADABLE = "the letter can't be read"


class Steering:
    """One execution while it runs; `close` ends that.

    Args:
        store: Where locks and letters are.
        execution_id: The execution.
        take: Does what a letter wants; raises `ChatOpsError` for what can't be done.
        slot: Its lock, where that is held already.
    """

    def __init__(
        self,
        store: "WaitingStore",
        execution_id: str,
        take: Callable[[Order], None],
        slot: "Slot | None" = None,
    ) -> None:
        import asyncio

        self._store = store
        self._id = execution_id
        self._take = take
        self._slot = slot
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = self._loop.call_later(
            STEP if slot is not None else MOMENT, self._look
        )
        self._inbox: Inbox | None = None

    def hold(self) -> None:
        """Its lock is held, unless another process has it for longer than a moment.

        Raises:
            RecordError: It has, or the lock can't be used.
        """
        if self._slot is None:
            self._slot = self._store.wait(self._id)

    def close(self) -> None:
        """Nobody reaches it here any more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._slot is not None:
            self._slot.release()
            self._slot = None

    def _look(self) -> None:
        if self._timer is None:
            return
        # What can't be read now may be next time; who wants something is told that it isn't.
        with suppress(RecordError):
            if self._slot is None:
                self._slot = self._store.lock(self._id)
                self._inbox = self._store.inbox(self._id)
            if self._slot is not None:
                inbox = self._inbox = self._inbox or self._store.inbox(self._id)
                for letter in inbox.letters():
                    deliver(letter, inbox, self._take)
        if self._timer is not None:
            self._timer = self._loop.call_later(STEP, self._look)


def deliver(letter: "Letter", inbox: "Inbox", take: Callable[[Order], None]) -> None:
    """What a letter wants is done, or it is said why not; the letter is taken."""
    order = order_of(letter)
    if order is None or order.wish not in _WISHES:
        inbox.refuse(letter.name, _UNREADABLE)
        return
    try:
        take(order)
    except ChatOpsError as error:
        inbox.refuse(letter.name, error.in_full)
    except ValueError:
        inbox.refuse(letter.name, _UNREADABLE)
    else:
        inbox.take(letter.name, keep=order.end is not None)


def order_of(letter: "Letter") -> Order | None:
    """What a letter wants; None where nobody knows."""
    # Only who is told something pays for it.
    from chatops_cli.workflows.driving.held import read_end

    wish, end, secrets = (letter.content.get(key) for key in ("wish", "end", "secrets"))
    try:
        return Order(
            wish=str(wish) if wish is not None else None,
            end=read_end(end) if isinstance(end, dict) else None,
            secrets=tuple(map(str, secrets)) if isinstance(secrets, list) else (),
        )
    except (KeyError, TypeError, ValueError):
        return None
