"""The options of a connection by HTTP."""

from chatops_cli.bridge.adapters.credentials import read_secret, read_url
from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader
from chatops_cli.settings.listener import Listener, address_in

PACE = 0.0


@frozen
class Options:
    """Where messages are taken, where posts go, and the secret of both, as a reference."""

    listener: Listener | None
    url: str
    secret: str
    ca: str = ""
    pace: float = PACE


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    return Options(
        listener=address_in(reader, "listen", reader.text("listen", required=True)),
        url=read_url(reader, "url"),
        secret=read_secret(reader, "secret"),
        ca=reader.text("ca"),
        pace=reader.number("pace", PACE, minimum=0),
    )
