"""Replies that are to be posted: kept on disk until the network has them."""

import json
from datetime import datetime, timedelta

from chatops_cli.bridge.database import Database
from chatops_cli.bridge.letters import read_reply, reply_text
from chatops_cli.bridge.sealed import Seal
from chatops_cli.model.chat import Reply
from chatops_cli.model.frozen import frozen

KEPT = timedelta(days=7)
"""How long the key of a reply that was posted is kept."""


@frozen
class Letter:
    """A reply on its way. `posted` are the ids of the posts that parts of it became already.

    `number` is its place in the order of all. `is_again` says that a part of it may have been
    posted without our knowing.
    """

    number: int
    key: str
    line: str
    reply: Reply
    posted: tuple[str, ...] = ()
    is_again: bool = False


class Outbox:
    """The letters of all lines."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    def put(self, line: str, key: str, reply: Reply, *, now: datetime) -> Letter | None:
        """The reply is on disk; None where this key was put before.

        Raises:
            RecordError: It can't be written.
        """
        body = self._seal.close(reply_text(reply), key)
        count = self._database.change(
            (
                _PUT,
                (key, line, body, now.timestamp()),
            )
        )
        if not count:
            return None
        ((number,),) = self._database.rows("SELECT number FROM letters WHERE key = ?", key)
        return Letter(number=int(number or 0), key=key, line=line, reply=reply)

    def posted(self, letter: Letter, posts: tuple[str, ...]) -> None:
        """So many parts of it have been posted, as these posts."""
        self._database.change(
            ("UPDATE letters SET posted = ? WHERE key = ?", (json.dumps(posts), letter.key))
        )

    def done(self, letter: Letter, *, is_lost: bool = False) -> None:
        """It was posted; or it can't be, ever. What it says is no longer kept."""
        state = "lost" if is_lost else "posted"
        self._database.change(
            ("UPDATE letters SET state = ?, body = '' WHERE key = ?", (state, letter.key))
        )

    def waiting(self) -> tuple[Letter, ...]:
        """What was not posted when the bridge ended, in order.

        Raises:
            RecordError: It can't be read.
        """
        rows = self._database.rows(
            "SELECT number, key, line, body, posted FROM letters"
            " WHERE state = 'waiting' ORDER BY number"
        )
        return tuple(
            Letter(
                number=int(number or 0),
                key=str(key),
                line=str(line),
                reply=read_reply(self._seal.open(str(body), str(key))),
                posted=tuple(map(str, json.loads(str(posted)))),
                is_again=True,
            )
            for number, key, line, body, posted in rows
        )

    def count(self) -> int:
        """How many wait."""
        ((number,),) = self._database.rows("SELECT count(*) FROM letters WHERE state = 'waiting'")
        return int(number or 0)

    def forget(self, now: datetime) -> None:
        """The keys of what was posted long ago are no longer known."""
        before = (now - KEPT).timestamp()
        self._database.change((_FORGET, (before,)))


_PUT = (
    "INSERT OR IGNORE INTO letters (key, line, body, posted, state, time)"
    " VALUES (?, ?, ?, '[]', 'waiting', ?)"
)
_FORGET = "DELETE FROM letters WHERE state <> 'waiting' AND time < ?"
