"""The body of an ``http-request``: JSON, a form, a file, or the text as it is."""

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.runners.shell import encode

FORM = "application/x-www-form-urlencoded"


@frozen
class Body:
    """The bytes to send, and the Content-Type to set; None leaves it as the headers have it."""

    content: bytes
    content_type: str | None = None


def make_body(parameters: JsonObject, content_type: str | None) -> Body | None:
    """The body that an action's parameters ask for; None where there is none.

    With a file (``file_name`` and ``file_content``) the body is a multipart form, and ``body`` an
    object with its other fields. Otherwise ``body`` is sent as JSON where `content_type` says so,
    an object as a form where it doesn't, and a text as it is.

    Args:
        parameters: ``body``, ``file_name``, ``file_content``, ``file_content_type``.
        content_type: The header that the request has; None for none.

    Raises:
        RunnerError: It can't be sent in that form.

    Source: StackStorm, ``contrib/runners/http_runner``. A text sent as JSON may be JSON or a
    Python literal (templates write objects so). **Ours**: JSON types with a charset or ``+json``
    count too; without a body none is sent (there: the text ``null``).
    """
    body = parameters.get("body")
    name, content = parameters.get("file_name"), parameters.get("file_content")
    if name and content:
        return _as_file(str(name), str(content), parameters.get("file_content_type"), body)
    if parameters.get("file_path"):
        raise RunnerError(
            "file_path: this machine's files are not sent by their path",
            hint="give the file's name as file_name, and its text as file_content",
        )
    if body is None or body == "":
        return None
    if is_json(content_type):
        return Body(content=_as_json(body))
    if isinstance(body, dict):
        form = urlencode(list(pairs("body", body))).encode()
        return Body(content=form, content_type=None if content_type else FORM)
    if isinstance(body, list):
        raise RunnerError(
            "body: a list can be sent as JSON only",
            hint="add the header Content-Type: application/json",
        )
    return Body(content=encode(body) if isinstance(body, str) else _as_json(body))


def is_json(content_type: str | None) -> bool:
    """Whether a Content-Type header says that the body is JSON."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


def pairs(parameter: str, values: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """An object as the pairs of a form or a query: one for each item of a list, none for null.

    Raises:
        RunnerError: A value is an object or a list of more than texts and numbers.

    Source: the requests library, encoding of parameters; a boolean is ``True`` or ``False``.
    """
    for name, value in values.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict | list):
                raise RunnerError(
                    f"{parameter}: {name!r} holds an object, or a list in a list",
                    hint="a form and a query have texts only; as JSON (Content-Type: "
                    "application/json) a body can hold more",
                )
            if item is not None:
                yield name, str(item)


def _as_json(body: Json) -> bytes:
    try:
        value = _parse(body) if isinstance(body, str) else body
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        raise RunnerError(
            "body: it is not JSON, and the header Content-Type says that it is",
            hint="correct the body, or send it with another Content-Type",
        ) from None  # the parser's own words show parts of the body
    return encode(text)


def _parse(text: str) -> Json:
    try:
        value: Json = json.loads(text)
    except ValueError:
        value = ast.literal_eval(text.strip())
    return value


def _as_file(name: str, content: str, content_type: Json, fields: Json) -> Body:
    """A multipart form with one file in a field of its own name, after other fields.

    Source: RFC 7578; the escapes in names are those of browsers (HTML, "multipart form data").
    """
    if fields not in (None, "") and not isinstance(fields, dict):
        raise RunnerError("body: beside a file it must be an object, with the form's other fields")
    others = pairs("body", fields) if isinstance(fields, dict) else iter(())
    kind = str(content_type or "application/octet-stream")
    if "\r" in kind or "\n" in kind:
        raise RunnerError("file_content_type: it holds a line end")
    file = f'form-data; name="{_quoted(name)}"; filename="{_quoted(name)}"'
    parts = [
        *(encode(f'form-data; name="{_quoted(field)}"\r\n\r\n{text}') for field, text in others),
        encode(f"{file}\r\nContent-Type: {kind}\r\n\r\n{content}"),
    ]
    # Not to be found in the parts: it would have to be the digest of what it stands in.
    boundary = hashlib.sha256(b"\0".join(parts)).hexdigest().encode()
    lines = [b"--%b\r\nContent-Disposition: %b\r\n" % (boundary, part) for part in parts]
    return Body(
        content=b"".join(lines) + b"--%b--\r\n" % boundary,
        content_type=f"multipart/form-data; boundary={boundary.decode()}",
    )


def _quoted(name: str) -> str:
    return name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
