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
        at first is not run after it, should it arrive later.
        """
        ...


class MemoryClaims:
    """Claims of one process. The oldest are forgotten when there are too many."""

    def __init__(self, limit: int = REMEMBERED) -> None:
        self._limit = limit
        self._taken: OrderedDict[tuple[str, ...], None] = OrderedDict()

    def claim(self, message: Message) -> bool:
        """See `Claims.claim`."""
        key = (message.principal.network, message.principal.workspace, message.id)
        if not message.is_edited:
            return self._take(key)
        self._take(key)
        return self._take((*key, "edited", message.text))

    def _take(self, key: tuple[str, ...]) -> bool:
        if key in self._taken:
            return False
        self._taken[key] = None
        if len(self._taken) > self._limit:
            self._taken.popitem(last=False)
        return True
