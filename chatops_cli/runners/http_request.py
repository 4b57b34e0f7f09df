"""``http-request``: one HTTP request, from this machine.

The runner's parameters say where to and how; the action's own say what: ``method`` (GET, with a
body POST), ``params`` (added to the query), ``body``, ``file_name``, ``file_content`` and
``file_content_type`` (see `http_body`), ``auth`` (a header as ``name=value``) and ``timeout``
(seconds for all of it, 60).

The result is ``{status_code, body, parsed, headers}``; ``body`` is the value where the answer is
``application/json``, and ``parsed`` tells. Status ``succeeded`` for 200 to 206, ``failed`` for
all else; ``timeout`` at the time limit. Where there is no answer the result is ``{error}``, with a
``hint`` where there is more to say.

Source: StackStorm, ``contrib/runners/http_runner``. **Ours**: a given ``User-Agent`` is sent;
``auth`` works; redirects carry no secrets to another origin (`http_hop`); the lists of hosts hold
for addresses, and at each redirect (`http_policy`).
"""

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter, by_name
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.environment import make_environment
from chatops_cli.runners.extra import require_extra
from chatops_cli.runners.http_message import make_hop, text_of
from chatops_cli.runners.http_policy import ALLOWED, DENIED, make_policy

TIMEOUT = 60.0

PARAMETERS = by_name(
    Parameter(
        name="url",
        schema={"type": "string"},
        description="Where the request goes, http or https.",
        required=True,
    ),
    Parameter(
        name="headers",
        schema={"type": "object"},
        description="Headers by name.",
    ),
    Parameter(
        name="cookies",
        schema={"type": "object"},
        description="Cookies by name.",
    ),
    Parameter(
        name="http_proxy",
        schema={"type": "string"},
        description="The proxy for http addresses; else that of the environment.",
    ),
    Parameter(
        name="https_proxy",
        schema={"type": "string"},
        description="The proxy for https addresses; else that of the environment.",
    ),
    Parameter(
        name="username",
        schema={"type": "string"},
        description="The name for basic authentication.",
    ),
    Parameter(
        name="password",
        schema={"type": "string"},
        description="The password for basic authentication.",
        secret=True,
    ),
    Parameter(
        name="allow_redirects",
        schema={"type": "boolean"},
        description="Whether redirects are followed; if not, they are answers that fail.",
        default=False,
        has_default=True,
    ),
    Parameter(
        name="verify_ssl_cert",
        schema={"type": "boolean"},
        description="Whether TLS certificates must be valid.",
        default=True,
        has_default=True,
    ),
    Parameter(
        name=DENIED,
        schema={"type": "array", "items": {"type": "string"}},
        description="Hosts that are refused: names, addresses, ranges of addresses.",
    ),
    Parameter(
        name=ALLOWED,
        schema={"type": "array", "items": {"type": "string"}},
        description="Where given, the only hosts that are not refused.",
    ),
)


async def run(call: Call) -> Outcome:
    """Sends the request. See the module for the result.

    Raises:
        RunnerError: A parameter is wrong, a host is refused, or aiohttp is not installed.
    """
    require_extra("http-request")
    from chatops_cli.runners.http_client import Exchange, carry_out

    given = call.runner_parameters
    policy = make_policy(given.get(DENIED), given.get(ALLOWED))
    hop = make_hop(call)
    policy.check_host(hop.url.host or "")
    exchange = Exchange(
        hop=hop,
        policy=policy,
        timeout=_read_timeout(call),
        limit=call.output_limit,
        verify=given.get("verify_ssl_cert") is not False,
        follows=given.get("allow_redirects") is True,
        proxies={scheme: text_of(given.get(f"{scheme}_proxy")) for scheme in ("http", "https")},
        environment=make_environment(call),
    )
    return await carry_out(exchange)


def _read_timeout(call: Call) -> float:
    value = call.parameters.get("timeout")
    if value is None:
        return TIMEOUT
    try:
        seconds = 0.0 if isinstance(value, bool | list | dict) else float(value)
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise RunnerError(
            f"{call.action.ref}: timeout must be a number of seconds above 0, got {value!r}"
        )
    return seconds
