"""Replies that are to be posted: kept on disk until the network has them."""

import json
from collections.abc import Collection
from datetime import datetime, timedelta

from chatops_cli.bridge.letters import read_reply, reply_text
from chatops_cli.bridge.store import Late, Store, Value
from chatops_cli.model.chat import Reply
from chatops_cli.model.frozen import frozen
from chatops_cli.records.sealed import Seal

KEPT = timedelta(days=7)
"""How long the key of a reply that was posted is kept."""


@frozen
class Letter:
    """A reply on its way. `posted` are the ids of the posts that parts of it became already.

    `number` is its place in the order of all. `is_again` says that a part of it may have been
    posted without our knowing. `traceparent` is what the posting is part of.
    """

    number: int
    key: str
    line: str
    reply: Reply
    posted: tuple[str, ...] = ()
    is_again: bool = False
    traceparent: str = ""


class Outbox:
    """The letters of all lines. `bridge` is as in `Claims`."""

    def __init__(self, database: Store, seal: Seal, *, bridge: str = "") -> None:
        self._database = database
        self._seal = seal
        self._bridge = bridge
        self.late = Late(database)

    def put(
        self, line: str, key: str, reply: Reply, *, now: datetime, traceparent: str = ""
    ) -> Letter | None:
        """The reply is on disk; None where this key was put before.

        Raises:
            RecordError: It can't be written.
        """
        body = self._seal.close(reply_text(reply), key)
        count = self._database.change(
            (
                _PUT,
                (key, line, body, now.timestamp(), self._bridge),
            )
        )
        if not count:
            return None
        ((number,),) = self._database.rows("SELECT number FROM letters WHERE key = ?", key)
        return Letter(
            number=int(number or 0), key=key, line=line, reply=reply, traceparent=traceparent
        )

    def posted(self, letter: Letter, posts: tuple[str, ...]) -> None:
        """So many parts of it have been posted, as these posts."""
        sql = "UPDATE letters SET posted = ? WHERE key = ?"
        self.late.change(sql, (json.dumps(posts), letter.key))

    def done(self, letter: Letter, *, is_lost: bool = False) -> None:
        """It was posted; or it can't be, ever. What it says is no longer kept."""
        state = "lost" if is_lost else "posted"
        sql = "UPDATE letters SET state = ?, body = '' WHERE key = ?"
        self.late.change(sql, (state, letter.key))

    def waiting(self) -> tuple[Letter, ...]:
        """What was not posted when the bridge ended, in order.

        Raises:
            RecordError: It can't be read.
        """
        return tuple(map(self._letter, self._database.rows(_WAITING, self._bridge)))

    def owners(self) -> frozenset[str]:
        """The bridges that have not posted all.

        Raises:
            RecordError: It can't be read.
        """
        rows = self._database.rows("SELECT DISTINCT bridge FROM letters WHERE state = 'waiting'")
        return frozenset(str(owner) for (owner,) in rows)

    def adopt(self, owner: str, lines: Collection[str]) -> tuple[Letter, ...]:
        """What another bridge has not posted to these lines is to be posted by this one.

        Raises:
            RecordError: It can't be.
        """
        letters = map(self._letter, self._database.rows(_WAITING, owner))
        return tuple(
            letter
            for letter in letters
            if letter.line in lines
            and self._database.change((_ADOPT, (self._bridge, letter.key, owner)))
        )

    def _letter(self, row: tuple[Value, ...]) -> Letter:
        number, key, line, body, posted = row
        return Letter(
            number=int(number or 0),
            key=str(key),
            line=str(line),
            reply=read_reply(self._seal.open(str(body), str(key))),
            posted=tuple(map(str, json.loads(str(posted)))),
            is_again=True,
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
    "INSERT INTO letters (key, line, body, posted, state, time, bridge)"
    " VALUES (?, ?, ?, '[]', 'waiting', ?, ?) ON CONFLICT DO NOTHING"
)
_WAITING = (
    "SELECT number, key, line, body, posted FROM letters"
    " WHERE state = 'waiting' AND bridge = ? ORDER BY number"
)
_ADOPT = "UPDATE letters SET bridge = ? WHERE key = ? AND bridge = ? AND state = 'waiting'"
_FORGET = "DELETE FROM letters WHERE state <> 'waiting' AND time < ?"
