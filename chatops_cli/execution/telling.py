"""How far something has come, told while it goes on: the newest only, and not too often."""

from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable

    from chatops_cli.model.progress import Progress

_T = TypeVar("_T")

INTERVAL = 0.1
"""Seconds between two tellings at least."""


class Telling:
    """Takes what is told, and gives the newest of it to whoever watches."""

    def __init__(self) -> None:
        import asyncio

        self._newest: Callable[[], Progress] | None = None
        self._told = asyncio.Event()

    def tell(self, progress: "Callable[[], Progress]") -> None:
        """It has come further; how far is asked when somebody wants to know."""
        self._newest = progress
        self._told.set()

    async def until(self, ending: "asyncio.Future[_T]") -> "AsyncIterator[Progress]":
        """What is told until `ending` is done.

        Cancelled, it cancels that, and waits for it all the same.
        """
        import asyncio

        try:
            while not ending.done():
                told = asyncio.ensure_future(self._told.wait())
                await _wait(ending, told)
                told.cancel()
                if ending.done() or self._newest is None:
                    continue
                self._told.clear()
                yield self._newest()
                await _wait(ending, seconds=INTERVAL)
        finally:
            if not ending.done():
                ending.cancel()


async def _wait(
    ending: "asyncio.Future[_T]",
    told: "asyncio.Future[Literal[True]] | None" = None,
    *,
    seconds: float | None = None,
) -> None:
    """Waits for one of both; a cancellation from outside is handed on, and kept back here."""
    import asyncio

    awaited: list[asyncio.Future[_T] | asyncio.Future[Literal[True]]] = [ending]
    if told is not None:
        awaited.append(told)
    try:
        await asyncio.wait(awaited, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        ending.cancel()
