"""Secrets in the options of a connection: where they are is said there, never what they are."""

from chatops_cli.bridge.contract import Context, RefusedError
from chatops_cli.errors import ChatOpsError
from chatops_cli.reading.reader import Reader
from chatops_cli.settings.routes import LOCAL_HOSTS, is_reference


def read_secret(reader: Reader, key: str) -> str:
    """The reference that must stand there; a secret in plain text is reported."""
    text = reader.text(key, required=True)
    if text and not is_reference(text):
        reader.report(
            "plain-secret",
            f"{reader.path(key)} stands here in plain text",
            key=key,
            hint="say where it is: '{{ env.NAME }}', or '{{ st2kv.system.x | decrypt_kv }}'",
        )
    return text


def read_url(reader: Reader, key: str, default: str | None = None) -> str:
    """The address that secrets are sent to, without a slash at its end; encrypted, or this machine.

    Without a default it must be there.
    """
    from urllib.parse import urlsplit

    text = reader.text(key, default or "", required=default is None).rstrip("/")
    try:
        parts = urlsplit(text)
        scheme, host = parts.scheme, parts.hostname or ""
    except ValueError:
        scheme, host = "", ""
    if text and (not host or scheme not in {"http", "https"}):
        reader.report("network-option", f"{text!r} is no http or https address", key=key)
    elif text and scheme == "http" and host not in LOCAL_HOSTS:
        reader.report(
            "plain-secret",
            f"{reader.path('token')} would be sent to {host} unencrypted",
            key=key,
            hint="write https://",
        )
    return text


def followed(context: Context, reference: str, *, name: str) -> str:
    """The secret that a reference stands for; `name` is the option's.

    Raises:
        RefusedError: It leads nowhere, or to nothing.
    """
    try:
        found = context.follow(reference).strip()
    except ChatOpsError as error:
        raise RefusedError(error.message, hint=error.hint) from error
    if not found or not found.isascii() or not found.isprintable():
        raise RefusedError(
            f"{name} is empty, or has signs that no token has", hint=f"look at {reference}"
        )
    return found
