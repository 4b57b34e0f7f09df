"""The one access decision. It is pure: what it needs is handed in, and it says why."""

from collections.abc import Iterator
from dataclasses import field

from chatops_cli.access.patterns import fits
from chatops_cli.access.people import Person, is_one_of, person_of, shortage
from chatops_cli.access.people import roles_of as roles_of  # noqa: PLC0414  # from here, too
from chatops_cli.access.values import misfitting
from chatops_cli.model.access import AccessPolicy, AccessRule, Decision, Effect, Operation
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.model.network import LOCAL as LOCAL  # noqa: PLC0414  # from here, too


@frozen
class AccessRequest:
    """What someone wants to do, and where. `alias_ref` is None for an action run by its name.

    `parameters` are all that are bound; None where they aren't known, and then rules for
    parameters count in doubt against it. With `is_offer` what depends on parameters is left open:
    for what is shown before anything is asked for, never for what is done. `account` is what the
    principal is linked to, `groups` are those of its network that it is in.
    """

    principal: Principal
    room: str
    action_ref: ActionRef
    alias_ref: str | None = None
    parameters: JsonObject | None = None
    operation: Operation = Operation.RUN
    account: str = ""
    groups: tuple[str, ...] = field(default=())
    is_offer: bool = False


def decide(request: AccessRequest, policy: AccessPolicy) -> Decision:
    """Whether `request` may run: deny rules beat allow rules, and no rule is no, but locally.

    Rules of one effect are asked in the order of the settings; the first that fits decides, and
    what it requires has to happen.
    """
    person = requester(request, policy)
    for effect in (Effect.DENY, Effect.ALLOW):
        for rule in policy.rules:
            if rule.effect is effect and covers(rule, request, person):
                return decision(rule, request, person, policy)
    if request.principal.network == LOCAL:
        return Decision(
            allowed=policy.local is Effect.ALLOW,
            rule="access.local",
            reason=f"no rule covers it, and access.local is {policy.local}",
        )
    return Decision(
        allowed=False,
        rule="default-deny",
        reason=f"no rule lets {request.principal.display} {in_words(request)}",
    )


def requester(request: AccessRequest, policy: AccessPolicy) -> Person:
    """Who asks."""
    return person_of(request.principal, policy, account=request.account, groups=request.groups)


def covers(rule: AccessRule, request: AccessRequest, person: Person) -> bool:
    """Whether every part of `rule` fits `request`.

    An action run by its name has no alias: only a rule for all aliases covers it.
    """
    return next(misfits(rule, request, person), None) is None


def misfits(rule: AccessRule, request: AccessRequest, person: Person) -> Iterator[str]:
    """The keys of the rule that don't fit; a parameter's as ``parameters.name``."""
    principal, action = request.principal, request.action_ref
    if not is_one_of(person, rule.who):
        yield "who"
    if not fits(request.operation, rule.operations):
        yield "operations"
    if not fits(action, rule.actions):
        yield "actions"
    if not fits(action.partition(".")[0], rule.packs):
        yield "packs"
    if not fits(request.alias_ref or "", rule.aliases):
        yield "aliases"
    if not fits(request.room, rule.rooms):
        yield "rooms"
    whole = f"{principal.network}:{principal.workspace}"
    if not fits(principal.network, rule.networks) and not fits(whole, rule.networks):
        yield "networks"
    if rule.parameters:
        name = misfitting(rule, request.parameters, is_offer=request.is_offer)
        if name is not None:
            yield f"parameters.{name}"


def decision(
    rule: AccessRule, request: AccessRequest, person: Person, policy: AccessPolicy
) -> Decision:
    """The decision of a rule, with its place in words.

    Where there can't be enough people to give an approval that it requires, it is no.
    """
    verb = "allows" if rule.effect is Effect.ALLOW else "denies"
    whom = request.principal.display
    reason = f"rule {rule.name} ({rule.place}) {verb} {described(request)} to {whom}"
    requires = rule.require if request.operation in _BEGINS else None
    approval = requires.approval if requires is not None else None
    if approval is not None and (short := shortage(approval, person, policy)):
        return Decision(allowed=False, rule=rule.name, reason=f"{reason}, but {short}")
    return Decision(
        allowed=rule.effect is Effect.ALLOW, rule=rule.name, reason=reason, requires=requires
    )


_BEGINS = frozenset({Operation.RUN, Operation.RERUN})
"""What has something run: only for that others are asked."""


def described(request: AccessRequest) -> str:
    """What is asked for, as a noun."""
    ref, wish = request.action_ref, request.operation
    return str(ref) if wish is Operation.RUN else f"to {wish} {ref}"


def in_words(request: AccessRequest) -> str:
    """What is asked for, as a verb."""
    return f"{request.operation} {request.action_ref}"
