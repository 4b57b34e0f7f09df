"""Messages that were taken: each once, on disk before the network is told so."""

from datetime import datetime, timedelta

from chatops_cli.bridge.database import Database
from chatops_cli.bridge.letters import message_text, read_message
from chatops_cli.bridge.sealed import Seal
from chatops_cli.model.chat import Message
from chatops_cli.model.frozen import frozen
from chatops_cli.records.canonical import digest, encode

KEPT = timedelta(days=7)
"""How long a message is known again: no network sends one again after that."""


@frozen
class Taken:
    """A message that was taken and is not done. `line` is the connection that it came by."""

    line: str
    message: Message


class Claims:
    """Which messages were taken, by network, workspace and id."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

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
        sql = "INSERT OR IGNORE INTO taken VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        row = (network, workspace, number, line, message.room, _TAKEN, body, time)
        first = (network, workspace, message.id, line, message.room, _DONE, "", time)
        before = [(sql, first)] if message.is_edited else []
        return self._database.change(*before, (sql, row)) == 1

    def done(self, message: Message) -> None:
        """All its replies are in the outbox; what it said is no longer kept."""
        self._database.change((_END, (_DONE, *key_of(message))))

    def undone(self) -> tuple[Taken, ...]:
        """What was taken and is not done, the oldest first.

        Raises:
            RecordError: It can't be read.
        """
        rows = self._database.rows(
            "SELECT network, workspace, id, line, body FROM taken"
            " WHERE state <> 'done' ORDER BY time, id"
        )
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
        network, workspace, number, line, body = row
        text = self._seal.open(body, _name((network, workspace, number)))
        return Taken(line=line, message=read_message(text))


_TAKEN, _DONE = "taken", "done"
"""States of a message: whether something of it was begun, the audit log says."""
_END = "UPDATE taken SET state = ?, body = '' WHERE network = ? AND workspace = ? AND id = ?"


def key_of(message: Message) -> tuple[str, str, str]:
    """What a message is known by: network, workspace and id; an edit by its text, too."""
    number = message.id
    if message.is_edited:
        number = f"{number} {digest(encode(message.text))}"
    return message.principal.network, message.principal.workspace, number


def _name(key: tuple[str, str, str]) -> str:
    return " ".join(key)
