"""The options of a connection to Slack."""

from collections.abc import Mapping
from dataclasses import field

from chatops_cli.bridge.adapters.credentials import read_secret, read_url
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader

API = "https://slack.com/api"
PACE = 1.0
"""Seconds between two messages of a channel that Slack takes for long.

Source: docs.slack.dev, "Rate limits": one a second and channel, short bursts beyond it.
"""


@frozen
class Options:
    """Both tokens, as references, and where the Web API is.

    `rooms` are the names of the settings with Slack's ids of channels: those that are checked.
    """

    token: str
    app_token: str
    api: str = API
    pace: float = PACE
    rooms: Mapping[str, str] = field(default_factory=dict)


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    rooms = reader.section("rooms")
    return Options(
        token=read_secret(reader, "token"),
        app_token=read_secret(reader, "app_token"),
        api=read_url(reader, "api", API),
        pace=reader.number("pace", PACE, minimum=0),
        rooms={name: each.text() or "" for name, each in rooms.entries()} if rooms else {},
    )
