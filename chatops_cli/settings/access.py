"""The ``access`` section of the settings: roles, groups, and rules with what they require."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from chatops_cli.model.access import (
    APPROVAL_TIME,
    CONFIRM_TIME,
    AccessPolicy,
    AccessRule,
    Approval,
    Confirmation,
    Denials,
    Effect,
    Operation,
    Requirement,
)
from chatops_cli.model.json import Json
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value
from chatops_cli.settings.duration import read_duration
from chatops_cli.settings.people import check_member, check_names, check_who
from chatops_cli.settings.shadows import check_shadows

MOST = 20
"""People whose approval may be required."""


def read_access(reader: Reader | None) -> AccessPolicy:
    """What it says. A rule that can't be understood is an error."""
    if reader is None:
        return AccessPolicy()
    local = Effect(reader.choice("local", tuple(Effect), Effect.ALLOW))
    denials = Denials(reader.choice("denials", tuple(Denials), Denials.ANSWERED))
    groups = _members(reader.section("groups"), {"@": "roles", "%": "groups"})
    roles = _members(reader.section("roles"), {"@": "roles"})
    rules = tuple(
        read_rule(rule, number) for number, rule in enumerate(reader.sections("rules"), start=1)
    )
    policy = AccessPolicy(local=local, roles=roles, rules=rules, groups=groups, denials=denials)
    check_names(policy, reader)
    check_shadows(policy, reader)
    rbac = reader.text("rbac")
    reader.finish()
    if not rbac:
        return policy
    # Only for who brings files from StackStorm.
    from chatops_cli.settings.rbac import with_rbac

    return with_rbac(policy, Path(reader.place.file).parent / rbac, reader.problems)


def _members(reader: Reader | None, refused: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Names with who they stand for; `refused` are signs of what can't be among those."""
    if reader is None:
        return {}
    found = {}
    for name, value in reader.entries():
        found[name] = value.strings()
        for entry in found[name]:
            check_member(entry, value, refused)
    return found


def read_rule(reader: Reader, number: int) -> AccessRule:
    """One rule; without a name it is called by its number."""
    if not reader.has("effect"):
        reader.report("missing-key", "the rule says no effect", hint="write allow or deny")
    effect = Effect(reader.choice("effect", tuple(Effect), Effect.DENY))
    rule = AccessRule(
        name=reader.text("name", f"access.rules[{number}]"),
        effect=effect,
        place=reader.place,
        who=reader.strings("who", ("*",)),
        actions=reader.strings("actions", ("*",)),
        aliases=reader.strings("aliases", ("*",)),
        rooms=reader.strings("rooms", ("*",)),
        networks=reader.strings("networks", ("*",)),
        packs=reader.strings("packs", ("*",)),
        operations=_operations(reader),
        parameters=_parameters(reader.section("parameters")),
        require=_requirement(reader.section("require")),
    )
    check_who(rule.who, reader, "who")
    if effect is Effect.DENY and rule.require is not None:
        reader.report(
            "require", f"{reader.path('require')} stands in a rule that denies", key="require"
        )
    reader.finish()
    return rule


def _operations(reader: Reader) -> tuple[str, ...]:
    found = []
    for item in _listed(reader.value("operations")):
        word = item.choice(tuple(Operation))
        if word in {*Operation}:
            found.append(str(word))
    return tuple(found) if reader.has("operations") else ("*",)


def _parameters(reader: Reader | None) -> dict[str, tuple[Json, ...]]:
    if reader is None:
        return {}
    found: dict[str, tuple[Json, ...]] = {}
    for name, value in reader.entries():
        values = tuple(each.json() for each in _listed(value))
        if not values or any(each is None or isinstance(each, dict | list) for each in values):
            value.wrong("one value, or a list of values: texts, numbers, true or false")
        found[name] = values
    return found


def _listed(value: Value | None) -> Iterable[Value]:
    if value is None:
        return ()
    return value.items() if value.is_list else (value,)


def _requirement(reader: Reader | None) -> Requirement | None:
    if reader is None:
        return None
    requirement = Requirement(
        approval=_approval(reader.section("approval")), confirm=_confirmation(reader)
    )
    reader.finish()
    if requirement.approval is None and requirement.confirm is None:
        if not reader.keys():
            reader.report("require", "require names neither approval nor confirm")
        return None
    return requirement


def _approval(reader: Reader | None) -> Approval | None:
    if reader is None:
        return None
    by = reader.strings("by")
    if not reader.has("by"):
        reader.report("missing-key", f"{reader.path('by')} is missing")
    check_who(by, reader, "by")
    approval = Approval(
        by=by,
        count=reader.integer("count", 1, minimum=1, maximum=MOST),
        own=reader.flag("own", default=False),
        within=read_duration(reader, "within", APPROVAL_TIME),
    )
    reader.finish()
    return approval


def _confirmation(reader: Reader) -> Confirmation | None:
    """``true``, or the word that is to be typed, or a mapping of `word` and `within`."""
    value = reader.value("confirm")
    if value is None:
        return None
    if value.is_mapping:
        inner = Reader(value)
        found = Confirmation(
            word=inner.text("word"), within=read_duration(inner, "within", CONFIRM_TIME)
        )
        inner.finish()
        return found
    said = value.json()
    if isinstance(said, bool):
        return Confirmation() if said else None
    return Confirmation(word=value.text() or "")
