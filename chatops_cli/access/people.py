"""Who somebody is to the rules: principal, account, groups and roles."""

from collections.abc import Iterable

from chatops_cli.access.patterns import ACCOUNT, fits, fits_principal, is_literal
from chatops_cli.model.access import AccessPolicy, Approval
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen


@frozen
class Person:
    """A principal, the account that it is linked to (or empty), and what they are and have.

    `groups` are those of the settings by their names, and those of the network as
    ``network:workspace:id``.
    """

    principal: Principal
    account: str = ""
    groups: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()

    @property
    def identity(self) -> str:
        """What is one for one human: the account, or else the principal."""
        return f"{ACCOUNT}:{self.account}" if self.account else str(self.principal)


def person_of(
    principal: Principal, policy: AccessPolicy, *, account: str = "", groups: Iterable[str] = ()
) -> Person:
    """What the settings make of somebody; `groups` are ids of the network's groups."""
    prefix = f"{principal.network}:{principal.workspace}"
    plain = Person(
        principal=principal,
        account=account,
        groups=frozenset(f"{prefix}:{group}" for group in groups),
    )
    own = {name for name, members in policy.groups.items() if is_one_of(plain, members)}
    grouped = Person(principal=principal, account=account, groups=plain.groups | own)
    roles = {name for name, members in policy.roles.items() if is_one_of(grouped, members)}
    return Person(
        principal=principal, account=account, groups=grouped.groups, roles=frozenset(roles)
    )


def roles_of(principal: Principal, policy: AccessPolicy) -> frozenset[str]:
    """The roles that the settings give `principal` without an account and groups of a network."""
    return person_of(principal, policy).roles


def is_one_of(person: Person, who: Iterable[str]) -> bool:
    """Whether one of these entries is for the person."""
    return any(_is(person, entry) for entry in who)


def _is(person: Person, entry: str) -> bool:
    if entry.startswith("@"):
        return entry[1:] in person.roles
    if entry.startswith("%"):
        return any(fits(group, (entry[1:],)) for group in person.groups)
    if entry.startswith(f"{ACCOUNT}:"):
        pattern = entry.partition(":")[2]
        return bool(person.account) and fits(person.account, (pattern,))
    return fits_principal(person.principal, entry)


def shortage(approval: Approval, asking: Person, policy: AccessPolicy) -> str:
    """Why there can't be enough people to approve, in words; empty where there may be.

    Whom a pattern, or a group of a network, stands for, nobody knows: that may be enough.
    """
    entries = list(members_of(approval.by, policy))
    if not entries:
        return f"it needs {approval}, and nobody is that"
    if not all(map(_is_somebody, entries)):
        return ""
    others = {entry for entry in entries if approval.own or not _is(asking, entry)}
    if len(others) >= approval.count:
        return ""
    found = "nobody" if not others else f"only {len(others)}"
    besides = "" if approval.own else " besides who asks"
    return f"it needs {approval}, and {found}{besides} is that"


def members_of(who: Iterable[str], policy: AccessPolicy) -> Iterable[str]:
    """The entries that roles and groups of the settings come down to."""
    for entry in who:
        if entry.startswith("@"):
            yield from members_of(policy.roles.get(entry[1:], ()), policy)
        elif entry.startswith("%") and entry[1:] in policy.groups:
            yield from members_of(policy.groups[entry[1:]], policy)
        else:
            yield entry


def _is_somebody(entry: str) -> bool:
    return is_literal(entry) and not entry.startswith("%")
