"""What Discord says when it doesn't do something, as the errors of the contract.

Source: docs.discord.com/developers, "Opcodes and Status Codes", "Rate Limits".
"""

import os
from collections.abc import Mapping

import aiohttp
import discord

from chatops_cli.bridge.contract import (
    LimitedError,
    LineError,
    OversizedError,
    RefusedError,
    UndeliverableError,
)
from chatops_cli.errors import ChatOpsError

LIMITED = 60.0
"""Seconds to wait where only a proxy before Discord says no, and not how long."""
TOKEN = "look at the token: Developer Portal, Bot, Reset Token makes a new one"  # noqa: S105  # a hint
INTENT = "turn on Message Content Intent: Developer Portal, Bot, Privileged Gateway Intents"
_HINTS: Mapping[int, str] = {
    10003: "the channel is gone: look at its id",
    50001: "let the bot see the channel: its settings, Permissions",
    50013: "let the bot's role send messages there: the channel's settings, Permissions",
    50007: "they take no direct messages from the bot",
    50083: "the thread is locked",
    160002: "let the bot read the channel's history",
}
_TOO_LARGE = 40005
_WRONG_FORM = 50035
NOT_IN, TOO_LARGE, TOO_MANY, SERVER = 401, 413, 429, 500
_CLOSED: Mapping[int, tuple[str, str]] = {
    4004: ("Discord doesn't know the token", TOKEN),
    4010: ("Discord finds the shard wrong", "look whether the bot is in too many servers"),
    4011: ("Discord wants shards: the bot is in too many servers", "take it out of some"),
    4012: ("Discord doesn't speak this version any more", "upgrade discord.py"),
    4013: ("Discord doesn't know an intent", "upgrade discord.py"),
    4014: ("Discord doesn't let the bot read what is said", INTENT),
}


def failure_of(what: str, error: Exception) -> ChatOpsError:
    """The error for a call that failed; `what` was tried."""
    if isinstance(error, discord.RateLimited):
        return LimitedError(max(error.retry_after, 0.1))
    if isinstance(error, discord.LoginFailure):
        return RefusedError("Discord doesn't know the token", hint=TOKEN)
    if isinstance(error, discord.HTTPException):
        return _refused(what, error)
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return LineError(f"Discord's certificate is not trusted: {error.certificate_error}")
    if isinstance(error, TimeoutError):
        return LineError("Discord did not answer in time")
    number = error.errno if isinstance(error, OSError) else None
    # What can't be looked up has numbers of its own, below nought.
    reason = os.strerror(number) if number and number > 0 else type(error).__name__
    return LineError(f"Discord can't be reached: {reason}")


def closed(code: int | None) -> ChatOpsError:
    """The error for a gateway that was closed for good."""
    if code is not None and code in _CLOSED:
        told, hint = _CLOSED[code]
        return RefusedError(told, hint=hint)
    return LineError(f"Discord's gateway is closed ({code})")


def _refused(what: str, error: discord.HTTPException) -> ChatOpsError:
    told = f"Discord refuses {what}: {error.text or f'HTTP {error.status}'}"
    if error.status == TOO_MANY:
        return LimitedError(_seconds(error))
    if error.status == NOT_IN:
        return RefusedError(told, hint=TOKEN)
    if error.status >= SERVER:
        return LineError(f"Discord can't do {what} now: HTTP {error.status}")
    is_long = error.code == _WRONG_FORM and "or fewer in length" in error.text
    if error.status == TOO_LARGE or error.code == _TOO_LARGE or is_long:
        return OversizedError(told)
    return UndeliverableError(told, hint=_HINTS.get(error.code))


def _seconds(error: discord.HTTPException) -> float:
    try:
        return max(float(error.response.headers["Retry-After"]), 1.0)
    except (KeyError, ValueError):
        return LIMITED
