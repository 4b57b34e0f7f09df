"""What Telegram says when it doesn't do something, as the errors of the contract.

Source: core.telegram.org/bots/api, "Making requests", "ResponseParameters"; the descriptions are
those of the Bot API server's sources, ``Client.cpp``.
"""

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
"""Seconds to wait where Telegram doesn't say how long."""
TOKEN = "look at the token: @BotFather, /mybots, API Token"  # noqa: S105  # a hint
_HINTS = {
    "chat not found": "look at the chat's id, and add the bot to it",
    "kicked": "add the bot to the group again",
    "not a member": "add the bot to the group",
    "blocked by the user": "they have blocked the bot",
    "not enough rights": "let members write there, or make the bot an administrator",
    "topic_closed": "have the topic opened",
    "can't initiate conversation": "they have to write to the bot first",
}
WRONG, NOT_IN, NOT_FOUND, CONFLICT, TOO_LARGE, TOO_MANY, SERVER = 400, 401, 404, 409, 413, 429, 500


class MovedError(UndeliverableError):
    """The group has become a supergroup, of another id."""

    def __init__(self, told: str, chat: str) -> None:
        super().__init__(told, hint=f"the room is {chat} now: change it in the settings")
        self.chat = chat


class ThreadGoneError(UndeliverableError):
    """The topic is not there any more; the chat still is."""


class UnreadableError(UndeliverableError):
    """Telegram finds the marks of a text wrong; without them it takes it."""


class SameError(UndeliverableError):
    """A post says that already."""


def failure_of(method: str, status: int, data: object) -> ChatOpsError:
    """The error for an answer that isn't ok.

    Args:
        method: What was called.
        status: Of the answer.
        data: Its body, read.
    """
    body = data if isinstance(data, dict) else {}
    said = inner(body, "description")
    told = f"Telegram refuses {method}: {said or f'HTTP {status}'}"
    parameters = body.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    if status == TOO_MANY:
        seconds = parameters.get("retry_after")
        return LimitedError(max(float(seconds), 1.0) if isinstance(seconds, int) else LIMITED)
    if status >= SERVER or not said:
        return LineError(f"Telegram can't do {method} now: HTTP {status}")
    if status in {NOT_IN, NOT_FOUND}:
        return RefusedError(told, hint=TOKEN)
    if status == CONFLICT:
        return RefusedError(told, hint=_conflict(said))
    chat = parameters.get("migrate_to_chat_id")
    if isinstance(chat, int):
        return MovedError(told, str(chat))
    return _wrong(told, said.lower(), status)


def _wrong(told: str, said: str, status: int) -> ChatOpsError:
    if status == TOO_LARGE or "too long" in said or "too big" in said:
        return OversizedError(told)
    kinds = {
        "can't parse entities": UnreadableError,
        "message text is empty": UnreadableError,
        "message thread not found": ThreadGoneError,
        "message is not modified": SameError,
    }
    kind = next((kinds[part] for part in kinds if part in said), UndeliverableError)
    return kind(told, hint=next((hint for part, hint in _HINTS.items() if part in said), None))


def _conflict(said: str) -> str:
    if "webhook" in said:
        return "the bot has a webhook: take it away by the call deleteWebhook"
    return "another program reads this bot's messages: end it, or make a bot of its own for it"
