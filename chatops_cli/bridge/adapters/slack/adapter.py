"""A workspace of Slack as a network."""

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.credentials import followed
from chatops_cli.bridge.adapters.proxies import proxy_of
from chatops_cli.bridge.adapters.slack.events import Heard, Me, clicked_in, said_in, time_of
from chatops_cli.bridge.adapters.slack.groups import PATIENCE as WAITED
from chatops_cli.bridge.adapters.slack.groups import Groups
from chatops_cli.bridge.adapters.slack.options import Options
from chatops_cli.bridge.adapters.slack.people import PATIENCE, People
from chatops_cli.bridge.adapters.slack.posts import payload_of
from chatops_cli.bridge.adapters.slack.text import mentioned, typed, written
from chatops_cli.bridge.contract import (
    Capabilities,
    Check,
    Context,
    LimitedError,
    LineError,
    Posting,
    RefusedError,
    Take,
    UndeliverableError,
)
from chatops_cli.model.chat import Message, Principal
from chatops_cli.rendering.networks import find_network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slack_sdk.socket_mode.request import SocketModeRequest

    from chatops_cli.bridge.adapters.slack.api import Answer, Api
    from chatops_cli.bridge.adapters.slack.socket import Socket
    from chatops_cli.model.json import Json

NETWORK = "slack"
BURST = 5
MENTIONS = 5
"""People named in a message whose names are asked for; further ones stay ids."""

_log = logging.getLogger(__name__)


def make(options: object, context: Context) -> "Slack":
    """See `contract.AdapterModule.make`."""
    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of {NETWORK}")
    return Slack(options, context)


class Slack:
    """One app in a workspace. It meets `contract.Adapter`.

    A message's id is its channel's, a colon, and its number there; so is a post's. A person's name
    is waited for `patience` seconds, their groups for two at least.
    """

    def __init__(self, options: Options, context: Context, *, patience: float = PATIENCE) -> None:
        found = find_network(NETWORK)
        assert found is not None
        self.network = found
        self.capabilities = Capabilities(
            edits=True, reactions=True, files=True, burst=BURST, pace=options.pace
        )
        self._options = options
        self._context = context
        self._people = People(patience)
        self._groups = Groups(max(patience, WAITED))
        self._api: Api | None = None
        self._socket: Socket | None = None
        self._me = Me(user="", bot="", team="")

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        from chatops_cli.bridge.adapters.slack.socket import Socket

        api, app_token = await self._opened()
        try:
            answer = await api.call("auth.test")
            self._me = Me(
                user=answer.text("user_id"),
                bot=answer.text("bot_id"),
                team=answer.text("team_id"),
                name=answer.text("user"),
            )
            await self._groups.load(api)
            proxy = proxy_of(self._options.api, self._context.environment)
            self._socket = await Socket.open(api, app_token, proxy)
        except UndeliverableError as error:
            raise RefusedError(error.message, hint=error.hint or _HINT) from error
        except LimitedError as error:
            raise LineError(error.message) from error

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        api, socket = self._on()
        while True:
            envelope = await socket.next()
            message = await self._message(envelope, api)
            if message is not None:
                await take(message)
            if not await socket.acknowledge(envelope.envelope_id):
                _log.info("slack-not-acknowledged line=%s", self._context.name)

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`."""
        answer = await self._say("chat.postMessage", payload_of(posting))
        return f"{answer.text('channel') or posting.room}:{answer.text('ts')}"

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        channel, _, number = post_id.rpartition(":")
        body = {**payload_of(posting), "channel": channel, "ts": number}
        body.pop("thread_ts", None)
        await self._say("chat.update", body)

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`. Attachments are posted before the file."""
        api, _ = self._on()
        data = text.encode("utf-8", "replace")
        try:
            ticket = await api.ask(
                "files.getUploadURLExternal", filename=name, length=str(len(data))
            )
            await api.send(ticket.text("upload_url"), data)
        except RefusedError as error:
            raise LineError(error.message) from error
        if posting.attachments:
            await self.post(replace(posting, text=""))
        file: Json = {"id": ticket.text("file_id"), "title": name}
        body: dict[str, Json] = {"files": [file], "channel_id": posting.room}
        if posting.text:
            body["initial_comment"] = written(posting.text)
        if posting.thread:
            body["thread_ts"] = posting.thread
        await self._say("files.completeUploadExternal", body)
        return ""

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        number = message_id.rpartition(":")[2]
        try:
            await self._say(
                "reactions.add", {"channel": room, "timestamp": number, "name": sign.strip(":")}
            )
        except UndeliverableError as error:
            if not error.message.endswith("already_reacted"):
                raise

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        from chatops_cli.bridge.adapters.slack.checks import checks_of

        api, app_token = await self._opened()
        rooms = self._options.rooms
        return tuple([check async for check in checks_of(api, app_token, rooms)])

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        socket, self._socket = self._socket, None
        api, self._api = self._api, None
        if socket is not None:
            await socket.close()
        if api is not None:
            await api.close()

    async def _opened(self) -> "tuple[Api, str]":
        """The Web API, and the app's token."""
        from chatops_cli.bridge.adapters.slack.api import Api

        token = followed(self._context, self._options.token, name="token")
        app_token = followed(self._context, self._options.app_token, name="app_token")
        for name, text, start in (("token", token, "xoxb-"), ("app_token", app_token, "xapp-")):
            if not text.startswith(start):
                raise RefusedError(f"{name} does not begin with {start}", hint=_HINT)
        await self.close()
        proxy = proxy_of(self._options.api, self._context.environment)
        self._api = Api(self._options.api, token, proxy)
        return self._api, app_token

    def _on(self) -> "tuple[Api, Socket]":
        if self._api is None or self._socket is None:
            raise LineError("the connection is closed")
        return self._api, self._socket

    async def _say(self, method: str, body: "Mapping[str, Json]") -> "Answer":
        """A call that changes something; a token that was revoked is told at the next connect."""
        api, _ = self._on()
        try:
            return await api.call(method, body)
        except RefusedError as error:
            raise LineError(error.message) from error

    async def _message(self, envelope: "SocketModeRequest", api: "Api") -> Message | None:
        self._groups.heed(inner(envelope.payload, "event", "type"))
        reads = {"events_api": said_in, "interactive": clicked_in}.get(envelope.type)
        heard = reads(envelope.payload, self._me) if reads is not None else None
        return None if heard is None else await self._read(heard, api)

    async def _read(self, heard: Heard, api: "Api") -> Message:
        name = await self._people.name_of(heard.user, api)
        names = {self._me.user: self._context.bot}
        for user in sorted(mentioned(heard.text) - names.keys())[:MENTIONS]:
            names[user] = (await self._people.name_of(user, api)).handle
        return Message(
            id=heard.id,
            text=typed(heard.text, names),
            principal=Principal(
                network=NETWORK, workspace=heard.team, user=heard.user, name=name.shown
            ),
            room=heard.channel,
            time=time_of(heard.number) or self._context.now(),
            thread=heard.thread,
            is_direct=heard.is_direct,
            is_edited=heard.is_edited,
            # A guest is in groups of their own workspace, which aren't known here.
            groups=await self._groups.of(heard.user, api) if heard.team == self._me.team else (),
        )


_HINT = "token is the bot's, xoxb-…; app_token the app's own, xapp-…, with connections:write"
