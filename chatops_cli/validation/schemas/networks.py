"""The options of the connections of ``bridge.networks``, by type: editors offer them.

Which values they take is said by the adapters themselves, when the bridge reads them.
"""

from collections.abc import Mapping

from chatops_cli.model.json import Json
from chatops_cli.validation.schemas.terms import anything

_PACE = "Seconds between two messages of a room, after the first few."
_CA = "A file of certificates to trust."
_TOKEN = "The bot's token, as a reference: {{ env.NAME }}."  # noqa: S105  # it says what a token is
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "discord": {
        "token": _TOKEN,
        "guild": "The server whose members' rights hold in direct messages, too.",
        "api": "Where the REST API is.",
        "pace": _PACE,
    },
    "http": {
        "listen": "Where messages are taken: an address and a port.",
        "url": "Where posts are sent.",
        "secret": "What both sides sign by, as a reference.",
        "ca": _CA,
        "pace": _PACE,
    },
    "irc": {
        "server": "Where it is.",
        "port": "6697, or 6667 without TLS.",
        "tls": "Whether to encrypt.",
        "ca": _CA,
        "nick": "What the bot is called there.",
        "join": "The channels it is in.",
        "account": "The bot's account.",
        "password": "The account's password, as a reference.",
        "server_password": "The server's password, as a reference.",
        "pace": _PACE,
    },
    "jsonl": {
        "input": "Where messages are read: a file, or - for standard input.",
        "output": "Where posts are written: a file, or - for standard output.",
    },
    "mattermost": {
        "url": "Where the server is.",
        "token": _TOKEN,
        "ca": _CA,
        "pace": _PACE,
    },
    "slack": {
        "token": _TOKEN,
        "app_token": "The app's own token, as a reference.",
        "api": "Where the Web API is.",
        "pace": _PACE,
    },
    "telegram": {
        "token": _TOKEN,
        "api": "Where the Bot API is.",
        "pace": _PACE,
    },
    "xmpp": {
        "jid": "The bot's address.",
        "password": "The account's password, as a reference.",
        "server": "Where to connect, if the domain's DNS doesn't say it.",
        "port": "5222, where encryption begins later; 5223 is encrypted from the start.",
        "tls": "Whether to encrypt.",
        "ca": _CA,
        "nick": "What the bot is called in rooms.",
        "join": "The rooms it is in.",
        "pace": _PACE,
    },
}


def by_type() -> list[Json]:
    """What a connection may have beside what all have, for each type."""
    return [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"properties": {key: anything(about) for key, about in options.items()}},
        }
        for name, options in OPTIONS.items()
    ]
