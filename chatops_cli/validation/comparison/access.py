"""Who gains or loses what by a change: the rules of two states, asked about the same people."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from chatops_cli.access.decide import AccessRequest, decide
from chatops_cli.access.patterns import ACCOUNT, fits
from chatops_cli.access.people import members_of
from chatops_cli.model.access import AccessPolicy
from chatops_cli.model.action import ActionRef
from chatops_cli.model.alias import Alias
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.network import LOCAL
from chatops_cli.validation.comparison.sides import Side

NO = "no"
ANY_ROOM = "any other room"
_SOMEBODY = "somebody"


@frozen
class AccessChange:
    """What differs for some people and aliases; `rooms` is empty where it does in all.

    `before` and `after` are ``yes``, ``no``, or on what it depends. `is_gain` tells which way.
    """

    who: tuple[str, ...]
    aliases: tuple[str, ...]
    before: str
    after: str
    rooms: tuple[str, ...] = ()

    @property
    def is_gain(self) -> bool:
        """Whether more may be done than before, as far as that can be said."""
        return self.before == NO or self.after == "yes"


class _Asker(NamedTuple):
    """Somebody for whom an entry of the rules stands, and nobody narrower."""

    who: str
    principal: Principal
    account: str = ""
    groups: tuple[str, ...] = ()


class _Subject(NamedTuple):
    """An alias as rules see it, before and after; None where it isn't there."""

    ref: str
    before: ActionRef | None
    after: ActionRef | None


def access_changes(old: Side, new: Side) -> tuple[AccessChange, ...]:
    """What differs; people and aliases of whom the same is true are told together."""
    before, after = old.world.settings.access, new.world.settings.access
    is_same = _rules_of(before) == _rules_of(after)
    subjects = [each for each in _subjects(old, new) if not is_same or each.before != each.after]
    if not subjects:
        return ()
    classes: dict[tuple[object, ...], list[_Subject]] = {}
    for subject in subjects:
        classes.setdefault(_class(subject, before, after), []).append(subject)
    rooms = _rooms(before, after)
    found: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for asker in _askers(before, after):
        for alike in classes.values():
            for one, other, where in _differences(asker, alike[0], before, after, rooms):
                key = asker.who, one, other, where
                found.setdefault(key, []).extend(each.ref for each in alike)
    people: dict[tuple[tuple[str, ...], str, str, tuple[str, ...]], list[str]] = {}
    for (who, one, other, where), refs in found.items():
        people.setdefault((tuple(sorted(refs)), one, other, where), []).append(who)
    return tuple(
        AccessChange(who=tuple(who), aliases=refs, before=one, after=other, rooms=where)
        for (refs, one, other, where), who in people.items()
    )


def _rules_of(policy: AccessPolicy) -> tuple[object, ...]:
    """What decides, without places: a rule that only moved is the same."""
    rules = [
        tuple(getattr(rule, name) for name in rule.__dataclass_fields__ if name != "place")
        for rule in policy.rules
    ]
    return policy.local, dict(policy.roles), dict(policy.groups), rules


def _subjects(old: Side, new: Side) -> Iterator[_Subject]:
    before, after = _aliases(old), _aliases(new)
    for ref in sorted(before.keys() | after.keys()):
        one, other = before.get(ref), after.get(ref)
        yield _Subject(
            ref,
            one.action_ref if one is not None else None,
            other.action_ref if other is not None else None,
        )


def _aliases(side: Side) -> Mapping[str, Alias]:
    found = side.world.aliases
    return {alias.ref: alias for alias in found if side.scope.holds(alias.place.file)}


def _class(subject: _Subject, before: AccessPolicy, after: AccessPolicy) -> tuple[object, ...]:
    """What is the same for aliases that all rules treat alike."""
    sides = ((subject.before, before), (subject.after, after))
    return tuple(
        action is not None
        and tuple(
            fits(action, rule.actions)
            and fits(action.partition(".")[0], rule.packs)
            and fits(subject.ref, rule.aliases)
            for rule in policy.rules
        )
        for action, policy in sides
    )


def _differences(
    asker: _Asker,
    subject: _Subject,
    before: AccessPolicy,
    after: AccessPolicy,
    rooms: tuple[str, ...],
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What was and is true of somebody and an alias, with the rooms where it differs so."""
    found: dict[tuple[str, str], list[str]] = {}
    for room in rooms:
        one = _answer(asker, subject.ref, subject.before, room, before)
        other = _answer(asker, subject.ref, subject.after, room, after)
        if one != other:
            found.setdefault((one, other), []).append(room)
    for (one, other), where in found.items():
        yield one, other, () if len(where) == len(rooms) else tuple(where)


def _answer(
    asker: _Asker, alias: str, action: ActionRef | None, room: str, policy: AccessPolicy
) -> str:
    if action is None:
        return NO
    sure, maybe = (
        decide(
            AccessRequest(
                principal=asker.principal,
                room=room,
                action_ref=action,
                alias_ref=alias,
                account=asker.account,
                groups=asker.groups,
                is_offer=is_offer,
            ),
            policy,
        )
        for is_offer in (False, True)
    )
    if sure.allowed and sure.needs == maybe.needs:
        return sure.needs or "yes"
    if not maybe.allowed:
        return NO
    rules = [rule for rule in policy.rules if rule.name in (sure.rule, maybe.rule)]
    values = [
        f"{name} {', '.join(map(str, allowed))}"
        for rule in rules
        for name, allowed in rule.parameters.items()
    ]
    names = " and ".join(dict.fromkeys(rule.name for rule in rules if rule.parameters))
    said = f"depends on parameters: rule {names} ({'; '.join(values)})"
    return f"{said}, {maybe.needs}" if maybe.needs else said


def _askers(*policies: AccessPolicy) -> Iterator[_Asker]:
    yield _Asker("everybody in a terminal", Principal(network=LOCAL, user=_SOMEBODY))
    chat = Principal(network="chat", workspace="any", user=_SOMEBODY)
    yield _Asker("everybody in chat", chat)
    entries = dict.fromkeys(entry for policy in policies for entry in _entries(policy))
    for entry in entries:
        asker = _asker(entry)
        if asker is not None:
            yield asker
    networks = (name for policy in policies for rule in policy.rules for name in rule.networks)
    for network in dict.fromkeys(networks):
        if network != "*":
            name, _, workspace = _sample(network).partition(":")
            who = f"everybody of {network}"
            yield _Asker(who, Principal(network=name, workspace=workspace, user=_SOMEBODY))


def _entries(policy: AccessPolicy) -> Iterator[str]:
    for rule in policy.rules:
        yield from members_of(rule.who, policy)
    for members in (*policy.roles.values(), *policy.groups.values()):
        yield from members_of(members, policy)


def _asker(entry: str) -> _Asker | None:
    """Somebody who is this entry of a rule; None for what everybody is."""
    if entry == "*":
        return None
    parts = _sample(entry.removeprefix("%")).split(":")
    if entry.startswith("%"):
        if len(parts) < 3:  # noqa: PLR2004  # network, workspace, id; it is a group of nobody
            return None
        principal = Principal(network=parts[0], workspace=parts[1], user=_SOMEBODY)
        return _Asker(entry, principal, groups=(":".join(parts[2:]),))
    if parts[0] == ACCOUNT:
        principal = Principal(network="chat", workspace="any", user=_SOMEBODY)
        return _Asker(entry, principal, account=":".join(parts[1:]))
    workspace = parts[1] if len(parts) > 2 else ""  # noqa: PLR2004  # as above
    return _Asker(entry, Principal(network=parts[0], workspace=workspace, user=parts[-1]))


def _rooms(*policies: AccessPolicy) -> tuple[str, ...]:
    named = (room for policy in policies for rule in policy.rules for room in rule.rooms)
    return tuple(dict.fromkeys((*(_sample(room) for room in named if room != "*"), ANY_ROOM)))


def _sample(pattern: str) -> str:
    """Something that a pattern fits, and hardly another one."""
    return pattern.replace("*", _SOMEBODY).replace("?", "x")
