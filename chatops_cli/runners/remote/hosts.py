"""The hosts that an action names."""

import re
from collections import Counter
from ipaddress import IPv6Address

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.runners.contract import Call

DEFAULT_PORT = 22
LAST_PORT = 65535

_NAME = re.compile(r"[\w.%:-]+")
"""What names and addresses are made of; ``%`` stands before the zone of an address."""


@frozen
class Host:
    """One host: `name` is a name or an address, `label` its key in the result."""

    name: str
    port: int
    label: str

    @property
    def address(self) -> str:
        """As known_hosts files write it: the name, with its port if that isn't the usual one."""
        return self.name if self.port == DEFAULT_PORT else f"[{self.name}]:{self.port}"


def read_hosts(call: Call) -> tuple[Host, ...]:
    """The hosts of ``hosts`` in their order, each once.

    A host's key in the result is its name; with its port where the name stands for several.

    Source: StackStorm, ``ip_utils.split_host_port``; there the later of two ports is lost.

    Raises:
        RunnerError: There is none, or one that can't be.
    """
    written = call.runner_parameters.get("hosts")
    words = str(written or "").split(",")
    found = dict.fromkeys(_split(call, word.strip()) for word in words if word.strip())
    if not found:
        raise RunnerError(f"{call.action.ref}: no hosts are given", hint="set its `hosts`")
    count = Counter(name for name, _ in found)
    return tuple(
        Host(name=name, port=port, label=name if count[name] == 1 else _join(name, port))
        for name, port in found
    )


def read_bastion(call: Call) -> Host | None:
    """The host to connect through, if one is named.

    Source: StackStorm connects to it at the port of the host behind it. **Ours**: at its own.

    Raises:
        RunnerError: It can't be one.
    """
    written = call.runner_parameters.get("bastion_host")
    if not isinstance(written, str) or not written.strip():
        return None
    name, port = _split(call, written.strip())
    return Host(name=name, port=port, label=name)


def _split(call: Call, word: str) -> tuple[str, int]:
    name, port = word, ""
    if word.startswith("["):
        name, bracket, rest = word[1:].partition("]")
        if not bracket or rest[:1] not in {"", ":"}:
            raise _refusal(call, word, "its brackets are wrong")
        port = rest[1:]
        is_port_given = bool(rest)
    elif _is_ipv6(word):
        is_port_given = False
    else:
        name, colon, port = word.rpartition(":") if ":" in word else (word, "", "")
        is_port_given = bool(colon)
    if not _NAME.fullmatch(name) or (":" in name and not _is_ipv6(name)):
        hint = "the account is set by `username`" if "@" in name else None
        raise _refusal(call, word, "that is no name or address", hint)
    return name, _port(call, word, port) if is_port_given else _default_port(call)


def _port(call: Call, word: str, port: str) -> int:
    if not port.isascii() or not port.isdigit() or not 0 < int(port[:9]) <= LAST_PORT:
        raise _refusal(call, word, f"{port!r} is no port", "ports are numbers from 1 to 65535")
    return int(port)


def _default_port(call: Call) -> int:
    port = call.runner_parameters.get("port")
    if port is None:
        return DEFAULT_PORT
    if isinstance(port, bool) or not isinstance(port, int) or not 0 < port <= LAST_PORT:
        raise RunnerError(f"{call.action.ref}: port must be from 1 to 65535, got {port!r}")
    return port


def _refusal(call: Call, word: str, reason: str, hint: str | None = None) -> RunnerError:
    return RunnerError(f"{call.action.ref}: the host {word!r} can't be used: {reason}", hint=hint)


def _is_ipv6(text: str) -> bool:
    try:
        IPv6Address(text)
    except ValueError:
        return False
    return True


def _join(name: str, port: int) -> str:
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
