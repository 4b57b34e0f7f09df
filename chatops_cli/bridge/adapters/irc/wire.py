"""The connection itself: lines out and in, its login, and whether it still lives."""

import asyncio
import base64
import ssl
from collections.abc import Callable
from contextlib import suppress

from chatops_cli.bridge.adapters.irc.lines import Line, read_line, write_line
from chatops_cli.bridge.adapters.irc.options import Options
from chatops_cli.bridge.contract import LineError, RefusedError
from chatops_cli.errors import ChatOpsError

WANTED = ("message-tags", "account-tag", "server-time", "sasl")
"""Capabilities that are asked for where the server has them; of all others nothing is wanted."""
PATIENCE = 30.0
"""Seconds in which a server must answer."""
SILENCE = 120.0
"""Seconds without a line after which the server is asked whether it lives."""
_LIMIT = 16 * 1024
_CHUNK = 400
_TRIES = 4
_REFUSED = {
    "433": "the nickname is in use",
    "432": "the nickname isn't allowed there",
    "464": "the server's password is wrong",
    "465": "the bot is banned from the server",
    "902": "the account is locked",
    "904": "the account's password is wrong",
    "905": "the account's password is too long",
}
"""Source: RFC 2812, 5.2; ircv3.net, SASL 3.1."""
_REFUSALS = ("password", "denied", "banned", "k-line", "g-line", "unauthorized", "not authorized")


class Wire:
    """A connection that is logged in. `nick` is the bot's name, as the server knows it.

    Raises what `contract.Adapter.connect` and `hear` raise.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.nick = ""
        self.is_in = False
        self.capabilities: frozenset[str] = frozenset()

    @classmethod
    async def open(cls, options: Options, follow: Callable[[str], str]) -> "Wire":
        """Connected and logged in."""
        wire = await cls._dial(options)
        try:
            # A reference that leads nowhere is found out before anything is said.
            for text in (options.server_password, options.password):
                _followed(follow, text)
            async with asyncio.timeout(PATIENCE):
                await wire.log_in(options, follow)
        except TimeoutError as error:
            await wire.close()
            raise LineError(f"{options.server} did not answer in {PATIENCE:g} s") from error
        except BaseException:
            await wire.close()
            raise
        return wire

    @classmethod
    async def _dial(cls, options: Options) -> "Wire":
        try:
            context = None
            if options.tls:
                context = ssl.create_default_context(cafile=options.ca or None)
            async with asyncio.timeout(PATIENCE):
                pair = await asyncio.open_connection(
                    options.server, options.port, ssl=context, limit=_LIMIT
                )
        except ssl.SSLCertVerificationError as error:
            raise RefusedError(
                f"the certificate of {options.server} is not trusted: {error.verify_message}",
                hint="have it mended, or name the authority's file: ca",
            ) from error
        except TimeoutError as error:
            raise LineError(f"{options.server} did not answer in {PATIENCE:g} s") from error
        except OSError as error:
            where = f"{options.server}:{options.port}"
            raise LineError(f"{where} can't be reached: {error.strerror or error}") from error
        return cls(*pair)

    async def send(self, *words: str, text: str | None = None) -> None:
        """A line is on its way."""
        try:
            self._writer.write(write_line(*words, text=text))
            await self._writer.drain()
        except OSError as error:
            raise LineError(f"the connection is broken: {error.strerror or error}") from error

    async def next(self) -> Line:
        """The next line; the server's questions whether we live are answered here."""
        while True:
            line = read_line(await self._read())
            if line is None:
                continue
            if line.command == "PING":
                await self.send("PONG", text=line.param(0))
            elif line.command == "ERROR":
                raise self._closed(line.param(0))
            else:
                return line

    async def close(self) -> None:
        """The connection is gone."""
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1):
                await self._writer.wait_closed()

    async def leave(self) -> None:
        """Said goodbye, if that can still be said; then gone."""
        with suppress(ChatOpsError, TimeoutError):
            async with asyncio.timeout(1):
                await self.send("QUIT", text="bye")
        await self.close()

    def _closed(self, why: str) -> ChatOpsError:
        """The error for what a server says when it closes; who isn't let in, is told so there, too.

        Source: ngircd, which says a wrong password in no other way.
        """
        if not self.is_in and any(word in why.casefold() for word in _REFUSALS):
            return RefusedError(
                f"the server lets the bot not in: {why}", hint="look at server_password and nick"
            )
        return LineError(f"the server has closed the connection: {why}")

    async def _read(self) -> bytes:
        for is_last in (False, True):
            try:
                async with asyncio.timeout(PATIENCE if is_last else SILENCE):
                    data = await self._reader.readline()
            except TimeoutError:
                if is_last:
                    raise LineError("the server is silent") from None
                await self.send("PING", "alive")
                continue
            except ValueError:  # longer than any line may be
                return b""
            except OSError as error:
                raise LineError(f"the connection is broken: {error.strerror or error}") from error
            if not data:
                raise LineError("the server has closed the connection")
            return data
        raise AssertionError("one of both turns gives or raises")

    async def log_in(self, options: Options, follow: Callable[[str], str]) -> None:
        """The server knows the bot."""
        if options.server_password:
            await self.send("PASS", text=follow(options.server_password))
        await self.send("CAP", "LS", "302")
        self.nick = options.nick
        await self.send("NICK", self.nick)
        await self.send("USER", "chatops", "0", "*", text="chatops")
        offered: set[str] = set()
        while True:
            line = await self.next()
            if line.command == "001":
                self.nick = line.param(0) or self.nick
                self.is_in = True
                return
            if line.command == "CAP":
                await self._capable(line, offered, options)
            elif line.command == "AUTHENTICATE":
                await self._answer(options, follow)
            elif line.command == "903":
                await self.send("CAP", "END")
            elif line.command == "433" and len(self.nick) < len(options.nick) + _TRIES:
                self.nick += "_"
                await self.send("NICK", self.nick)
            elif (why := _REFUSED.get(line.command)) is not None:
                raise RefusedError(f"{why}: {line.params[-1]}", hint=_hint(options))

    async def _capable(self, line: Line, offered: set[str], options: Options) -> None:
        """The server says what it can do, or what of it holds from now on."""
        if line.param(1).upper() == "LS":
            offered |= {each.partition("=")[0] for each in line.params[-1].split()}
            if line.param(2) != "*":
                await self._request(offered, options)
            return
        if line.param(1).upper() == "ACK":
            self.capabilities = frozenset(line.params[-1].split())
        await self._authenticate(options)

    async def _request(self, offered: set[str], options: Options) -> None:
        if options.account and "sasl" not in offered:
            raise RefusedError(
                f"{options.server} has no accounts (SASL)", hint="leave out account and password"
            )
        wanted = [
            name for name in WANTED if name in offered and (name != "sasl" or options.account)
        ]
        if wanted:
            await self.send("CAP", "REQ", text=" ".join(wanted))
        else:
            await self.send("CAP", "END")

    async def _authenticate(self, options: Options) -> None:
        if options.account and "sasl" in self.capabilities:
            await self.send("AUTHENTICATE", "PLAIN")
        else:
            await self.send("CAP", "END")

    async def _answer(self, options: Options, follow: Callable[[str], str]) -> None:
        account, password = options.account, follow(options.password)
        said = base64.b64encode(f"{account}\0{account}\0{password}".encode()).decode()
        for start in range(0, len(said) + 1, _CHUNK):
            await self.send("AUTHENTICATE", said[start : start + _CHUNK] or "+")


def _followed(follow: Callable[[str], str], text: str) -> str:
    try:
        return follow(text)
    except ChatOpsError as error:
        raise RefusedError(error.message, hint=error.hint) from error


def _hint(options: Options) -> str:
    if options.account:
        return f"look at account and password of {options.account}, and at the nickname"
    return "look at nick, server_password, and what the server wants of its guests"
