"""A route: where notifications and announcements of one name are taken."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import TypeAlias

from chatops_cli.model.frozen import frozen


class Security(StrEnum):
    """How a connection to a mail server is kept private."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@frozen
class RoomRoute:
    """A room, as its network calls it."""

    room: str


@frozen
class WebhookRoute:
    """An address that is sent JSON. `url` and the values of `headers` may be templates."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@frozen
class EmailRoute:
    """Addresses that are sent a mail, and the server that takes it.

    `user` and `password` may be templates; without a user nobody logs in.
    """

    to: tuple[str, ...]
    sender: str
    host: str = "localhost"
    port: int = 25
    security: Security = Security.NONE
    user: str = ""
    password: str = field(default="", repr=False)


Route: TypeAlias = RoomRoute | WebhookRoute | EmailRoute
