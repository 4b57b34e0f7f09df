"""What a Mattermost server says when it doesn't do something, as the errors of the contract.

Source: the server's sources, ``api4`` and ``app``: the ids of its errors.
"""

from collections.abc import Mapping

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.contract import (
    LimitedError,
    LineError,
    OversizedError,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.errors import ChatOpsError

LIMITED = 5.0
"""Seconds to wait where the server doesn't say how long."""
PENDING = 1.0
"""Seconds to wait while the same post is being saved."""
_EPOCH = 1_000_000_000.0
"""What is more than that is a point in time, not seconds: both have been in use."""
_HINTS: Mapping[str, str] = {
    "api.context.permissions.app_error": "add the bot to the team and to the channel",
    "api.post.create_post.can_not_post_to_deleted.error": "have the channel unarchived",
    "api.post.patch_post.can_not_update_post_in_deleted.error": "have the channel unarchived",
    "api.context.invalid_param.app_error": "the channel is gone: look at its id",
    "api.context.invalid_url_param.app_error": "that is no id of Mattermost",
    "api.context.invalid_body_param.app_error": "that is no id of Mattermost",
    "api.file.attachments.disabled.app_error": "have files allowed in the system console",
    "api.post.create_post.town_square_read_only": "let the bot post in that channel",
}
ROOT_GONE = "api.post.create_post.root_id.app_error"
_OVERSIZED = frozenset(
    {
        "model.post.is_valid.message_length.app_error",
        "model.post.is_valid.msg.app_error",
        "model.post.is_valid.props.app_error",
    }
)
_PENDING = "api.post.deduplicate_create_post.pending"
NOT_IN, TOO_LARGE, TOO_MANY, SERVER, NOT_DONE = 401, 413, 429, 500, 501


class RootGoneError(UndeliverableError):
    """The message that a thread begins with is not there any more; the room still is."""


def failure_of(
    what: str, status: int, headers: Mapping[str, str], data: object, *, now: float
) -> ChatOpsError:
    """The error for an answer that isn't in order.

    Args:
        what: What was tried.
        status: Of the answer.
        headers: Of the answer.
        data: Its body, read.
        now: Seconds since the epoch.
    """
    code, message = inner(data, "id"), inner(data, "message")
    told = f"Mattermost refuses {what}: {message or code or f'HTTP {status}'}"
    if status == TOO_MANY or code == _PENDING:
        return LimitedError(PENDING if code == _PENDING else _seconds(headers, now))
    if status == NOT_IN:
        return RefusedError(told, hint="make a new token for the bot, and see that it is enabled")
    if status == TOO_LARGE or code in _OVERSIZED:
        return OversizedError(told)
    if status >= SERVER and status != NOT_DONE:
        return LineError(f"Mattermost can't do {what} now: {message or f'HTTP {status}'}")
    kind = RootGoneError if code == ROOT_GONE else UndeliverableError
    return kind(told, hint=_HINTS.get(code))


def _seconds(headers: Mapping[str, str], now: float) -> float:
    low = {name.lower(): value for name, value in headers.items()}
    for name in ("retry-after", "x-ratelimit-reset"):
        try:
            found = float(low[name])
        except (KeyError, ValueError):
            continue
        return max(found - now if found > _EPOCH else found, 1.0)
    return LIMITED
