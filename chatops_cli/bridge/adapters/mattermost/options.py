"""The options of a connection to Mattermost."""

from collections.abc import Mapping
from dataclasses import field

from chatops_cli.bridge.adapters.credentials import read_secret, read_url
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader

PACE = 0.2
"""Seconds between two posts in a room: a server that limits takes ten requests a second.

Source: docs.mattermost.com, "Rate limiting settings".
"""


@frozen
class Options:
    """Where the server is, and the bot's token, as a reference; a file of certificates to trust.

    `rooms` are the names of the settings with the ids of channels: those that are checked.
    """

    url: str
    token: str
    ca: str = ""
    pace: float = PACE
    rooms: Mapping[str, str] = field(default_factory=dict)


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    rooms = reader.section("rooms")
    return Options(
        url=read_url(reader, "url"),
        token=read_secret(reader, "token"),
        ca=reader.text("ca"),
        pace=reader.number("pace", PACE, minimum=0),
        rooms={name: each.text() or "" for name, each in rooms.entries()} if rooms else {},
    )
