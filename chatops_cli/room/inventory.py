"""What packs' code may look up: packs, actions, aliases, and executions with their results.

A thing is a JSON object with the keys of StackStorm's API, as far as they mean something here; its
`id` is its ref, of an execution its id. Executions are those of the history: masked, everybody's.

Source: StackStorm, the models of its API (``st2common.models.api``).
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from chatops_cli.catalog.catalog import Catalog
from chatops_cli.errors import NotFoundError, ParameterError
from chatops_cli.execution.schema_references import whole_schema
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.pack import Pack
from chatops_cli.rendering.view import alias_view

if TYPE_CHECKING:
    from chatops_cli.records.history_entry import Entry

MOST = 1000
"""Executions in a list at most."""
RESULTS_SIZE = 8 * 1024 * 1024
"""Bytes of results in a list at most; the executions after that have none."""

_WANTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "packs": ("name", "ref"),
        "actions": ("name", "pack", "ref", "runner_type"),
        "aliases": ("name", "pack", "ref", "action_ref"),
        "executions": ("action", "status", "user"),
    }
)
"""What things may be selected by, for each kind."""


class RoomInventory:
    """The things of a catalog and of the history in the state folder `home`.

    It meets `contract.Inventory`.
    """

    def __init__(self, *, catalog: Catalog, home: Path) -> None:
        self._catalog = catalog
        self._home = home

    def find(self, kind: str, name: str) -> JsonObject | None:
        """See `contract.Inventory`."""
        match _known(kind):
            case "packs":
                pack = self._catalog.packs.get(name)
                return None if pack is None else pack_view(pack)
            case "actions":
                action = self._catalog.action(name)
                return None if action is None else action_view(action)
            case "aliases":
                found = (alias for alias in self._catalog.aliases if alias.ref == name)
                return next(map(full_alias_view, found), None)
            case _:
                return self._execution(name)

    def select(
        self, kind: str, wanted: Mapping[str, str], *, limit: int, offset: int
    ) -> tuple[JsonObject, ...]:
        """See `contract.Inventory`; executions come the newest first."""
        allowed = _WANTED[_known(kind)]
        for key in wanted:
            if key not in allowed:
                raise ParameterError(
                    f"{kind} can't be selected by {key!r}", hint=f"they can by {', '.join(allowed)}"
                )
        if kind == "executions":
            return self._executions(wanted, limit=limit, offset=offset)
        start = max(offset, 0)
        end = None if limit < 0 else start + limit
        return tuple(islice(self._things(kind, wanted), start, end))

    def _things(self, kind: str, wanted: Mapping[str, str]) -> Iterator[JsonObject]:
        if kind == "packs":
            return _such(map(pack_view, self._catalog.packs.values()), wanted)
        if kind == "aliases":
            return _such(map(full_alias_view, self._catalog.aliases), wanted)
        refs = self._catalog.action_refs()
        if "pack" in wanted:
            refs = tuple(ref for ref in refs if ref.startswith(wanted["pack"] + "."))
        found = (self._catalog.action(ref) for ref in refs)
        return _such((action_view(action) for action in found if action is not None), wanted)

    def _execution(self, name: str) -> JsonObject | None:
        from chatops_cli.records.history import open_history

        with closing(open_history(self._home, note=_pass_over)) as history:
            try:
                entry = history.show(name)
            except NotFoundError:
                return None
        if entry.id != name:  # the history takes the beginning of an id, too
            return None
        return {**execution_view(entry), **self._result(entry)}

    def _executions(
        self, wanted: Mapping[str, str], *, limit: int, offset: int
    ) -> tuple[JsonObject, ...]:
        from chatops_cli.records.history import open_history
        from chatops_cli.records.history_entry import Filter

        count = MOST if limit < 0 else min(limit, MOST)
        start = max(offset, 0)
        wish = Filter(
            action=wanted.get("action"),
            status=wanted.get("status"),
            who=wanted.get("user"),
            limit=start + count,
        )
        with closing(open_history(self._home, note=_pass_over)) as history:
            entries = history.find(wish)[start:]
        left, views = RESULTS_SIZE, []
        for entry in entries:
            left -= entry.result_size or 0
            views.append({**execution_view(entry), **(self._result(entry) if left >= 0 else {})})
        return tuple(views)

    def _result(self, entry: "Entry") -> dict[str, Json]:
        """The result, or nothing where there is none any more."""
        from chatops_cli.records.results import FOLDER, ResultStore

        if entry.result_digest is None:
            return {}
        try:
            return {"result": ResultStore(self._home / FOLDER).get(entry.result_digest)}
        except NotFoundError:
            return {}


def pack_view(pack: Pack) -> JsonObject:
    """A pack; its `path` is ours to say, there it is looked up."""
    return {
        "id": pack.ref,
        "ref": pack.ref,
        "uid": f"pack:{pack.ref}",
        "name": pack.name,
        "description": pack.description,
        "version": pack.version,
        "author": pack.author,
        "email": pack.email,
        "keywords": list(pack.keywords),
        "python_versions": list(pack.python_versions),
        "dependencies": list(pack.dependencies),
        "path": pack.path,
    }


def action_view(action: Action) -> JsonObject:
    """An action with the parameters of its own."""
    ref = str(action.ref)
    return {
        "id": ref,
        "ref": ref,
        "uid": f"action:{action.pack}:{action.name}",
        "name": action.name,
        "pack": action.pack,
        "description": action.description,
        "enabled": action.enabled,
        "runner_type": action.runner_type,
        "entry_point": action.entry_point,
        "parameters": {name: _schema(p) for name, p in action.parameters.items()},
        "notify": dict(action.notify),
        "tags": list(action.tags),
    }


def full_alias_view(alias: Alias) -> JsonObject:
    """An alias with its answers, as templates of other packs' actions want it."""
    return {
        **alias_view(alias),
        "id": alias.ref,
        "uid": f"action:{alias.pack}:{alias.name}",
        "ack": {
            "enabled": alias.ack.enabled,
            "append_url": alias.ack.append_url,
            **({"format": alias.ack.format} if alias.ack.format is not None else {}),
            "extra": dict(alias.ack.extra),
        },
        "result": {
            "enabled": alias.result.enabled,
            **({"format": alias.result.format} if alias.result.format is not None else {}),
            "extra": dict(alias.result.extra),
        },
    }


def execution_view(entry: "Entry") -> dict[str, Json]:
    """An execution of the history, without its result. Times are ISO 8601 in UTC."""
    ref = entry.action or ""
    pack, _, name = ref.partition(".")
    context: dict[str, Json] = {
        "api_user": entry.person,
        "user": entry.user or "",
        "source_channel": entry.room,
        "pack": pack,
    }
    if entry.alias is not None:
        home, _, own = entry.alias.partition(".")
        context["action_alias_ref"] = {
            "id": entry.alias,
            "ref": entry.alias,
            "pack": home,
            "name": own,
        }
    view: dict[str, Json] = {
        "id": entry.id,
        "status": entry.status,
        "action": {"id": ref, "ref": ref, "pack": pack, "name": name},
        "runner": {"name": entry.runner},
        "parameters": entry.parameters,
        "context": context,
        "liveaction": {"id": entry.id, "action": ref, "parameters": entry.parameters},
        "start_timestamp": entry.started or entry.requested,
    }
    optional = {
        "end_timestamp": entry.ended,
        "elapsed_seconds": entry.elapsed,
        "parent": entry.parent,
    }
    return {**view, **{key: value for key, value in optional.items() if value is not None}}


def _schema(parameter: Parameter) -> Json:
    """The parameter as its file has it, but for what says nothing."""
    said = whole_schema(parameter)
    if parameter.immutable:
        said["immutable"] = True
    if parameter.position is not None:
        said["position"] = parameter.position
    return said


def _such(things: Iterator[JsonObject], wanted: Mapping[str, str]) -> Iterator[JsonObject]:
    return (thing for thing in things if all(thing.get(k) == v for k, v in wanted.items()))


def _known(kind: str) -> str:
    if kind not in _WANTED:
        raise ParameterError(f"there are no {kind!r} to look up", hint=", ".join(_WANTED))
    return kind


def _pass_over(_text: str) -> None:
    """What was mended in the history is told to whoever lists it, not to an action."""
