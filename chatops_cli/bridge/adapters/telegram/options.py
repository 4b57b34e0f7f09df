"""The options of a connection to Telegram."""

from collections.abc import Mapping
from dataclasses import field

from chatops_cli.bridge.adapters.credentials import read_secret, read_url
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader

API = "https://api.telegram.org"
PACE = 3.0
"""Seconds between two messages of a chat: a group takes twenty a minute.

Source: core.telegram.org/bots/faq, "My bot is hitting limits".
"""


@frozen
class Options:
    """The bot's token, as a reference, and where the Bot API is.

    `rooms` are the names of the settings with the ids of chats: those that are checked.
    """

    token: str
    api: str = API
    pace: float = PACE
    rooms: Mapping[str, str] = field(default_factory=dict)


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    rooms = reader.section("rooms")
    return Options(
        token=read_secret(reader, "token"),
        api=read_url(reader, "api", API),
        pace=reader.number("pace", PACE, minimum=0),
        rooms={name: each.text() or "" for name, each in rooms.entries()} if rooms else {},
    )
