"""Files: a server takes them by HTTP, and says where they are read then. Source: XEP-0363."""

import ssl
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from chatops_cli.bridge.adapters.proxies import proxy_of
from chatops_cli.bridge.adapters.xmpp.session import PATIENCE, AnswerError, Session
from chatops_cli.bridge.contract import (
    Context,
    LimitedError,
    LineError,
    OversizedError,
    UndeliverableError,
)
from chatops_cli.model.frozen import frozen
from chatops_cli.settings.routes import LOCAL_HOSTS

UPLOAD = "urn:xmpp:http:upload:0"
_INFO = "http://jabber.org/protocol/disco#info"
_ITEMS = "http://jabber.org/protocol/disco#items"
_HEADERS = frozenset({"authorization", "cookie", "expires"})
_MOST = 20
_WAIT = 60.0


@frozen
class Slot:
    """Where a file is put, with which headers, and where it is read then."""

    put: str
    get: str
    headers: dict[str, str]


async def features(session: Session, address: str) -> frozenset[str]:
    """What somebody can do, as they say. Source: XEP-0030."""
    try:
        answer = await session.ask("get", address, Element(f"{{{_INFO}}}query"))
    except AnswerError:
        return frozenset()
    found = answer.iterfind(f"{{{_INFO}}}query/{{{_INFO}}}feature")
    return frozenset(each.get("var") or "" for each in found)


async def find_service(session: Session, domain: str) -> str:
    """The address of what takes files, empty where nothing does."""
    try:
        answer = await session.ask("get", domain, Element(f"{{{_ITEMS}}}query"))
    except AnswerError:
        return ""
    items = answer.findall(f"{{{_ITEMS}}}query/{{{_ITEMS}}}item")
    for address in (domain, *(each.get("jid") or "" for each in items[:_MOST])):
        if address and UPLOAD in await features(session, address):
            return address
    return ""


async def upload(
    session: Session, service: str, name: str, data: bytes, *, context: Context
) -> str:
    """The address that the file is read at. It raises what `contract.Adapter.upload` does."""
    slot = await _slot(session, service, name, len(data))
    await _put(slot, data, context, session.trust)
    return slot.get


async def _slot(session: Session, service: str, name: str, size: int) -> Slot:
    request = Element(
        f"{{{UPLOAD}}}request",
        {"filename": name, "size": str(size), "content-type": "text/plain; charset=utf-8"},
    )
    try:
        answer = await session.ask("get", service, request)
    except AnswerError as error:
        if error.condition == "not-acceptable":
            raise OversizedError(error.message) from error
        if error.condition == "resource-constraint":
            raise LimitedError(_WAIT) from error
        raise UndeliverableError(f"{service} takes no file: {error.message}") from error
    put = answer.find(f"{{{UPLOAD}}}slot/{{{UPLOAD}}}put")
    get = answer.find(f"{{{UPLOAD}}}slot/{{{UPLOAD}}}get")
    if put is None or get is None:
        raise UndeliverableError(f"{service} doesn't say where files are put")
    headers = {
        each.get("name") or "": (each.text or "").replace("\r", "").replace("\n", "")
        for each in put.iterfind(f"{{{UPLOAD}}}header")
        if (each.get("name") or "").lower() in _HEADERS
    }
    slot = Slot(put=put.get("url") or "", get=get.get("url") or "", headers=headers)
    parts = urlsplit(slot.put)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL_HOSTS):
        raise UndeliverableError(f"{service} wants files sent unencrypted")
    return slot


async def _put(slot: Slot, data: bytes, context: Context, tls: ssl.SSLContext) -> None:
    import aiohttp

    headers = {"Content-Type": "text/plain; charset=utf-8", **slot.headers}
    proxy = proxy_of(slot.put, context.environment)
    timeout = aiohttp.ClientTimeout(total=PATIENCE * 4)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.put(slot.put, data=data, headers=headers, proxy=proxy, ssl=tls) as answer,
        ):
            status = answer.status
    except aiohttp.ClientConnectorCertificateError as error:
        raise UndeliverableError(
            f"the certificate of where files are put is not trusted: {error.certificate_error}"
        ) from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise LineError(f"the file could not be put: {str(error) or 'no answer'}") from error
    if status >= 500:  # noqa: PLR2004  # RFC 9110, 15.6
        raise LineError(f"the file could not be put: HTTP {status}")
    if status not in {200, 201}:
        raise UndeliverableError(f"the file was refused: HTTP {status}")
