"""Who takes a message: the first to claim it, and nobody after, however often it arrives.

Networks send a message again where they don't know whether it has arrived. What was claimed is not
run a second time: neither in this process, nor, where claims are kept, in another one.
"""

from collections import OrderedDict
from typing import Protocol

from chatops_cli.model.chat import Message

REMEMBERED = 10_000
"""Messages that are remembered in memory: networks send one again within minutes."""


class Claims(Protocol):
    """Messages that somebody has taken."""

    def claim(self, message: Message) -> bool:
        """Whether it is ours: True once for each message, by its network, workspace and id.

        An edit is a message of its own, and takes the one that was edited with it: what was typed
        at first is not run after it, should it arrive later. Where only the beginning of a message
        has arrived, that is claimed beside it: the whole of it can still be. Nobody takes it who
        comes after the whole.
        """
        ...

    def release(self, message: Message) -> None:
        """What was claimed could not be put on record, so it was not run: it can be claimed again.

        What else an edit took stays taken.
        """
        ...


class MemoryClaims:
    """Claims of one process. The oldest are forgotten when there are too many."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._taken: OrderedDict[tuple[str, ...], None] = OrderedDict()

    def claim(self, message: Message) -> bool:
        """See `Claims.claim`."""
        whole, own = _whole(message), _own(message)
        if message.is_edited:
            self._take(whole)
        elif message.is_cut and whole in self._taken:
            return False
        return self._take(own)

    def release(self, message: Message) -> None:
        """See `Claims.release`."""
        self._taken.pop(_own(message), None)

    def _take(self, key: tuple[str, ...]) -> bool:
        if key in self._taken:
            return False
        self._taken[key] = None
        if len(self._taken) > self._limit:
            self._taken.popitem(last=False)
        return True


def _whole(message: Message) -> tuple[str, ...]:
    """What a message is known by, however much of it has arrived."""
    return (message.principal.network, message.principal.workspace, message.id)


def _own(message: Message) -> tuple[str, ...]:
    """What this version of a message is known by."""
    if message.is_edited:
        return (*_whole(message), "edited", message.text)
    return (*_whole(message), "cut", message.text) if message.is_cut else _whole(message)
