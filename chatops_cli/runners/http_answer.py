"""The answer to an ``http-request`` as the result of an action."""

import codecs
import json
from typing import TYPE_CHECKING

from chatops_cli.model.json import Json

if TYPE_CHECKING:
    from aiohttp import ClientResponse
    from multidict import CIMultiDictProxy

CODECS = frozenset(
    {"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape", "utf-7"}
)
"""Python's codecs that are no character set of a web page; some take quadratic time."""


async def read_answer(response: "ClientResponse", limit: int) -> dict[str, Json]:
    """The result ``{status_code, body, parsed, headers}``; a body cut at `limit` adds ``error``.

    Source: StackStorm, ``contrib/runners/http_runner``: only a body of the type
    ``application/json`` is parsed; one that then is no JSON stays text. **Ours**: text without a
    charset is read as UTF-8 where it is that, else as Latin-1.

    Args:
        response: The answer; it is closed by the caller, read to its end or not.
        limit: Bytes of the body that are kept. A longer one is read no further.
    """
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > limit:
            break
    dropped = len(content) - limit
    text = _decode(bytes(content[:limit]), response, is_whole=dropped <= 0)
    result: dict[str, Json] = {
        "status_code": response.status,
        "body": text,
        "parsed": False,
        "headers": join_headers(response.headers),
    }
    if dropped > 0:
        # The form of the runners' other cut outputs: what masks secrets knows it.
        result["body"] = f"{text}\n[… {dropped} bytes dropped here …]\n"
        result["error"] = (
            f"the answer's body is longer than {limit} bytes (limits.output): its rest was not read"
        )
    elif response.content_type.lower() == "application/json":
        result |= _parse(text)
    return result


def join_headers(headers: "CIMultiDictProxy[str]") -> dict[str, Json]:
    """Headers by name, as the server writes it first; several of one name with commas between."""
    names: dict[str, str] = {}
    for name in headers:
        names.setdefault(name.lower(), name)
    return {_clean(name): ", ".join(map(_clean, headers.getall(name))) for name in names.values()}


def _clean(text: str) -> str:
    """A header that was no UTF-8 as Latin-1: all texts of a result can be written as JSON."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="surrogateescape").decode("latin-1")
    return text


def _decode(content: bytes, response: "ClientResponse", *, is_whole: bool) -> str:
    charset = response.charset
    if charset is not None:
        try:
            name = codecs.lookup(charset).name
            b"x".decode(name, "replace")  # refuses a codec that is not from bytes to text
        except (LookupError, ValueError):
            name = ""
        if name and name not in CODECS:
            return _characters(content, name, "replace", is_whole=is_whole)
    try:
        return _characters(content, "utf-8-sig", "strict", is_whole=is_whole)
    except UnicodeDecodeError:
        is_text = response.content_type.lower().startswith("text/")
        name = "latin-1" if is_text else "utf-8"
        return _characters(content, name, "replace", is_whole=is_whole)


def _characters(content: bytes, codec: str, errors: str, *, is_whole: bool) -> str:
    """The bytes as text, without a character that the cut has torn."""
    return codecs.getincrementaldecoder(codec)(errors).decode(content, final=is_whole)


def _parse(text: str) -> dict[str, Json]:
    """The body as the value that it is the JSON of; nothing where it is none.

    Values that JSON can't say again (NaN, half a surrogate pair) leave the text as it is.
    """
    try:
        value: Json = json.loads(text)
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return {}
    return {"body": value, "parsed": True}
