"""What is put on record and said in a rehearsal, kept until it is asked for by its message."""

from chatops_cli.model.chat import Reply
from chatops_cli.records.events import Event, ExecutionFinished, ExecutionRequested, MessageMatched
from chatops_cli.rehearsal.observed import Observed, observe


class Witness:
    """Knows of each event and reply which message it came of, through all that follows from one.

    What goes on after its message was taken came of the one that had it go on: an answer, say.
    `requests` and `ends` are the executions of the whole rehearsal, by their ids.
    """

    def __init__(self) -> None:
        self.requests: dict[str, ExecutionRequested] = {}
        self.ends: dict[str, ExecutionFinished] = {}
        self._roots: dict[str, str] = {}
        self._events: dict[str, list[Event]] = {}
        self._replies: dict[str, list[Reply]] = {}
        self._last = ""
        self._taken: set[str] = set()

    def begin(self, *message_ids: str) -> None:
        """These messages, or edits of them, are under way now."""
        self._taken.difference_update(message_ids)
        self._last = message_ids[0] if message_ids else self._last

    def __call__(self, event: Event) -> None:
        """An event is on record."""
        message_id = getattr(event, "message_id", None)
        execution_id = getattr(event, "execution_id", None)
        if isinstance(event, ExecutionRequested):
            self.requests[event.execution_id] = event
            message_id = message_id or self._roots.get(event.parent or "")
        elif isinstance(event, ExecutionFinished):
            self.ends[event.execution_id] = event
        root = self._open(message_id or self._roots.get(execution_id or ""))
        if execution_id is not None:
            self._roots[execution_id] = root
        self._last = root
        self._events.setdefault(root, []).append(event)

    async def post(self, reply: Reply) -> None:
        """Something is said in another room."""
        self.hear(reply)

    def hear(self, reply: Reply) -> None:
        """Something is said."""
        root = self._open(self._roots.get(reply.execution_id or "") or reply.message_id)
        self._replies.setdefault(root, []).append(reply)

    def _open(self, root: str | None) -> str:
        return self._last if not root or root in self._taken else root

    def take(self, message_id: str) -> Observed:
        """All that came of a message since this was asked the last time."""
        self._taken.add(message_id)
        events = self._events.pop(message_id, [])
        return observe(events, message_id, self._replies.pop(message_id, []))

    def runs(self, message_id: str) -> int:
        """How often the room has looked at what a message means; to be asked before `take`."""
        return sum(isinstance(e, MessageMatched) for e in self._events.get(message_id, []))
