"""Where the bridge listens: `bridge.http` of the settings."""

import re

from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader

_ADDRESS = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})", re.ASCII)
_PORTS = 65535


@frozen
class Listener:
    """An address, and a port of TCP; port 0 is any that is free."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def read_listener(reader: Reader | None) -> Listener | None:
    """The section; None where there is none, or it can't be understood, which is an error."""
    if reader is None:
        return None
    text = reader.text("listen", required=True)
    reader.finish()
    return address_in(reader, "listen", text)


def address_in(reader: Reader, key: str, text: str) -> Listener | None:
    """The address that a key's text is; None where it is none, which is reported."""
    found = _ADDRESS.fullmatch(text)
    if found is not None and int(found[3]) <= _PORTS:
        return Listener(host=found[1] or found[2], port=int(found[3]))
    if text:
        reader.report(
            "listen-address",
            f"{text!r} is no address with a port",
            key=key,
            hint="write 127.0.0.1:8095, or [::1]:8095",
        )
    return None
