"""Why a decision came out as it did: each rule, and what of it doesn't fit."""

from collections.abc import Iterator

from chatops_cli.access.decide import AccessRequest, misfits, requester
from chatops_cli.access.people import Person
from chatops_cli.access.values import text_of
from chatops_cli.model.access import AccessPolicy, AccessRule, Effect
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject

NEAR = 2
"""Parts of a rule that may not fit for it to be called near."""


@frozen
class Considered:
    """One rule, and the reasons in words why it doesn't fit; none where it does."""

    rule: AccessRule
    reasons: tuple[str, ...] = ()

    @property
    def fits(self) -> bool:
        """Whether the rule covers what was asked for."""
        return not self.reasons

    @property
    def is_near(self) -> bool:
        """Whether little is missing for it to fit."""
        return 0 < len(self.reasons) <= NEAR


def considered(
    request: AccessRequest, policy: AccessPolicy, shown: JsonObject
) -> tuple[Considered, ...]:
    """All rules in the order in which they are asked: those that deny come first.

    `shown` are the parameters, masked: what is told of their values.
    """
    person = requester(request, policy)
    return tuple(
        Considered(
            rule=rule,
            reasons=tuple(
                _reason(part, rule, request, person, shown)
                for part in misfits(rule, request, person)
            ),
        )
        for effect in (Effect.DENY, Effect.ALLOW)
        for rule in policy.rules
        if rule.effect is effect
    )


def near(found: tuple[Considered, ...]) -> Iterator[Considered]:
    """Those that nearly fit, the nearest first."""
    yield from sorted((each for each in found if each.is_near), key=lambda each: len(each.reasons))


def _reason(
    part: str, rule: AccessRule, request: AccessRequest, person: Person, shown: JsonObject
) -> str:
    key, _, name = part.partition(".")
    if key == "parameters":
        return _value_reason(name, rule.parameters[name], request.parameters, shown)
    wanted = ", ".join(getattr(rule, key))
    if key == "who":
        return f"who: {_described(person)} is none of {wanted}"
    found = {
        "operations": str(request.operation),
        "actions": str(request.action_ref),
        "packs": request.action_ref.partition(".")[0],
        "aliases": request.alias_ref or "an action run by its name",
        "rooms": request.room,
        "networks": f"{request.principal.network}:{request.principal.workspace}".rstrip(":"),
    }[key]
    return f"{key}: {found} is none of {wanted}"


def _value_reason(
    name: str, wanted: tuple[Json, ...], parameters: JsonObject | None, shown: JsonObject
) -> str:
    if parameters is None:
        return f"parameters: {name} is not known"
    if name not in parameters:
        return f"parameters: the action has no {name}"
    value = shown.get(name)
    found = "nothing" if value is None else text_of(value)
    return f"parameters: {name} is {found}, none of {', '.join(map(text_of, wanted))}"


def _described(person: Person) -> str:
    parts = [str(person.principal)]
    if person.account:
        parts.append(f"account:{person.account}")
    parts += [f"%{group}" for group in sorted(person.groups)]
    parts += [f"@{role}" for role in sorted(person.roles)]
    return f"{parts[0]} ({', '.join(parts[1:])})" if parts[1:] else parts[0]
