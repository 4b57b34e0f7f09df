"""The `bridge` section of the settings: which networks there are, and how the service ends."""

import re

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.reading.reader import Reader
from chatops_cli.settings.listener import Listener, read_listener

AT_ONCE = 256
DRAIN = 30.0
NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}", re.ASCII)


@frozen
class Connection:
    """A connection to a network, by its name here.

    `type` names the adapter, which reads `reader`: only it knows its options. `rooms` maps names
    that settings and packs use for rooms to the network's own.
    """

    name: str
    type: str
    options: JsonObject
    rooms: dict[str, str]
    reader: Reader

    def __eq__(self, other: object) -> bool:
        """Whether it says the same: where it stands in the file is no matter."""
        if not isinstance(other, Connection):
            return NotImplemented
        mine = (self.name, self.type, self.options, self.rooms)
        return mine == (other.name, other.type, other.options, other.rooms)

    def __hash__(self) -> int:
        return hash((self.name, self.type))


@frozen
class Bridge:
    """What the bridge does. `drain` is how many seconds what runs has to end when it is to end.

    At most `at_once` messages are worked on at once. `watch` says whether packs and settings are
    read again when they have changed. `http` is where probes and metrics are answered, and hooks
    taken.
    """

    networks: tuple[Connection, ...] = ()
    drain: float = DRAIN
    at_once: int = AT_ONCE
    watch: bool = True
    http: Listener | None = None


def read_bridge(reader: Reader | None) -> Bridge:
    """The section; what can't be understood is an error."""
    if reader is None:
        return Bridge()
    networks = reader.section("networks")
    bridge = Bridge(
        networks=_connections(networks) if networks is not None else (),
        drain=reader.number("drain", DRAIN, minimum=0),
        at_once=reader.integer("at_once", AT_ONCE, minimum=1),
        watch=reader.flag("watch", default=True),
        http=read_listener(reader.section("http")),
    )
    reader.finish()
    return bridge


def _connections(reader: Reader) -> tuple[Connection, ...]:
    found = []
    for name, value in reader.entries():
        section = Reader.of(value)
        if section is None:
            continue
        if not NAME.fullmatch(name):
            section.report(
                "connection-name",
                f"{name!r} can't be the name of a connection",
                hint="begin with a small letter; small letters, digits, - and _ may follow",
            )
        rooms = section.section("rooms")
        connection = Connection(
            name=name,
            type=section.text("type", required=True),
            options=reader.mapping(name),
            rooms={room: each.text() or "" for room, each in rooms.entries()} if rooms else {},
            reader=section,
        )
        found.append(connection)
    return tuple(found)
