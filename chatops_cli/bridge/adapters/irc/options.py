"""The options of a connection to IRC."""

from chatops_cli.model.frozen import frozen
from chatops_cli.reading.reader import Reader
from chatops_cli.settings.routes import LOCAL_HOSTS, is_reference

PLAIN, SECURE = 6667, 6697
"""The usual ports, without and with TLS. Source: RFC 7194."""
PACE = 1.0


@frozen
class Options:
    """Where to connect, as whom, and which rooms to be in.

    `account` and `password` are those of the bot's account, by SASL; `server_password` is that of
    the server. `ca` is a file of certificates to trust. After four lines one is sent in `pace`
    seconds.
    """

    server: str
    port: int
    nick: str
    join: tuple[str, ...]
    tls: bool = True
    ca: str = ""
    account: str = ""
    password: str = ""
    server_password: str = ""
    pace: float = PACE


def read(reader: Reader) -> Options:
    """See `contract.AdapterModule.read`."""
    server = reader.text("server", required=True)
    tls = reader.flag("tls", default=server not in LOCAL_HOSTS)
    options = Options(
        server=server,
        tls=tls,
        port=reader.integer("port", SECURE if tls else PLAIN, minimum=1, maximum=65535),
        nick=reader.text("nick", "chatops"),
        join=reader.strings("join"),
        ca=reader.text("ca"),
        account=reader.text("account"),
        password=reader.text("password"),
        server_password=reader.text("server_password"),
        pace=reader.number("pace", PACE, minimum=0),
    )
    _check_secrets(reader, options)
    if bool(options.account) != bool(options.password):
        lacking = "account" if options.password else "password"
        reader.report("missing-key", f"{reader.path(lacking)} is missing: both are needed")
    for room in options.join:
        if not room or room[0] not in "#&+!" or set(room) & set(" ,\a\r\n\0"):
            reader.report("network-option", f"{room!r} is no channel", key="join")
    if set(options.nick) & set(" :@!\r\n\0") or options.nick[:1].isdigit():
        reader.report("network-option", f"{options.nick!r} is no nickname", key="nick")
    return options


def _check_secrets(reader: Reader, options: Options) -> None:
    for key in ("password", "server_password"):
        text: str = getattr(options, key)
        if not text:
            continue
        if not is_reference(text):
            reader.report(
                "plain-secret",
                f"{reader.path(key)} stands here in plain text",
                key=key,
                hint="say where it is: '{{ env.NAME }}', or '{{ st2kv.system.x | decrypt_kv }}'",
            )
        elif not options.tls and options.server not in LOCAL_HOSTS:
            reader.report(
                "plain-secret",
                f"{reader.path(key)} would be sent to {options.server} unencrypted",
                key=key,
                hint="write tls: true",
            )
