"""A parcel sent to a webhook: one POST with JSON, tried again where that may help."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json
from chatops_cli.model.route import WebhookRoute
from chatops_cli.notifications.delivery import DeliveryError, Parcel

if TYPE_CHECKING:
    from chatops_cli.runners.http_hop import Hop

PAUSES = (0.5, 2.0)
"""Seconds before each new try."""
TIMEOUT = 8.0
"""Seconds for one try."""
ANSWER_LIMIT = 64 * 1024
_AGAIN = frozenset({429, 502, 503, 504})


async def send_webhook(route: WebhookRoute, parcel: Parcel, environment: Mapping[str, str]) -> None:
    """The parcel was taken: the answer had a status of 200 to 206.

    Redirects are not followed: whoever moves has to say so. No error holds the URL or a header.

    Args:
        route: Where, its references followed.
        parcel: What.
        environment: Where proxies are named.

    Raises:
        DeliveryError: It was not taken, at the last try.
    """
    import asyncio

    try:
        from chatops_cli.runners import http_client
    except ModuleNotFoundError as error:
        raise DeliveryError(
            f"webhooks need {error.name}, which is not installed",
            hint="pip install 'chatops-cli[http]'",
        ) from error
    from chatops_cli.runners.http_policy import make_policy

    exchange = http_client.Exchange(
        hop=_hop(route, parcel),
        policy=make_policy(None, None),
        timeout=TIMEOUT,
        limit=ANSWER_LIMIT,
        environment=environment,
    )
    for pause in (*PAUSES, None):
        outcome = await http_client.carry_out(exchange)
        result = outcome.result if isinstance(outcome.result, dict) else {}
        error_text = _mistake(result)
        if error_text is None:
            return
        if pause is None or not _may_help(result):
            raise DeliveryError(error_text)
        await asyncio.sleep(pause)


def target_of(route: WebhookRoute) -> str:
    """The host of its URL: paths and queries of webhooks are secrets."""
    from chatops_cli.runners.http_hop import read_url

    try:
        return read_url(route.url).host or ""
    except ValueError:
        return ""


def _hop(route: WebhookRoute, parcel: Parcel) -> "Hop":
    from chatops_cli.runners.http_hop import Hop, plain_url, read_url

    body = json.dumps(dict(parcel.payload)).encode()
    headers = {"Content-Type": "application/json", **route.headers}
    try:
        return Hop(method="POST", url=plain_url(read_url(route.url)), headers=headers, body=body)
    except (ValueError, ChatOpsError):
        raise DeliveryError("its address is no http or https URL") from None


def _mistake(result: Mapping[str, Json]) -> str | None:
    """What went wrong; None where it didn't."""
    status = result.get("status_code")
    if status is None:
        return str(result.get("error") or "there was no answer")
    if isinstance(status, int) and 200 <= status <= 206:  # noqa: PLR2004  # HTTP statuses
        return None
    return f"the webhook answered with HTTP status {status}"


def _may_help(result: Mapping[str, Json]) -> bool:
    """Whether it may be different in a moment: no answer at all, or one that says so."""
    status = result.get("status_code")
    return status is None or status in _AGAIN
