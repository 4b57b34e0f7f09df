"""The parameters that all WinRM runners share."""

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter, by_name
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call
from chatops_cli.runners.limit import make_timeout_parameter

TIMEOUT = make_timeout_parameter(60)

HTTPS_PORT, HTTP_PORT = 5986, 5985

TRANSPORTS: tuple[Json, ...] = (
    *("basic", "certificate", "credssp", "kerberos", "ntlm", "plaintext", "ssl"),
)

COMMAND = Parameter(
    name="cmd", schema={"type": "string"}, description="The command to run on the host."
)

PARAMETERS = by_name(
    Parameter(
        name="host",
        schema={"type": "string"},
        description="Where to run: a name or an address.",
        required=True,
    ),
    Parameter(
        name="username",
        schema={"type": "string"},
        description="The account there.",
        required=True,
    ),
    Parameter(
        name="password",
        schema={"type": "string"},
        description="Its password.",
        required=True,
        secret=True,
    ),
    Parameter(
        name="port",
        schema={"type": "integer"},
        description="The port; 5985 is always spoken to by http.",
        default=HTTPS_PORT,
        has_default=True,
    ),
    Parameter(
        name="scheme",
        schema={"type": "string"},
        description="https or http.",
        default="https",
        has_default=True,
    ),
    Parameter(
        name="transport",
        schema={"type": "string", "enum": list(TRANSPORTS)},
        description="How to log in: ntlm, kerberos, credssp; or basic, which plaintext and "
        "ssl mean too, and which needs https.",
        default="ntlm",
        has_default=True,
    ),
    Parameter(
        name="verify_ssl_cert",
        schema={"type": "boolean"},
        description="Whether the host has to have a certificate that this machine trusts.",
        default=True,
        has_default=True,
    ),
    Parameter(name="cwd", schema={"type": "string"}, description="The folder to run in, there."),
    Parameter(
        name="env",
        schema={"type": "object"},
        description="Environment variables by name.",
    ),
    Parameter(
        name="kwarg_op",
        schema={"type": "string"},
        description="What stands before the name of a named argument of a script.",
        default="-",
        has_default=True,
    ),
    TIMEOUT,
)
"""Source: StackStorm, ``contrib/runners/winrm_runner``, runner.yaml."""


def read_command(call: Call) -> str:
    """The text of ``cmd``.

    Raises:
        RunnerError: There is none.
    """
    command = call.runner_parameters.get("cmd")
    if not isinstance(command, str):
        raise RunnerError(
            f"{call.action.ref} has no cmd, and its runner {call.action.runner_type} needs one",
            hint="give `cmd` a default; for an entry_point, use the runner winrm-ps-script",
        )
    return command
