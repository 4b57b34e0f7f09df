"""The parameters that both remote shell runners share."""

from chatops_cli.model.action import Parameter, by_name
from chatops_cli.model.json import Json
from chatops_cli.runners.limit import make_timeout_parameter
from chatops_cli.runners.shell import PARAMETERS as LOCAL

TIMEOUT = make_timeout_parameter(60)
"""It holds for each host by itself: connecting, copying and running."""

FOLDER = "/tmp"  # noqa: S108  # StackStorm's default; ours makes a folder of its own in it
STRICT, ACCEPT_NEW = "strict", "accept-new"


def _text(name: str, description: str, default: Json = None, *, secret: bool = False) -> Parameter:
    return Parameter(
        name=name,
        schema={"type": "string"},
        description=description,
        default=default,
        has_default=default is not None,
        secret=secret,
    )


PARAMETERS = by_name(
    Parameter(
        name="hosts",
        schema={"type": "string"},
        description="Where to run: names or addresses with commas between, each with "
        ":port if it has one of its own, as in web1,web2:2222,[::1]:22.",
        required=True,
    ),
    _text("username", "The account there; the one that runs this program if not given."),
    _text("password", "Its password.", secret=True),
    _text(
        "private_key",
        "The private key, or the path of its file. Without key and password those of the "
        "SSH agent and of ~/.ssh are tried.",
        secret=True,
    ),
    _text("passphrase", "What the private key is encrypted with.", secret=True),
    Parameter(
        name="port",
        schema={"type": "integer"},
        description="The port of hosts that name none, and of the bastion; 22 if absent.",
    ),
    _text("bastion_host", "A host to connect through, with the same credentials."),
    Parameter(
        name="parallel",
        schema={"type": "boolean"},
        description="Whether the hosts are visited at the same time, up to 50 of them, or "
        "one after another.",
        default=False,
        has_default=True,
    ),
    Parameter(
        name="host_key_policy",
        schema={"type": "string", "enum": [STRICT, ACCEPT_NEW]},
        description="What to do with a host whose key is in no known_hosts file: refuse "
        "it, or write its key there and trust it from now on.",
        default=STRICT,
        has_default=True,
    ),
    _text("cwd", "The folder to run in.", FOLDER),
    _text("dir", "The folder into which a script is copied, for as long as it runs.", FOLDER),
    LOCAL["env"],
    LOCAL["kwarg_op"],
    LOCAL["sudo"],
    LOCAL["sudo_password"],
    TIMEOUT,
)
"""Source: StackStorm, ``contrib/runners/remote_runner``, runner.yaml. **Ours**: `parallel` may be
set by callers too; ``host_key_policy`` (there: every key is accepted)."""
