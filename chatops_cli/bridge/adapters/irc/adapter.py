"""An IRC server as a network: rooms that were joined, and people by their accounts."""

import asyncio
import logging
from datetime import UTC, datetime
from itertools import count

from chatops_cli.bridge.adapters.irc.lines import Line, folded
from chatops_cli.bridge.adapters.irc.options import Options
from chatops_cli.bridge.adapters.irc.wire import PATIENCE, Wire
from chatops_cli.bridge.adapters.text_only import TextOnly
from chatops_cli.bridge.contract import (
    Capabilities,
    Check,
    Context,
    LineError,
    OversizedError,
    Posting,
    Take,
    UndeliverableError,
)
from chatops_cli.model.chat import Message, Principal
from chatops_cli.rendering.networks import find_network

NETWORK = "irc"
BURST = 4
REJOIN = 60.0
"""Seconds after which a room that the bot isn't in is joined again."""
_UNDELIVERED = frozenset({"401", "402", "403", "404", "407", "411", "412", "413", "437", "442"})
_NOT_JOINED = frozenset({"403", "405", "407", "437", "471", "473", "474", "475", "476", "477"})
"""Source: RFC 2812, 5.2."""
_TOO_LONG = "417"

_log = logging.getLogger(__name__)


def make(options: object, context: Context) -> "Irc":
    """See `contract.AdapterModule.make`."""
    if not isinstance(options, Options):
        raise TypeError(f"{options!r} are no options of {NETWORK}")
    return Irc(options, context)


class Irc(TextOnly):
    """One connection to a server. It meets `contract.Adapter`.

    Who is logged in to an account is known by it; who isn't, by ``nick!user@host``, which no
    account can be called: a nickname is anybody's.
    """

    def __init__(self, options: Options, context: Context) -> None:
        found = find_network(NETWORK)
        assert found is not None
        self.network = found
        self.capabilities = Capabilities(burst=BURST, pace=options.pace, forgets=True)
        self._options = options
        self._context = context
        self._wire: Wire | None = None
        self._joined: set[str] = set()
        self._refused: dict[str, str] = {}
        self._asked: dict[str, asyncio.Future[None]] = {}
        self._numbers = count(1)
        self._turn = asyncio.Lock()
        self._early: list[Line] = []

    async def connect(self) -> None:
        """See `contract.Adapter.connect`."""
        self._joined, self._refused, self._early = set(), {}, []
        wire = await Wire.open(self._options, self._context.follow)
        self._wire = wire
        for room in self._options.join:
            await wire.send("JOIN", room)
        wanted = {folded(room) for room in self._options.join}
        try:
            async with asyncio.timeout(PATIENCE):
                while wanted - self._joined - self._refused.keys():
                    line = await wire.next()
                    self._heed(line, wire)
                    self._early.append(line)
        except TimeoutError as error:
            raise LineError("the server doesn't say whether the bot is in its rooms") from error

    async def hear(self, take: Take) -> None:
        """See `contract.Adapter.hear`."""
        wire = self._on()
        joining = asyncio.get_running_loop().create_task(self._rejoin(wire))
        try:
            early, self._early = self._early, []
            for line in early:
                await self._hear(line, wire, take)
            while True:
                line = await wire.next()
                self._heed(line, wire)
                await self._hear(line, wire, take)
        except LineError as error:
            for future in self._asked.values():
                if not future.done():
                    future.set_exception(LineError(error.message))
            raise
        finally:
            joining.cancel()

    async def post(self, posting: Posting) -> str:
        """See `contract.Adapter.post`. The server is asked for a sign after it: then it has it."""
        wire = self._on()
        if not posting.text.strip():
            return ""
        token = f"chatops-{next(self._numbers)}"
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        async with self._turn:
            self._asked[token] = future
            try:
                await wire.send("PRIVMSG", posting.room, text=posting.text)
                await wire.send("PING", token)
                async with asyncio.timeout(PATIENCE):
                    await future
            except TimeoutError as error:
                raise LineError("the server doesn't say whether it took the line") from error
            except ValueError as error:
                raise UndeliverableError(f"{posting.room!r} is no room of IRC") from error
            finally:
                del self._asked[token]
        return ""

    async def check(self) -> tuple[Check, ...]:
        """See `contract.Adapter.check`."""
        await self.connect()
        wire = self._on()
        account = "account-tag" in wire.capabilities
        checks = [Check(name="login", is_fine=True, told=f"as {wire.nick}")]
        checks.append(
            Check(
                name="accounts",
                is_fine=True,
                told="people are known by their accounts"
                if account
                else "this server doesn't tell accounts: rules can't name people safely",
            )
        )
        for room in self._options.join:
            why = self._refused.get(folded(room), "")
            mend = "invite the bot, or lift what keeps it out" if why else ""
            checks.append(Check(name=room, is_fine=not why, told=why or "joined", mend=mend))
        return tuple(checks)

    async def close(self) -> None:
        """See `contract.Adapter.close`."""
        wire, self._wire = self._wire, None
        if wire is not None:
            await wire.leave()

    def _on(self) -> Wire:
        if self._wire is None:
            raise LineError("the connection is closed")
        return self._wire

    def _heed(self, line: Line, wire: Wire) -> None:
        """What the server says of the bot itself."""
        is_me = folded(line.nick) == folded(wire.nick)
        match line.command:
            case "JOIN" if is_me:
                self._joined.add(folded(line.param(0)))
                self._refused.pop(folded(line.param(0)), None)
            case "PART" if is_me:
                self._joined.discard(folded(line.param(0)))
            case "KICK" if folded(line.param(1)) == folded(wire.nick):
                self._joined.discard(folded(line.param(0)))
                _log.warning("irc-kicked room=%s by=%s", line.param(0), line.nick)
            case "NICK" if is_me:
                wire.nick = line.param(0)
            case "PONG":
                self._done(line.params[-1] if line.params else "", None)
            case number if number in _NOT_JOINED and not self._asked:
                self._refused[folded(line.param(1))] = line.params[-1]
            case number if number in _UNDELIVERED:
                self._done(None, UndeliverableError(f"{line.param(1)}: {line.params[-1]}"))
            case number if number == _TOO_LONG:
                self._done(None, OversizedError(line.params[-1]))

    def _done(self, token: str | None, error: Exception | None) -> None:
        """What is being posted was taken, or refused; one is posted at a time."""
        for name, future in self._asked.items():
            if not future.done() and (token is None or token == name):
                if error is None:
                    future.set_result(None)
                else:
                    future.set_exception(error)

    async def _hear(self, line: Line, wire: Wire, take: Take) -> None:
        if line.command != "PRIVMSG" or folded(line.nick) == folded(wire.nick):
            return
        text = line.param(1)
        if text.startswith("\x01"):  # CTCP: what clients ask one another
            return
        await take(self._message(line, wire, text))

    def _message(self, line: Line, wire: Wire, text: str) -> Message:
        is_direct = folded(line.param(0)) == folded(wire.nick)
        return Message(
            id=line.tags.get("msgid") or self._context.new_id(),
            text=self._mentioned(text, wire.nick),
            principal=Principal(
                network=NETWORK,
                workspace=self._options.server.lower(),
                user=line.tags.get("account") or line.source,
                name=line.nick,
            ),
            room=line.nick if is_direct else folded(line.param(0)),
            time=_time(line.tags.get("time"), self._context),
            is_direct=is_direct,
        )

    def _mentioned(self, text: str, nick: str) -> str:
        """``nick: text`` as ``@bot text``."""
        start = text[len(nick) : len(nick) + 1]
        if folded(text[: len(nick)]) == folded(nick) and start in {":", ","}:
            return f"@{self._context.bot} {text[len(nick) + 1 :].strip()}"
        return text

    async def _rejoin(self, wire: Wire) -> None:
        while True:
            await asyncio.sleep(REJOIN)
            for room in self._options.join:
                if folded(room) not in self._joined:
                    await wire.send("JOIN", room)


def _time(text: str | None, context: Context) -> datetime:
    if text is None:
        return context.now()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return context.now()
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
