"""A real mail server on 127.0.0.1 that keeps what it is sent."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class MailServer:
    """A running server: its port, and what came in. It refuses the addresses in `refused`."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    was_private: list[bool] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    answer: str = "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(
            message_from_bytes(content.replace(b"\r\n", b"\n"), policy=policy.default)
        )
        self.recipients.append(envelope.rcpt_tos)
        self.was_private.append(session.ssl is not None)
        return self.answer


class _Listener(Controller):
    """aiosmtpd's server on whatever port is free."""

    def _trigger_server(self) -> None:
        """The first connection, by which it is known to be there."""
        server = self.server
        assert isinstance(server, asyncio.Server)
        self.port = server.sockets[0].getsockname()[1]
        socket.create_connection(("127.0.0.1", self.port), 1.0).close()


@contextlib.contextmanager
def serve_mail(
    *,
    tls: ssl.SSLContext | None = None,
    account: tuple[str, str] | None = None,
    is_wrapped: bool = False,
    refused: frozenset[str] = frozenset(),
    answer: str = "250 OK",
) -> Iterator[MailServer]:
    """A server in a thread of its own.

    Args:
        tls: With what it speaks TLS: after STARTTLS, or from the start where it `is_wrapped`.
        account: The user and password that it asks for; None for nobody.
        is_wrapped: Whether it speaks TLS from the start.
        refused: Addresses that it knows nothing of.
        answer: What it answers to a mail.
    """
    here = MailServer(refused=refused, answer=answer)

    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        del server, session, envelope, mechanism
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == account, handled=False)

    controller = _Listener(
        here,
        hostname="127.0.0.1",
        port=0,
        ssl_context=tls if is_wrapped else None,
        tls_context=None if is_wrapped else tls,
        require_starttls=tls is not None and not is_wrapped,
        authenticator=check if account else None,
        auth_required=account is not None,
        auth_require_tls=tls is not None and not is_wrapped,
    )
    controller.start()
    try:
        here.port = controller.port
        yield here
    finally:
        controller.stop()
