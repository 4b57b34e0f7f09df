"""Entries for people in the settings: immutable ids, accounts, roles and groups; never names."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chatops_cli.model.access import AccessPolicy
from chatops_cli.model.network import FORMS, LOCAL
from chatops_cli.model.problem import Problem
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value

_WITH_WORKSPACE = 3
"""Parts of a principal."""


class Mistake(NamedTuple):
    """What is wrong with an entry, under the name of a problem."""

    rule: str
    message: str
    hint: str


def check_who(who: Iterable[str], reader: Reader, key: str) -> None:
    """Report the entries of a rule that can be for nobody."""
    for entry in who:
        mistake = _wrong(entry)
        if mistake is not None:
            reader.report(mistake.rule, mistake.message, key=key, hint=mistake.hint)


def check_member(entry: str, value: Value, refused: Mapping[str, str]) -> None:
    """Report an entry of a role or group that can be for nobody, or can't be one there."""
    if entry[:1] in refused and ":" not in entry:
        value.report(
            "not-a-principal",
            f"{value.name} has {entry!r}: it can't be made of {refused[entry[:1]]}",
            hint="name the people themselves",
        )
        return
    mistake = _wrong(entry)
    if mistake is not None:
        value.report(mistake.rule, mistake.message, hint=mistake.hint)


def check_names(policy: AccessPolicy, reader: Reader) -> None:
    """Report the roles and groups that rules name and nobody defines: such are for no one."""
    kinds = (("@", "role", policy.roles), ("%", "group", policy.groups))
    for rule in policy.rules:
        approval = rule.require.approval if rule.require is not None else None
        named = (*rule.who, *(approval.by if approval is not None else ()))
        for entry in named:
            for sign, what, known in kinds:
                if entry.startswith(sign) and entry[1:] not in known and ":" not in entry:
                    reader.problems.append(
                        Problem(
                            place=rule.place,
                            rule="unknown-role" if sign == "@" else "unknown-group",
                            message=f"the {what} {entry} of rule {rule.name} is not in "
                            f"access.{what}s",
                            hint=f"defined are {', '.join(known) or 'none'}",
                        )
                    )
    for role, members in policy.roles.items():
        for entry in members:
            if entry.startswith("%") and ":" not in entry and entry[1:] not in policy.groups:
                reader.report(
                    "unknown-group",
                    f"the group {entry} of the role {role} is not in access.groups",
                    key="roles",
                    hint=f"defined are {', '.join(policy.groups) or 'none'}",
                )


def _wrong(entry: str) -> Mistake | None:
    """What is wrong with an entry."""
    if entry == "*" or entry[:1] in ("@", "%"):
        return None
    if ":" not in entry:
        return Mistake(
            rule="not-a-principal",
            message=f"{entry!r} is neither a principal nor a role",
            hint=f"write a principal such as local:{entry}, or a role: @{entry}",
        )
    network, _, rest = entry.partition(":")
    if network in (LOCAL, "account") or rest == "*":
        return None if rest else _shapeless(entry)
    if entry.count(":") < _WITH_WORKSPACE - 1 or not entry.rpartition(":")[2]:
        return _shapeless(entry)
    workspace, _, user = rest.partition(":")
    form = FORMS.get(network)
    if form is None or (form.user.fullmatch(user) and _is_workspace(network, workspace)):
        return None
    return Mistake(
        rule="display-name",
        message=f"{entry!r} has no id as {network} gives them: names that people show are "
        "anybody's",
        hint=f"write {network}:{workspace or 'WORKSPACE'}:ID; a user's id there looks like "
        f"{form.looks}",
    )


def _is_workspace(network: str, workspace: str) -> bool:
    return not workspace or FORMS[network].workspace.fullmatch(workspace) is not None


def _shapeless(entry: str) -> Mistake:
    return Mistake(
        rule="not-a-principal",
        message=f"{entry!r} is not network:workspace:user",
        hint="leave the workspace empty where a network has none: telegram::136817688",
    )
