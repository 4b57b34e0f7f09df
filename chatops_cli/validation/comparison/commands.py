"""Commands that a change adds, removes or alters: aliases, and the actions that they stand for."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place
from chatops_cli.model.secret import MASK
from chatops_cli.reading.file import read_file
from chatops_cli.validation.comparison.sides import Side

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@frozen
class Change:
    """One thing that differs; null for what isn't there. Secrets are masked."""

    what: str
    before: Json
    after: Json


@frozen
class Command:
    """An alias or an action, and what became of it. `aliases` are those that name an action."""

    kind: str
    ref: str
    status: str
    place: Place
    changes: tuple[Change, ...] = ()
    aliases: tuple[str, ...] = ()


def commands(old: Side, new: Side) -> tuple[Command, ...]:
    """What differs, aliases first, by name."""
    return (*_aliases(old, new), *_actions(old, new))


def _aliases(old: Side, new: Side) -> Iterator[Command]:
    before, after = _aliases_of(old), _aliases_of(new)
    for ref in sorted(before.keys() | after.keys()):
        one, other = before.get(ref), after.get(ref)
        changes = tuple(_differing(_alias_parts(one), _alias_parts(other)))
        place = other.place if other is not None else _place(one, old)
        if changes:
            status = _status(one, other)
            yield Command(kind="alias", ref=ref, status=status, place=place, changes=changes)


def _actions(old: Side, new: Side) -> Iterator[Command]:
    before, after = _actions_of(old), _actions_of(new)
    named: dict[str, list[str]] = {}
    for alias in {**_aliases_of(old), **_aliases_of(new)}.values():
        named.setdefault(alias.action_ref, []).append(alias.ref)
    for ref in sorted(before.keys() | after.keys()):
        one, other = before.get(ref), after.get(ref)
        changes = tuple(_differing(_action_parts(one), _action_parts(other)))
        if one is not None and other is not None:
            changes += tuple(_content(one, other))
        if changes:
            yield Command(
                kind="action",
                ref=ref,
                status=_status(one, other),
                place=other.place if other is not None else _place(one, old),
                changes=tuple(_masked(change, _secrets(one, other)) for change in changes),
                aliases=tuple(sorted(named.get(ref, ()))),
            )


def _status(one: object | None, other: object | None) -> str:
    if one is None:
        return ADDED
    return REMOVED if other is None else CHANGED


def _place(one: Alias | Action | None, old: Side) -> Place:
    """Where it was: in the repository, not in the folder that was made for comparing."""
    return Place(file=old.inside(one.place.file)) if one is not None else Place(file="")


def _aliases_of(side: Side) -> Mapping[str, Alias]:
    aliases = side.world.catalog.aliases
    return {a.ref: a for a in aliases if a.enabled and side.scope.holds(a.place.file)}


def _actions_of(side: Side) -> Mapping[str, Action]:
    found = side.world.catalog.actions()
    return {a.ref: a for a in found if a.enabled and side.scope.holds(a.place.file)}


def _differing(before: Mapping[str, Json], after: Mapping[str, Json]) -> Iterator[Change]:
    for what in dict.fromkeys((*before, *after)):
        one, other = before.get(what), after.get(what)
        if one != other or isinstance(one, bool) != isinstance(other, bool):
            yield Change(what=what, before=one, after=other)


def _alias_parts(alias: Alias | None) -> Mapping[str, Json]:
    if alias is None:
        return {}
    parts: dict[str, Json] = {
        f"format {each.text}": each.text for form in alias.formats for each in form.representations
    }
    parts["action"] = alias.action_ref
    parts |= {f"fixed {name}": value for name, value in alias.immutable_parameters.items()}
    parts["ack"] = alias.ack.format if alias.ack.enabled else False
    parts["result"] = alias.result.format if alias.result.enabled else False
    return parts


def _action_parts(action: Action | None) -> Mapping[str, Json]:
    if action is None:
        return {}
    parts: dict[str, Json] = {"runner": action.runner_type}
    if action.entry_point:
        parts["entry point"] = action.entry_point
    for name, parameter in action.parameters.items():
        parts |= {f"{name} {key}".strip(): value for key, value in _parameter(parameter)}
    return parts


def _parameter(parameter: Parameter) -> Iterator[tuple[str, Json]]:
    yield "", "parameter"
    yield from parameter.schema.items()
    if parameter.has_default:
        yield "default", parameter.default
    for key in ("required", "secret", "immutable"):
        if getattr(parameter, key):
            yield key, True


def _secrets(*actions: Action | None) -> frozenset[str]:
    """The names of parameters that are secret in one of two states."""
    return frozenset(
        name
        for action in actions
        if action is not None
        for name, parameter in action.parameters.items()
        if parameter.secret
    )


def _masked(change: Change, secrets: frozenset[str]) -> Change:
    name, _, key = change.what.partition(" ")
    if name not in secrets or key not in ("default", "enum"):
        return change
    return Change(
        what=change.what,
        before=MASK if change.before is not None else None,
        after=MASK if change.after is not None else None,
    )


def _content(one: Action, other: Action) -> Iterator[Change]:
    """A change of the file that is run: its digests."""
    before, after = _digest(one), _digest(other)
    if before != after:
        yield Change(what="content of the entry point", before=before, after=after)


def _digest(action: Action) -> str | None:
    if not action.entry_point:
        return None
    data = read_file(f"{action.pack_path}/actions/{action.entry_point}", file="")
    return blake2b(data, digest_size=6).hexdigest() if isinstance(data, bytes) else None
