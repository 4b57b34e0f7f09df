"""The options of a connection to XMPP."""

import re

from chatops_cli.bridge.adapters.credentials import read_secret
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader
from chatops_cli.settings.routes import LOCAL_HOSTS

PORT, DIRECT = 5222, 5223
"""The usual port, where encryption begins when both agree on it, and that where all is encrypted.

Source: RFC 6120, 14.7; XEP-0368.
"""
PACE = 0.5
_ADDRESS = re.compile(r"[^@/\s\x00-\x20\"&'<>]+@[^@/\s\x00-\x20\"&'<>]+")


@frozen
class Options:
    """Who the bot is, and which rooms to be in.

    `server` is empty where the address' own domain says it. `ca` is a file of certificates to
    trust. After five messages in a room one is sent in `pace` seconds.
    """

    jid: str
    password: str
    server: str
    port: int
    nick: str
    join: tuple[str, ...]
    tls: bool = True
    ca: str = ""
    pace: float = PACE

    @property
    def domain(self) -> str:
        """The domain that the bot's account is of."""
        return self.jid.partition("@")[2]


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    jid = reader.text("jid", required=True).lower()
    server = reader.text("server")
    host = server or jid.partition("@")[2]
    options = Options(
        jid=jid,
        password=read_secret(reader, "password"),
        server=server,
        port=reader.integer("port", PORT, minimum=1, maximum=65535),
        nick=reader.text("nick", "chatops"),
        join=tuple(room.lower() for room in reader.strings("join")),
        tls=reader.flag("tls", default=host not in LOCAL_HOSTS),
        ca=reader.text("ca"),
        pace=reader.number("pace", PACE, minimum=0),
    )
    if jid and not _ADDRESS.fullmatch(jid):
        reader.report("network-option", f"{jid!r} is no address: name@domain", key="jid")
    for room in options.join:
        if not _ADDRESS.fullmatch(room):
            reader.report("network-option", f"{room!r} is no room: name@domain", key="join")
    if not options.nick.strip() or not options.nick.isprintable():
        reader.report("network-option", f"{options.nick!r} is no nickname", key="nick")
    if not options.tls and host not in LOCAL_HOSTS:
        reader.report(
            "plain-secret",
            f"{reader.path('password')} would be sent to {host} unencrypted",
            key="tls",
            hint="write tls: true",
        )
    return options
