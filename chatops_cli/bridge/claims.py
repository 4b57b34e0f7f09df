"""Messages that were taken: each once, on disk before the network is told so."""

from collections.abc import Collection
from datetime import datetime, timedelta

from chatops_cli.bridge.letters import message_text, read_message
from chatops_cli.bridge.store import Late, Store
from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Message, Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.records.canonical import digest, encode
from chatops_cli.records.sealed import Seal

KEPT = timedelta(days=7)
"""How long a message is known again: no network sends one again after that."""


@frozen
class Taken:
    """A message that was taken and is not done. `line` is the connection that it came by.

    `begun` are the executions that another bridge may have begun with, as `Claims.begins` has them.
    """

    line: str
    message: Message
    begun: tuple[str, ...] = ()


class Claims:
    """Which messages were taken, by network, workspace and id.

    `bridge` is the name of this one among those that share the database; empty where none do.
    """

    def __init__(self, database: Store, seal: Seal, *, bridge: str = "") -> None:
        self._database = database
        self._seal = seal
        self._bridge = bridge
        self.late = Late(database)

    def take(self, line: str, message: Message) -> bool:
        """Whether it is new. Then it is on disk, and nobody else takes it.

        An edit is a message of its own, and takes the one that was edited with it: what was typed
        at first is not run after it, should it arrive later.

        Raises:
            RecordError: It can't be written; it is not taken.
        """
        network, workspace, number = key = key_of(message)
        body = self._seal.close(message_text(message), _name(key))
        time = message.time.timestamp()
        row = (network, workspace, number, line, message.room, _TAKEN, body, time, self._bridge)
        first = (network, workspace, message.id, line, message.room, _DONE, "", time, "")
        before = [(_TAKE, first)] if message.is_edited else []
        return self._database.change(*before, (_TAKE, row)) == 1

    def done(self, message: Message) -> None:
        """All its replies are in the outbox; what it said is no longer kept.

        Raises:
            RecordError: That isn't on disk, and will be later.
        """
        self.late.change(_END, (_DONE, *key_of(message)))

    def begins(self, principal: Principal, message_id: str, mark: str) -> None:
        """This bridge is about to begin with an execution that a message asks for.

        `mark` is one word. What people have asked for earlier, and is done, needs nothing.

        Raises:
            RecordError: It can't be written, or another bridge has the message now.
        """
        key = (principal.network, principal.workspace, message_id, message_id, message_id)
        if self._database.change((_BEGIN, (f" {mark}", *key, self._bridge))):
            return
        others = self._database.rows(_WHOSE, *key)
        if others:
            raise RecordError(
                "another bridge has taken this over", hint="see what it says; nothing was run here"
            )

    def owners(self) -> frozenset[str]:
        """The bridges that have taken what is not done.

        Raises:
            RecordError: It can't be read.
        """
        rows = self._database.rows("SELECT DISTINCT bridge FROM taken WHERE state <> 'done'")
        return frozenset(str(owner) for (owner,) in rows)

    def adopt(self, owner: str, lines: Collection[str]) -> tuple[Taken, ...]:
        """What another bridge has taken by these lines, and not done, is taken by this one.

        Raises:
            RecordError: It can't be.
        """
        found = []
        for row in self._database.rows(_UNDONE, owner):
            network, workspace, number, line, *_ = row
            mine = (self._bridge, network, workspace, number, owner)
            if line in lines and self._database.change((_ADOPT, mine)):
                found.append(self._taken(tuple(map(str, row))))
        return tuple(found)

    def undone(self) -> tuple[Taken, ...]:
        """What this bridge has taken and not done, the oldest first.

        Raises:
            RecordError: It can't be read.
        """
        rows = self._database.rows(_UNDONE, self._bridge)
        return tuple(self._taken(tuple(map(str, row))) for row in rows)

    def lines_of(self, room: str) -> set[str]:
        """The lines that a message came by from a room of this name."""
        rows = self._database.rows("SELECT DISTINCT line FROM taken WHERE room = ?", room)
        return {str(line) for (line,) in rows}

    def forget(self, now: datetime) -> None:
        """What is too old to be sent again is no longer known."""
        before = (now - KEPT).timestamp()
        self._database.change(("DELETE FROM taken WHERE state = 'done' AND time < ?", (before,)))

    def _taken(self, row: tuple[str, ...]) -> Taken:
        network, workspace, number, line, body, begun = row
        text = self._seal.open(body, _name((network, workspace, number)))
        return Taken(line=line, message=read_message(text), begun=tuple(begun.split()))


_TAKEN, _DONE = "taken", "done"
"""States of a message: whether something of it was begun, the audit log says."""
_TAKE = (
    "INSERT INTO taken (network, workspace, id, line, room, state, body, time, bridge)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_UNDONE = (
    "SELECT network, workspace, id, line, body, begun FROM taken"
    " WHERE state <> 'done' AND bridge = ? ORDER BY time, id"
)
# An edit has the id of what was edited, and more.
_BEGIN = (
    "UPDATE taken SET begun = begun || ? WHERE network = ? AND workspace = ? AND state <> 'done'"
    " AND (id = ? OR substr(id, 1, length(?) + 1) = ? || ' ') AND bridge = ?"
)
_WHOSE = (
    "SELECT bridge FROM taken WHERE network = ? AND workspace = ? AND state <> 'done'"
    " AND (id = ? OR substr(id, 1, length(?) + 1) = ? || ' ')"
)
_ADOPT = (
    "UPDATE taken SET bridge = ?"
    " WHERE network = ? AND workspace = ? AND id = ? AND bridge = ? AND state <> 'done'"
)
_END = "UPDATE taken SET state = ?, body = '' WHERE network = ? AND workspace = ? AND id = ?"


def key_of(message: Message) -> tuple[str, str, str]:
    """What a message is known by: network, workspace and id; an edit by its text, too."""
    number = message.id
    if message.is_edited:
        number = f"{number} {digest(encode(message.text))}"
    return message.principal.network, message.principal.workspace, number


def _name(key: tuple[str, str, str]) -> str:
    return " ".join(key)
