"""What Slack says when it doesn't do something, as the errors of the contract.

Source: docs.slack.dev, the tables of errors of the methods that are called here.
"""

from collections.abc import Mapping

from chatops_cli.bridge.contract import (
    LimitedError,
    LineError,
    OversizedError,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.errors import ChatOpsError

LIMITED = 30.0
"""Seconds to wait where Slack doesn't say how long."""
_REFUSED: Mapping[str, str] = {
    "invalid_auth": "the token is not known: copy it anew from the app's page",
    "not_authed": "the token is not known: copy it anew from the app's page",
    "token_revoked": "install the app in the workspace anew, and take the new token",
    "token_expired": "take a token that doesn't expire: leave token rotation off",
    "account_inactive": "install the app in the workspace anew, and take the new token",
    "org_login_required": "the workspace has moved into an organisation: install the app there",
    "team_access_not_granted": "have the app approved for this workspace",
    "access_denied": "have the app approved for this workspace",
    "not_allowed_token_type": "token is the one that begins with xoxb-, app_token with xapp-",
    "no_permission": "have the app approved for this workspace",
    "ekm_access_denied": "the workspace's administrators have locked it",
    "enterprise_is_restricted": "the workspace's administrators don't allow it",
    "forbidden_team": "have the app approved for this workspace",
    "two_factor_setup_required": "set up the second factor of the account",
    "invalid_client_id": "install the app in the workspace anew",
}
_UNDELIVERED: Mapping[str, str] = {
    "not_in_channel": "invite the bot: /invite @name in that channel",
    "channel_not_found": "the channel is gone, or private without the bot: /invite @name there",
    "is_archived": "have the channel unarchived, or name another one",
    "user_disabled": "that person has left",
    "user_not_found": "that person has left",
    "cannot_dm_bot": "name a person or a channel",
    "messages_tab_disabled": "turn on the messages tab on the app's page, App Home",
    "restricted_action": "let the bot post in that channel: its settings, posting permissions",
    "restricted_action_read_only_channel": "let the bot post in that channel: its settings",
    "restricted_action_thread_locked": "the thread is locked",
    "invalid_blocks": "look at extra.slack.blocks of the alias",
    "invalid_attachments": "look at extra.slack.attachments of the alias",
}
_OVERSIZED = frozenset(
    {
        "msg_too_long",
        "msg_blocks_too_long",
        "too_many_attachments",
        "attachment_payload_limit_exceeded",
    }
)
_BROKEN = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
_SLOWER = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
TOO_MANY, SERVER = 429, 500


def failure_of(method: str, status: int, headers: Mapping[str, str], data: object) -> ChatOpsError:
    """The error for an answer that isn't ok.

    Args:
        method: What was called.
        status: Of the answer.
        headers: Of the answer, by any case of their names.
        data: Its body, read.
    """
    body = data if isinstance(data, dict) else {}
    code = str(body.get("error") or "")
    if status == TOO_MANY or code in _SLOWER:
        return LimitedError(_seconds(headers))
    if status >= SERVER or code in _BROKEN or not code:
        return LineError(f"Slack can't answer {method} now: {code or f'HTTP {status}'}")
    if code in _OVERSIZED:
        return OversizedError(f"Slack refuses {method}: {code}")
    if code == "missing_scope":
        needed = str(body.get("needed") or "another scope")
        return UndeliverableError(
            f"Slack refuses {method}: the app lacks the scope {needed}",
            hint=f"add {needed} on the app's page, and install the app anew",
        )
    if code in _REFUSED:
        return RefusedError(f"Slack refuses {method}: {code}", hint=_REFUSED[code])
    return UndeliverableError(f"Slack refuses {method}: {code}", hint=_UNDELIVERED.get(code))


def _seconds(headers: Mapping[str, str]) -> float:
    for name, value in headers.items():
        if name.lower() == "retry-after":
            try:
                return max(float(value), 1.0)
            except ValueError:
                break
    return LIMITED
