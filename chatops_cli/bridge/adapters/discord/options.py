"""The options of a connection to Discord."""

from collections.abc import Mapping
from dataclasses import field

from chatops_cli.bridge.adapters.credentials import read_secret, read_url
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader

API = "https://discord.com/api/v10"
PACE = 1.0
"""Seconds between two messages of a channel: Discord takes five in five seconds.

Source: docs.discord.com/developers, "Rate Limits"; the figures are those of its headers.
"""


@frozen
class Options:
    """The bot's token, as a reference, and where the REST API is.

    `guild` is the id of the server whose members' rights hold in direct messages, too. `rooms` are
    the names of the settings with the ids of channels: those that are checked.
    """

    token: str
    guild: str = ""
    api: str = API
    pace: float = PACE
    rooms: Mapping[str, str] = field(default_factory=dict)


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    rooms = reader.section("rooms")
    guild = reader.text("guild", "")
    if guild and not (guild.isascii() and guild.isdigit()):
        reader.report("network-option", f"{guild!r} is no id of a server", key="guild")
    return Options(
        token=read_secret(reader, "token"),
        guild=guild,
        api=read_url(reader, "api", API),
        pace=reader.number("pace", PACE, minimum=0),
        rooms={name: each.text() or "" for name, each in rooms.entries()} if rooms else {},
    )
