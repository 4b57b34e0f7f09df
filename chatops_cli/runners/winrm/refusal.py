"""Why a host could not be used, in words for a person."""

import ssl
import struct
import xml.etree.ElementTree as ET

import requests
import spnego.exceptions
from pypsrp.exceptions import AuthenticationError, WinRMError, WinRMTransportError, WSManFaultError

from chatops_cli.errors import RunnerError
from chatops_cli.runners.winrm.login import Login

EXPECTED = (
    WinRMError,
    requests.RequestException,
    spnego.exceptions.SpnegoError,
    # What a host answers is read by pypsrp without a look at whether it is what it should be.
    *(ET.ParseError, LookupError, ValueError, AttributeError, TypeError, struct.error),
    ImportError,
)
"""What comes of a host that isn't there, isn't one, or doesn't want to."""

EXTRAS = {"kerberos": "pip install 'pypsrp[kerberos]'", "credssp": "pip install 'pypsrp[credssp]'"}

UNAUTHORIZED = (
    "is the password right, and does the host permit this transport? "
    "(there: winrm get winrm/config/service/auth)"
)


def explain(login: Login, error: Exception) -> RunnerError:
    """What happened, and what to do about it."""
    where = login.address
    hint: str | None = None
    match error:
        case requests.exceptions.SSLError():
            said = f"{where} has no certificate that this machine trusts: {_reason(error)}"
            hint = "let SSL_CERT_FILE name a file with the authority's certificate"
        case requests.Timeout():
            said = f"{where} doesn't answer in time"
        case requests.RequestException():
            said = f"{where} can't be reached: {_reason(error)}"
            hint = "is WinRM set up there? (winrm quickconfig)"
        case AuthenticationError():
            said = f"{where} doesn't let {login.username!r} in with {login.auth}"
            hint = UNAUTHORIZED
        case WSManFaultError():
            said = f"{where} refuses: {_fault(error)}"
        case WinRMTransportError():
            said = f"{where} answers with HTTP status {error.code}, not as WinRM does"
        case ImportError() | spnego.exceptions.SpnegoError():
            said = f"logging in to {where} with {login.auth} is not possible: {_line(error)}"
            hint = EXTRAS.get(login.auth)
        case _:
            said = f"{where} doesn't answer as WinRM does: {type(error).__name__}: {_line(error)}"
    return RunnerError(said, hint=hint)


def _fault(error: WSManFaultError) -> str:
    said = error.provider_fault or error.reason or "without a reason"
    return f"{_line(said)} (code {error.code})" if error.code else _line(said)


def _reason(error: BaseException) -> str:
    """The words of the innermost error: requests and urllib3 wrap it several times."""
    while (inner := _inner(error)) is not None:
        error = inner
    if isinstance(error, ssl.SSLCertVerificationError):
        return _line(error.verify_message)
    if isinstance(error, OSError) and error.strerror:
        return _line(error.strerror)
    return _line(error)


def _inner(error: BaseException) -> BaseException | None:
    wrapped = (getattr(error, "reason", None), *error.args, error.__cause__)
    return next((each for each in wrapped if isinstance(each, BaseException)), None)


def _line(said: object) -> str:
    return " ".join(str(said).split())
