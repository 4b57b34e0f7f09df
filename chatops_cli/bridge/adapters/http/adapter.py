"""The adapter: an inlet for messages, an outlet for posts."""

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.credentials import followed
from chatops_cli.bridge.adapters.json_messages import said_in
from chatops_cli.bridge.contract import Capabilities, Check, Context, LineError, Posting, Take
from chatops_cli.errors import ChatOpsError, SettingsError
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.networks import Markup, Network, Unit

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.http.inlet import Inlet
    from chatops_cli.bridge.adapters.http.options import Options
    from chatops_cli.bridge.adapters.http.outlet import Outlet

NETWORK = "http"
_LIMITS = Network(
    name=NETWORK,
    limit=100_000,
    unit=Unit.CHARACTERS,
    markup=Markup.MARKDOWN,
    attachments=True,
    threads=True,
)


class Http:
    """Takes signed messages, and sends signed posts. It meets `contract.Adapter`."""

    network = _LIMITS

    def __init__(self, options: "Options", context: Context) -> None:
        self._options = options
        self._context = context
        self._inlet: Inlet | None = None
        self._outlet: Outlet | None = None
        self._closed = asyncio.Event()
        self.capabilities = Capabilities(
            edits=True,
            reactions=True,
            files=True,
            keys=True,
            burst=100,
            pace=options.pace,
            local=True,
            repeats=True,
        )

    @property
    def port(self) -> int:
        """Where it listens; 0 where it doesn't."""
        return self._inlet.port if self._inlet is not None else 0

    async def connect(self) -> None:
        """See `contract.Adapter.connect`. The receiver is asked, with a signed ``ping``."""
        from chatops_cli.bridge.adapters.http.inlet import Inlet

        await self.close()
        self._closed = asyncio.Event()
        self._outlet = outlet = self._made()
        await outlet.send(self._context.new_id(), {"type": "ping"})
        listener = self._options.listener
        if listener is None:  # which was told when the settings were read
            raise SettingsError("listen is missing")
        self._inlet = Inlet(listener, self._secret(), self._context, NETWORK)
        await self._inlet.start()

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        if self._inlet is None:
            raise LineError("the connection is closed")
        self._inlet.take = take
        await self._closed.wait()
        raise LineError("the connection is closed")

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`."""
        await self._send(posting.key, {"type": "post", **said_in(posting)})
        return posting.key

    async def update(self, posting: Posting, post_id: str) -> None:
        """See `contract.Adapter.update`."""
        content = {"type": "update", **said_in(posting), "update": post_id}
        number = sha256(posting.text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        await self._send(f"{posting.key} {number}", content)

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """See `contract.Adapter.upload`."""
        file: dict[str, Json] = {"name": name, "text": text}
        content: JsonObject = {"type": "file", **said_in(posting), "file": file}
        await self._send(posting.key, content)
        return posting.key

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """See `contract.Adapter.react`."""
        content = {"type": "reaction", "room": room, "message_id": message_id, "reaction": sign}
        await self._send(f"{room} {message_id} {sign}", content)

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        outlet = None
        try:
            outlet = self._made()
            await outlet.send(self._context.new_id(), {"type": "ping"})
        except ChatOpsError as error:
            return (_failed(error),)
        finally:
            if outlet is not None:
                await outlet.close()
        # Where it listens is not tried: a bridge that runs listens there.
        listens = Check(name="listen", is_fine=True, told=str(self._options.listener))
        return (Check(name="receiver", is_fine=True, told="it answers a ping"), listens)

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        self._closed.set()
        inlet, self._inlet = self._inlet, None
        outlet, self._outlet = self._outlet, None
        if inlet is not None:
            await inlet.stop()
        if outlet is not None:
            await outlet.close()

    def _secret(self) -> str:
        return followed(self._context, self._options.secret, name="secret")

    def _made(self) -> "Outlet":
        from chatops_cli.bridge.adapters.certificates import trust_in
        from chatops_cli.bridge.adapters.http.outlet import Outlet
        from chatops_cli.bridge.adapters.proxies import proxy_of

        proxy = proxy_of(self._options.url, self._context.environment)
        trust = trust_in(self._options.ca)
        now = self._context.now
        return Outlet(self._options.url, self._secret(), now, proxy=proxy, trust=trust)

    async def _send(self, key: str, content: JsonObject) -> None:
        if self._outlet is None:
            raise LineError("the connection is closed")
        await self._outlet.send(key, content)


def _failed(error: ChatOpsError) -> Check:
    return Check(name="receiver", is_fine=False, told=error.message, mend=error.hint or "")
