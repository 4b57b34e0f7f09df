"""A parcel sent by e-mail, over the mail server that the settings name."""

import contextlib
import json
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from chatops_cli.model.json import Json
from chatops_cli.model.route import EmailRoute, Security
from chatops_cli.notifications.delivery import DeliveryError, Parcel
from chatops_cli.reading.printable import printable

TIMEOUT = 10.0
"""Seconds for each answer of the server."""
SUBJECT_LIMIT = 120
BODY_LIMIT = 64 * 1024


async def send_mail(route: EmailRoute, parcel: Parcel) -> None:
    """The server has taken the mail, for every address.

    Args:
        route: Where, its references followed.
        parcel: What.

    Raises:
        DeliveryError: It has not.
    """
    from chatops_cli.notifications.thread import in_thread

    message = make_mail(route, parcel)
    try:
        refused = await in_thread(lambda: _send(route, message))
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(f"{route.host} refuses the account") from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(_explain(route, error)) from error
    if refused:
        raise DeliveryError(f"{route.host} refuses {', '.join(sorted(refused))}")


def make_mail(route: EmailRoute, parcel: Parcel) -> EmailMessage:
    """The mail: the first line of the text is its subject."""
    first = parcel.text.strip().partition("\n")[0]
    subject = printable(first)[:SUBJECT_LIMIT] or f"notification on {parcel.route}"
    message = EmailMessage()
    try:
        message["Subject"] = f"[chatops] {subject}"
        message["From"] = route.sender
        message["To"] = ", ".join(route.to)
    except (ValueError, IndexError) as error:
        raise DeliveryError(f"an address of the route can't be used: {error}") from error
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(domain="chatops.invalid")
    # A machine wrote it: no machine is to answer.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body_of(parcel))
    return message


def body_of(parcel: Parcel) -> str:
    """The text, then what is known, a line each, and the result."""
    lines = [parcel.text, ""]
    lines += [
        f"{name}: {value}"
        for name, value in parcel.payload.items()
        if name not in ("message", "data")
    ]
    data = parcel.payload.get("data")
    if isinstance(data, dict):
        lines += [f"{name}: {_shown(value)}" for name, value in data.items()]
    body = "\n".join(lines) + "\n"
    if len(body) > BODY_LIMIT:
        return f"{body[:BODY_LIMIT]}\n… (cut: it is longer than {BODY_LIMIT:,} characters)\n"
    return body


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _send(route: EmailRoute, message: EmailMessage) -> dict[str, tuple[int, bytes]]:
    """The addresses that the server refuses."""
    context = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(route.host, route.port, timeout=TIMEOUT, context=context)
        if route.security is Security.TLS
        else smtplib.SMTP(route.host, route.port, timeout=TIMEOUT)
    )
    try:
        if route.security is Security.STARTTLS:
            connection.starttls(context=context)
        if route.user:
            connection.login(route.user, route.password)
        refused = connection.send_message(message, to_addrs=list(route.to))
    except (smtplib.SMTPException, OSError):
        # Not politely: a connection whose TLS failed doesn't answer any more.
        connection.close()
        raise
    with contextlib.suppress(smtplib.SMTPException, OSError):
        connection.quit()
    return refused


def _explain(route: EmailRoute, error: OSError) -> str:
    peer = f"{route.host}:{route.port}"
    match error:
        case smtplib.SMTPRecipientsRefused():
            return f"{peer} refuses {', '.join(sorted(error.recipients))}"
        case smtplib.SMTPResponseException():
            return f"{peer} refuses the mail: {error.smtp_code}"
        case smtplib.SMTPNotSupportedError():
            return f"{peer} can't do what the route asks for: {error}"
        case ssl.SSLCertVerificationError():
            return f"{peer} has no TLS certificate to trust: {error.verify_message}"
        case TimeoutError() | smtplib.SMTPServerDisconnected(__context__=TimeoutError()):
            return f"{peer} did not answer within {TIMEOUT:g} s"
        case _:
            return f"no mail over {peer}: {error.strerror or error}"
