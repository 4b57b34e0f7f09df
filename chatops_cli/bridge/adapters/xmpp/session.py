"""The connection itself: its login, stanzas in and out, and whether it still lives."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from functools import cached_property
from typing import Literal
from xml.etree.ElementTree import Element

from slixmpp import JID, ClientXMPP
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath
from slixmpp.xmlstream.stanzabase import ElementBase, StanzaBase
from slixmpp.xmlstream.tostring import tostring

from chatops_cli.bridge.adapters.xmpp.options import DIRECT, Options
from chatops_cli.bridge.adapters.xmpp.stanzas import CLIENT, condition_of, wrong
from chatops_cli.bridge.contract import LineError, RefusedError
from chatops_cli.errors import ChatOpsError

PATIENCE = 30.0
"""Seconds in which a server must answer."""
GOODBYE = 2.0
GRACE = 0.3
_PING = "urn:xmpp:ping"
_REFUSED = frozenset({"host-unknown", "host-gone", "not-authorized", "invalid-from"})
"""Conditions of a stream that another try won't mend. Source: RFC 6120, 4.9.3."""
_LATER = "temporary-auth-failure"


class AnswerError(ChatOpsError):
    """The server has answered a question with an error; `condition` is its name."""

    def __init__(self, stanza: Element) -> None:
        super().__init__(wrong(stanza))
        self.condition = condition_of(stanza)


class Session:
    """A connection that is logged in.

    Args:
        options: Where, and as whom.
        password: The account's.
        heard: Is given each message.
        came: Is given each presence, in the order of the stream with messages.
    """

    def __init__(
        self,
        options: Options,
        password: str,
        *,
        heard: Callable[[Element], None],
        came: Callable[[Element], None],
    ) -> None:
        # It logs what is sent, the login too.
        logging.getLogger("slixmpp").setLevel(logging.CRITICAL)
        loop = asyncio.get_running_loop()
        self._options = options
        self._in: asyncio.Future[None] = loop.create_future()
        self._why: ChatOpsError | None = None
        self._last: ChatOpsError | None = None
        self.lost: asyncio.Future[None] = loop.create_future()
        """Has the `ChatOpsError` that the connection has ended with."""
        self.lost.add_done_callback(lambda future: future.cancelled() or future.exception())
        self._in.add_done_callback(lambda future: future.cancelled() or future.exception())
        # Without one it would read the system's certificates twice.
        tls = self.trust if options.tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._client = client = ClientXMPP(JID(options.jid), password, ssl_context=tls)
        client.enable_starttls = options.tls and options.port != DIRECT
        client.enable_direct_tls = options.tls and (options.port == DIRECT or not options.server)
        client.enable_plaintext = not options.tls
        client.plugin["feature_mechanisms"].unencrypted_scram = not options.tls
        client.auto_authorize = None
        client.auto_subscribe = False
        for name, call in {"message": heard, "presence": came}.items():
            client.register_handler(_calling(name, call))
        meanings: dict[str, Callable[..., None]] = {
            "session_start": self._started,
            "failed_auth": self._not_let_in,
            "failed_all_auth": self._no_way_in,
            "ssl_invalid_chain": self._untrusted,
            "connection_failed": self._unreached,
            "reconnect_delay": self._given_up,
            "stream_error": self._told,
            "disconnected": self._over,
        }
        for event, meant in meanings.items():
            client.add_event_handler(event, meant)

    @cached_property
    def trust(self) -> ssl.SSLContext:
        """Whose certificates are trusted."""
        return _context(self._options)

    @property
    def me(self) -> str:
        """The bot's address without a resource."""
        return str(self._client.boundjid.bare)

    @property
    def encryption(self) -> str:
        """How what is said is kept from others."""
        transport = self._client.transport
        tls = transport.get_extra_info("ssl_object") if transport is not None else None
        return f"encrypted ({tls.version()})" if tls is not None else "not encrypted"

    async def open(self) -> None:
        """Connected and logged in. It raises what `contract.Adapter.connect` does."""
        options = self._options
        host = options.server or (options.domain if not options.tls else "")
        _ = self._client.connect(host or None, options.port if host else None)
        try:
            async with asyncio.timeout(PATIENCE):
                await self._in
        except TimeoutError as error:
            raise LineError(f"{_where(options)} did not answer in {PATIENCE:g} s") from error
        self._client.send_presence()

    def send(self, stanza: Element) -> None:
        """A stanza is on its way."""
        if self.lost.done():
            self.lost.result()
        self._client.send_raw(tostring(stanza))

    async def ask(self, kind: Literal["get", "set"], to: str, query: Element) -> Element:
        """The answer to a question.

        Raises:
            AnswerError: It is an error.
            LineError: There is none.
        """
        if self.lost.done():
            self.lost.result()
        question = self._client.make_iq(ito=to, itype=kind)
        question.append(query)
        asked: asyncio.Future[StanzaBase] = question.send(timeout=PATIENCE)  # type: ignore[no-untyped-call]  # theirs isn't typed
        await asyncio.wait((asked, self.lost), return_when=asyncio.FIRST_COMPLETED)
        if not asked.done():
            asked.cancel()
            self.lost.result()
        try:
            found: Element = asked.result().xml
        except IqError as error:
            raise AnswerError(error.iq.xml) from None
        except IqTimeout:
            raise LineError(f"{to or 'the server'} does not answer") from None
        return found

    async def ping(self) -> None:
        """The server lives, and has read all that was sent before. Source: XEP-0199."""
        try:
            await self.ask("get", self._options.domain, Element(f"{{{_PING}}}ping"))
        except AnswerError:
            return  # one that doesn't know the question has answered, too

    def new_id(self) -> str:
        """An id for a stanza."""
        return self._client.new_id()

    def fail(self, error: ChatOpsError) -> None:
        """It is over, for this reason."""
        for future in (self._in, self.lost):
            if not future.done():
                future.set_exception(error)

    async def close(self) -> None:
        """Said goodbye, if that can still be said; then gone."""
        self.fail(LineError("the connection is closed"))
        client = self._client
        client.cancel_connection_attempt()
        if client.is_connected():
            await client.disconnect(wait=GOODBYE, ignore_send_queue=True)
        sender = client._run_out_filters  # noqa: SLF001  # it would wait for ever, and the client with it
        if sender is not None:
            sender.cancel()
            await asyncio.wait({sender})

    def _started(self, event: object) -> None:
        del event
        if not self._in.done():
            self._in.set_result(None)

    def _not_let_in(self, failure: ElementBase) -> None:
        """One way of logging in was refused."""
        condition = str(failure["condition"])
        text = str(failure["text"] or "") or condition
        if condition == _LATER:
            self._why = LineError(f"{self._options.domain} can't check the password now: {text}")
            return
        self._why = RefusedError(
            f"{self._options.domain} does not let {self._options.jid} in: {text}",
            hint="look at jid and password",
        )

    def _no_way_in(self, event: object) -> None:
        del event
        self.fail(
            self._why
            or RefusedError(
                f"{_where(self._options)} has no way of logging in that is safe here",
                hint="it must offer encryption, and SCRAM or a password over that",
            )
        )

    def _untrusted(self, error: ssl.SSLError) -> None:
        self.fail(_not_trusted(error, self._options))
        self._client.abort()

    def _unreached(self, error: object) -> None:
        """One address was tried in vain; there may be others."""
        if isinstance(error, ssl.SSLCertVerificationError):
            self._last = _not_trusted(error, self._options)
        elif self._last is None or not isinstance(self._last, RefusedError):
            why = error.strerror if isinstance(error, OSError) else None
            self._last = LineError(f"{_where(self._options)} can't be reached: {why or error}")

    def _given_up(self, seconds: object) -> None:
        """All were: the bridge itself says when it is tried again."""
        del seconds
        self.fail(self._last or LineError(f"{_where(self._options)} can't be reached"))
        self._client.cancel_connection_attempt()

    def _told(self, error: ElementBase) -> None:
        """Why the server ends the connection."""
        condition = str(error["condition"])
        text = f"the server has closed the connection: {error['text'] or condition}"
        refused = condition in _REFUSED
        self.fail(RefusedError(text, hint="look at jid") if refused else LineError(text))

    def _over(self, reason: object) -> None:
        del reason
        error = self._why or LineError("the server has closed the connection")
        if self._in.done():
            self.fail(error)
        else:
            # A certificate that isn't trusted is told after that.
            asyncio.get_running_loop().call_later(GRACE, self.fail, error)


def _calling(name: str, call: Callable[[Element], None]) -> Callback:
    def given(stanza: StanzaBase) -> None:
        call(stanza.xml)

    return Callback(f"chatops {name}", MatchXPath(f"{{{CLIENT}}}{name}"), given)


def _context(options: Options) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=options.ca or None)
    except (OSError, ssl.SSLError) as error:
        raise RefusedError(
            f"{options.ca} can't be read as certificates: {error.strerror or error}",
            hint="mend ca",
        ) from error


def _where(options: Options) -> str:
    return f"{options.server}:{options.port}" if options.server else options.domain


def _not_trusted(error: ssl.SSLError, options: Options) -> ChatOpsError:
    if not isinstance(error, ssl.SSLCertVerificationError):
        return LineError(f"{_where(options)} can't be encrypted with: {error.reason or error}")
    return RefusedError(
        f"the certificate of {options.domain} is not trusted: {error.verify_message}",
        hint="have it mended, or name the authority's file: ca",
    )
