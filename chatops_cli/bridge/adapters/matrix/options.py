"""The options of a connection to Matrix."""

import re

from chatops_cli.bridge.adapters.credentials import read_secret, read_url
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader

PACE = 1.0
"""Seconds between two posts in a room. Source: Synapse, ``rc_message`` by default 0.2 a second,
with a burst of 10; a bot's account is usually freed of that."""
_ROOM = re.compile(r"[!#][^\s\x00]+")


@frozen
class Options:
    """Where the server is, and the bot's token, as a reference.

    `join` are rooms to be in, by id or alias; `invites` patterns of people whose invitations are
    accepted. `ca` is a file of certificates to trust.
    """

    url: str
    token: str
    join: tuple[str, ...] = ()
    invites: tuple[str, ...] = ()
    ca: str = ""
    pace: float = PACE


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    options = Options(
        url=read_url(reader, "url"),
        token=read_secret(reader, "token"),
        join=reader.strings("join"),
        invites=reader.strings("invites"),
        ca=reader.text("ca"),
        pace=reader.number("pace", PACE, minimum=0),
    )
    for room in options.join:
        if not _ROOM.fullmatch(room):
            reader.report(
                "network-option", f"{room!r} is no room: !id:server or #alias:server", key="join"
            )
    for who in options.invites:
        if not who.startswith("@") or ":" not in who:
            reader.report(
                "network-option", f"{who!r} is nobody: @name:server, with * perhaps", key="invites"
            )
    return options
