"""The datastore for the process of an action: a line it inherits, with this program at the end.

What packs' code may look up besides is asked on the same line.

The process writes a JSON object on one line, and reads one: ``{"do": "get", "name": …}`` is
answered by ``{"items": […]}``, or by ``{"error": …, "hint": …}``. It never opens the datastore's
file, and can say no user: whose values these are was settled before it was started.

| do | beside it | items |
|---|---|---|
| `get` | scope, name, decrypt | the item, or none |
| `list` | scope, prefix, decrypt | those there are |
| `set` | scope, name, value, ttl, encrypt | the item as it stands on disk |
| `delete` | scope, name | none; `found` says whether there was one |
| `find` | kind, name | `things`: the pack, action, alias or execution, or none |
| `select` | kind, wanted, limit, offset | `things`: those there are |
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping

from chatops_cli.errors import ChatOpsError, ParameterError
from chatops_cli.model.item import Item
from chatops_cli.model.json import Json
from chatops_cli.runners import line
from chatops_cli.runners.contract import Inventory, KeyValues

VARIABLE = "CHATOPS_DATASTORE_FD"
"""The variable that tells a process the number of its end of the line."""
LARGEST = 2**31
"""The largest number that things are counted with."""


@contextlib.asynccontextmanager
async def open_line(
    values: KeyValues | None, inventory: Callable[[], Inventory] | None = None
) -> AsyncIterator[Mapping[str, int]]:
    """The descriptor that a process is to inherit, by its variable; see `line.open_line`.

    Where there is nothing to ask there is no line.

    Raises:
        RunnerError: No more descriptors can be had.
    """
    if values is None and inventory is None:
        yield {}
        return
    async with line.open_line(VARIABLE, lambda asked: answer(asked, values, inventory)) as handed:
        yield handed


def answer(
    asked: bytes, values: KeyValues | None, inventory: Callable[[], Inventory] | None = None
) -> bytes:
    """The answer to one request, a line too; whatever the request, nothing is raised."""
    try:
        request = line.read_object(asked)
        if request is None:
            raise ParameterError("the request to the datastore is no JSON object")
        if request.get("do") in ("find", "select"):
            reply = _look_up(request, inventory)
        else:
            reply = _perform(request, values)
    except ChatOpsError as error:
        reply = {"error": error.message, "hint": error.hint}
    return line.write_object(reply)


def _look_up(
    request: dict[str, Json], inventory: Callable[[], Inventory] | None
) -> dict[str, Json]:
    if inventory is None:
        raise ParameterError("packs, actions and executions can't be looked up here")
    kind = _text(request, "kind")
    if request["do"] == "find":
        found = inventory().find(kind, _sound(_text(request, "name")))
        return {"things": [] if found is None else [dict(found)]}
    wanted = request.get("wanted")
    if not isinstance(wanted, dict):
        raise ParameterError("what is wanted has to be an object")
    limit, offset = _number(request, "limit"), _number(request, "offset")
    texts = {key: _sound(str(value)) for key, value in wanted.items()}
    things = inventory().select(kind, texts, limit=limit, offset=offset)
    return {"things": [dict(thing) for thing in things]}


def _perform(request: dict[str, Json], values: KeyValues | None) -> dict[str, Json]:
    if values is None:
        raise ParameterError("there is no datastore here")
    scope, decrypt = _text(request, "scope"), request.get("decrypt") is True
    match request.get("do"):
        case "get":
            item = values.find(scope, _text(request, "name"), decrypt=decrypt)
            return {"items": [] if item is None else [_json(item)]}
        case "list":
            found = values.select(scope, _text(request, "prefix"), decrypt=decrypt)
            return {"items": [_json(item) for item in found]}
        case "set":
            return {"items": [_json(_set(request, scope, values))]}
        case "delete":
            return {"items": [], "found": values.delete(scope, _text(request, "name"))}
        case other:
            raise ParameterError(f"the datastore can't do {other!r}")


def _set(request: dict[str, Json], scope: str, values: KeyValues) -> Item:
    ttl, encrypt = request.get("ttl"), request.get("encrypt") is True
    if ttl is not None and (isinstance(ttl, bool) or not isinstance(ttl, int | float)):
        raise ParameterError("a ttl is a number of seconds")
    name, value = _text(request, "name"), _text(request, "value")
    return values.set(scope, name, value, ttl=ttl, encrypt=encrypt)


def _text(request: dict[str, Json], key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str):
        raise ParameterError(f"the datastore needs a text as {key}")
    return value


def _sound(text: str) -> str:
    """The text, which has no half of a character: no index has one, or can be asked for it."""
    if not text.isascii() and text != text.encode("utf-8", "replace").decode():
        raise ParameterError("no name has half a character in it")
    return text


def _number(request: dict[str, Json], key: str) -> int:
    value = request.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise ParameterError(f"{key} has to be a whole number")
    return value


def _json(item: Item) -> dict[str, Json]:
    return {
        "name": item.name,
        "value": item.value,
        "scope": str(item.scope),
        "user": item.user,
        "secret": item.secret,
        "encrypted": item.encrypted,
        "expires": item.expires.isoformat() if item.expires is not None else None,
    }
