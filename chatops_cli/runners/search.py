"""The search for the members of families that are ended: one for all that are ended at a time.

A round reads /proc once, whatever the number of families: each takes from it who is its own. Where
each looked for itself, fifty families would keep everything else waiting for more than a second.
"""

import signal
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from chatops_cli.model.frozen import frozen
from chatops_cli.runners.family import Family, can_hold
from chatops_cli.runners.process_table import (
    Marks,
    Process,
    Table,
    all_processes,
    read_environment,
)

if TYPE_CHECKING:
    import asyncio

ROUNDS = 50
"""How often new members are looked for: each round finds what was forked during the last one."""

QUIET_ROUNDS = 2
"""How many rounds in a row have to find nobody."""

LONGEST_PAUSE = 0.1
"""Seconds for which a search waits at most for others to join it."""


@frozen
class Wish:
    """A family that is to get `numbers` once all its members are found, and stopped."""

    family: Family
    numbers: tuple[signal.Signals, ...]

    def send(self) -> None:
        for number in self.numbers:
            self.family.send(number)


class Search:
    """Looks for the members of all families that one event loop ends.

    Args:
        look: Gives all processes.
        read: Gives the environment of one.
    """

    def __init__(
        self,
        look: Callable[[], Iterable[Process]] = all_processes,
        read: Callable[[int], bytes] = read_environment,
    ) -> None:
        self._look = look
        self._marks = Marks(read)
        self._wishes: list[Wish] = []
        self._answered: asyncio.Future[None] | None = None
        self._next = 0.0

    async def send(self, family: Family, *numbers: signal.Signals) -> None:
        """Every member of `family` is found and stopped, and then gets `numbers`.

        Those who ask at the same time share the search; it has been made when this returns. A
        caller that is cancelled meanwhile is told so only then: it is a matter of moments.
        """
        import asyncio

        wish = Wish(family=family, numbers=numbers)
        if not can_hold():
            wish.send()
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # the loop is gone, and the caller is tidied away after it
            self.make((wish,))
            return
        self._wishes.append(wish)
        if self._answered is None:
            self._answered = loop.create_future()
            loop.call_at(self._next, self._answer, loop, self._answered)
        await _undisturbed(self._answered)

    def make(self, wishes: Iterable[Wish]) -> None:
        """The search, in one go: who is found late must not go on meanwhile.

        Every member is stopped so that it can't fork while the others are looked for. Stopped
        parents stay parents: the chain to their children can't break meanwhile.
        """
        quiet = dict.fromkeys(wishes, 0)
        for wish in quiet:
            wish.family.send(signal.SIGSTOP)  # those that were let go on could fork as well
        since = max((wish.family.since for wish in quiet), default=0.0)
        for _ in range(ROUNDS):
            if not quiet:
                return
            try:
                table = self._table(since)
            except OSError:  # no descriptor is left to read it by: their groups are still reached
                for wish in quiet:
                    wish.family.send_group(signal.SIGKILL)
                break
            for wish in tuple(quiet):
                # Twice: a process that had not stopped yet may have forked behind the search's
                # back.
                quiet[wish] = 0 if wish.family.take(table) else quiet[wish] + 1
                if quiet[wish] == QUIET_ROUNDS:
                    wish.send()
                    del quiet[wish]
        for wish in quiet:
            wish.send()

    def _table(self, since: float) -> Table:
        processes = tuple(self._look())
        return Table(processes, self._marks.of(processes, since))

    def _answer(self, loop: "asyncio.AbstractEventLoop", answered: "asyncio.Future[None]") -> None:
        wishes, self._wishes, self._answered = self._wishes, [], None
        start = loop.time()
        try:
            self.make(wishes)
        finally:
            end = loop.time()
            # Processes end one after the other, and each family is looked for again when it has.
            # Where there are several the next search waits for the others, and the loop is free.
            pause = min(end - start, LONGEST_PAUSE) if len(wishes) > 1 else 0.0
            self._next = end + pause
            answered.set_result(None)


_searches: "WeakKeyDictionary[asyncio.AbstractEventLoop, Search]" = WeakKeyDictionary()
"""Families know nothing of one another, whoever runs them: the loop is all that they share."""


def this_search() -> Search:
    """The search of the running event loop; a new one where there is no loop."""
    import asyncio

    try:
        return _searches.setdefault(asyncio.get_running_loop(), Search())
    except RuntimeError:
        return Search()


async def _undisturbed(future: "asyncio.Future[None]") -> None:
    """Returns when `future` is done; a cancellation is raised, but not before."""
    import asyncio

    cancelled: asyncio.CancelledError | None = None
    while not future.done():
        try:
            await asyncio.wait((future,))
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        raise cancelled
