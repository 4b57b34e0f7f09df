"""Signals that ask this process to end: Ctrl-C, SIGTERM, and the end of the terminal."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

from chatops_cli.cli.streams import give_up

NUMBERS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Handler = Callable[[int, FrameType | None], object] | int | None


class Interrupts:
    """While it is entered, each of these signals cancels the current task, however many come.

    Those that the caller has it ignore, as `nohup` does, stay ignored. It takes the place of
    asyncio's own answer to Ctrl-C, whose second one breaks off between the end of an action and
    its record. Once one has come, nothing is left to be ended afterwards: more are ignored.
    """

    def __init__(self) -> None:
        import asyncio

        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._loop = asyncio.get_running_loop()
        self._may_raise = False
        self._before: dict[signal.Signals, Handler] = {}
        self.has_come = False

    def __enter__(self) -> Self:
        for number in NUMBERS:
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._heed)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, signal.SIG_IGN if self.has_come else handler)

    @contextmanager
    def breaking_off(self, number: int) -> Iterator[None]:
        """What is written to this descriptor here is broken off: nobody may be reading it."""
        self._may_raise = True
        try:
            yield
        except KeyboardInterrupt:
            give_up(number)
            self._task.cancel()
        finally:
            self._may_raise = False

    def _heed(self, _number: int, _frame: FrameType | None) -> None:
        self.has_come = True
        if self._may_raise:
            raise KeyboardInterrupt
        self._task.cancel()
        self._loop.call_soon_threadsafe(lambda: None)  # it may be waiting for nothing but this
