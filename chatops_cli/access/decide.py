"""The one access decision. It is pure: what it needs is handed in, and it says why."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from chatops_cli.model.access import AccessPolicy, AccessRule, Decision, Effect
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen

LOCAL = "local"
"""The network of a terminal: whoever is there has a shell on this machine anyway."""


@frozen
class AccessRequest:
    """What someone wants to do, and where. `alias_ref` is None for an action run by its name."""

    principal: Principal
    room: str
    action_ref: ActionRef
    alias_ref: str | None = None


def decide(request: AccessRequest, policy: AccessPolicy) -> Decision:
    """Whether `request` may run: deny rules beat allow rules, and no rule is no, but locally.

    Rules of one effect are asked in the order of the settings; the first that fits is named.
    """
    roles = roles_of(request.principal, policy)
    for effect in (Effect.DENY, Effect.ALLOW):
        for rule in policy.rules:
            if rule.effect is effect and covers(rule, request, roles):
                return decision(effect, rule, request)
    if request.principal.network == LOCAL:
        return Decision(
            allowed=policy.local is Effect.ALLOW,
            rule="access.local",
            reason=f"no rule covers it, and access.local is {policy.local}",
        )
    return Decision(
        allowed=False,
        rule="default-deny",
        reason=f"no rule lets {request.principal.display} run {request.action_ref}",
    )


def roles_of(principal: Principal, policy: AccessPolicy) -> frozenset[str]:
    """The roles that the settings give `principal`."""
    who = str(principal)
    return frozenset(role for role, members in policy.roles.items() if fits(who, members))


def covers(rule: AccessRule, request: AccessRequest, roles: frozenset[str]) -> bool:
    """Whether every part of `rule` fits `request`.

    An action run by its name has no alias: only a rule for all aliases covers it.
    """
    return (
        covers_person(rule.who, request.principal, roles)
        and fits(request.action_ref, rule.actions)
        and fits(request.alias_ref or "", rule.aliases)
        and fits(request.room, rule.rooms)
    )


def covers_person(who: Iterable[str], principal: Principal, roles: frozenset[str]) -> bool:
    """Whether one of `who` is a role of the principal, or a pattern that fits it."""
    return any(
        entry[1:] in roles if entry.startswith("@") else fnmatchcase(str(principal), entry)
        for entry in who
    )


def fits(text: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns fits the whole text, case and all."""
    return any(fnmatchcase(text, pattern) for pattern in patterns)


def decision(effect: Effect, rule: AccessRule, request: AccessRequest) -> Decision:
    """The decision of a rule, with its place in words."""
    verb = "allows" if effect is Effect.ALLOW else "denies"
    return Decision(
        allowed=effect is Effect.ALLOW,
        rule=rule.name,
        reason=f"rule {rule.name} ({rule.place}) {verb} {request.action_ref} "
        f"to {request.principal.display}",
    )
