"""Slack's Web API by the vendor's client, with the contract's errors."""

import logging
from collections.abc import Mapping
from typing import cast

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.breakage import broken
from chatops_cli.bridge.adapters.slack.failures import failure_of
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json

PATIENCE = 30.0
"""Seconds in which Slack must answer."""


def silent() -> logging.Logger:
    """A logger that says nothing: the client's would write messages and addresses with tickets."""
    return logging.Logger("slack_sdk", logging.CRITICAL + 1)  # noqa: LOG001  # it is nobody else's


@frozen
class Answer:
    """What Slack answers to a call, and the rights of the token that it was made with."""

    data: Mapping[str, Json]
    scopes: frozenset[str] = frozenset()

    def text(self, *keys: str) -> str:
        """A text somewhere inside, empty where there is none."""
        return inner(self.data, *keys)


class Api:
    """The Web API with a bot's token.

    Args:
        url: Where it is.
        token: The bot's.
        proxy: What it is reached through.
    """

    def __init__(self, url: str, token: str, proxy: str | None) -> None:
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE))
        self.client = AsyncWebClient(
            token=token,
            base_url=url,
            session=self._session,
            logger=silent(),
            # It would post again what may have been posted.
            retry_handlers=[],
        )
        # It would heed the environment, but not `no_proxy`.
        self.client.proxy = proxy
        self._proxy = proxy

    async def call(
        self, method: str, body: Mapping[str, Json] | None = None, *, token: str | None = None
    ) -> Answer:
        """What a method answers.

        Args:
            method: Its name.
            body: What is sent, as JSON.
            token: Another token than the bot's.

        Raises:
            LimitedError, LineError, OversizedError, RefusedError, UndeliverableError: See there.
        """
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return await self._call(method, json=dict(body or {}), headers=headers)

    async def ask(self, method: str, **query: str) -> Answer:
        """What a method answers that only reads: those take no JSON. It raises what `call` does."""
        return await self._call(method, http_verb="GET", params=dict(query))

    async def send(self, url: str, data: bytes) -> None:
        """A file's bytes are where Slack wants them. It raises what `call` raises."""
        try:
            async with self._session.post(url, data=data, proxy=self._proxy) as answer:
                if answer.status != 200:  # noqa: PLR2004  # that of HTTP
                    raise failure_of("the upload", answer.status, dict(answer.headers), None)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise _broken(error) from error

    async def close(self) -> None:
        """No more calls."""
        await self._session.close()

    async def _call(self, method: str, **how: object) -> Answer:
        try:
            found = await self.client.api_call(method, **how)  # type: ignore[arg-type]  # by keyword
        except SlackApiError as error:
            raise _failure(method, error) from None
        except (aiohttp.ClientError, TimeoutError, OSError, SlackClientError) as error:
            raise _broken(error) from error
        data = found.data if isinstance(found.data, dict) else {}
        return Answer(data=data, scopes=_scopes(found.headers))


def _failure(method: str, error: SlackApiError) -> ChatOpsError:
    """The error of the contract; where the answer is no JSON there is no more than its status."""
    answer = error.response
    status = getattr(answer, "status_code", getattr(answer, "status", 0))
    headers = cast("Mapping[str, str]", getattr(answer, "headers", None) or {})
    return failure_of(method, status, headers, getattr(answer, "data", None))


def _broken(error: Exception) -> ChatOpsError:
    return broken(error, name="Slack", patience=PATIENCE)


def _scopes(headers: Mapping[str, str]) -> frozenset[str]:
    for name, value in headers.items():
        if name.lower() == "x-oauth-scopes":
            return frozenset(part.strip() for part in value.split(",") if part.strip())
    return frozenset()
