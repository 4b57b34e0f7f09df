"""StackStorm's RBAC files, read as access rules: ``roles/``, ``assignments/`` and ``mappings/``.

Source: StackStorm/st2-rbac-backend, ``loader`` and ``resolvers``; st2, ``models/api/rbac.py``.
"""

from collections.abc import Iterator
from dataclasses import field, replace
from pathlib import Path

from chatops_cli.model.access import AccessPolicy, AccessRule, Effect, Operation
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import read_file
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse
from chatops_cli.settings.rbac_permissions import GLOBAL, PERMISSIONS, RUNS

ADMINS = ("system_admin", "admin")
OBSERVER = "observer"


@frozen
class Grant:
    """What a role may do: run these actions, or answer inquiries; nothing for all else."""

    place: Place
    actions: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    answers: bool = False


@frozen
class Role:
    """A role with its grants."""

    name: str
    grants: tuple[Grant, ...] = field(default=())


def with_rbac(policy: AccessPolicy, folder: Path, problems: list[Problem]) -> AccessPolicy:
    """The policy with what the files in a folder grant; its own rules are asked first.

    What is wrong in them goes to `problems`. A user of StackStorm is the one of that name at the
    terminal, and the account of that name.
    """
    if not folder.is_dir():
        place = Place(file=str(folder))
        problems.append(Problem(place=place, rule="rbac", message="there is no such folder"))
        return replace(policy, folder=str(folder))
    found = _Folder(folder, problems)
    found.read()
    rules = [rule for role in found.roles.values() for rule in _rules(role)]
    rules += [
        AccessRule(
            name=f"rbac:{name}",
            effect=Effect.ALLOW,
            place=Place(file=str(folder)),
            who=(f"@{name}",),
        )
        for name in ADMINS
        if name in found.members
    ]
    roles = dict(policy.roles)
    for name in (*found.roles, *found.members):
        roles[name] = (*policy.roles.get(name, ()), *found.members.get(name, ()))
    rules = [*policy.rules, *rules]
    return replace(policy, roles=roles, rules=tuple(rules), folder=str(folder))


def _rules(role: Role) -> Iterator[AccessRule]:
    for grant in role.grants:
        rule = AccessRule(
            name=f"rbac:{role.name}",
            effect=Effect.ALLOW,
            place=grant.place,
            who=(f"@{role.name}",),
            actions=grant.actions or ("*",),
            packs=grant.packs or ("*",),
        )
        # Who may execute an action may have it stopped and run again there, too.
        yield replace(rule, operations=(Operation.ANSWER,)) if grant.answers else rule


class _Folder:
    """The files, read in the order of their names."""

    def __init__(self, folder: Path, problems: list[Problem]) -> None:
        self._folder = folder
        self._problems = problems
        self._known: set[str] = {*ADMINS, OBSERVER}
        self.roles: dict[str, Role] = {}
        self.members: dict[str, tuple[str, ...]] = {}

    def read(self) -> None:
        for reader in self._readers("roles"):
            self._role(reader)
        for reader in self._readers("assignments"):
            user = _plain(reader, "username")
            self._assign(reader, (f"local:{user}", f"account:{user}") if user else ())
        for reader in self._readers("mappings"):
            group = _plain(reader, "group")
            self._assign(reader, (f"%{group}",) if group else ())

    def _readers(self, kind: str) -> Iterator[Reader]:
        for path in sorted((self._folder / kind).glob("*.yaml")):
            data = read_file(str(path), file=str(path))
            if isinstance(data, Problem):
                self._problems.append(data)
                continue
            reader = Reader.of_source(parse(data, file=str(path)), self._problems)
            if reader is not None:
                yield reader

    def _role(self, reader: Reader) -> None:
        name = reader.text("name", required=True)
        reader.accept("description")
        enabled = reader.flag("enabled", default=True, broken=False)
        grants = tuple(
            grant for each in reader.sections("permission_grants") for grant in _grants(each)
        )
        reader.finish()
        if name in self._known:
            reader.report("rbac", f"the role {name} is defined twice, or StackStorm's own")
            return
        self._known.add(name)
        if enabled and name:
            self.roles[name] = Role(name=name, grants=grants)

    def _assign(self, reader: Reader, members: tuple[str, ...]) -> None:
        reader.accept("description")
        enabled = reader.flag("enabled", default=True, broken=False)
        names = reader.strings("roles")
        reader.finish()
        for name in names:
            if name not in self._known:
                reader.report("rbac", f"there is no role {name} in roles/", key="roles")
            elif enabled and name != OBSERVER:
                self.members[name] = (*self.members.get(name, ()), *members)


def _plain(reader: Reader, key: str) -> str:
    """A name; one that would be a pattern here, and stand for others, is none."""
    name = reader.text(key, required=True)
    if {"*", "?"} & set(name):
        reader.report("rbac", f"{key} is {name!r}, which would stand for others", key=key)
        return ""
    return name


def _grants(reader: Reader) -> Iterator[Grant]:
    """What of one grant means something here: to execute actions, and to answer inquiries."""
    uid = reader.text("resource_uid")
    types = reader.strings("permission_types")
    reader.finish()
    for word in types:
        if word not in PERMISSIONS:
            reader.report("rbac", f"{word!r} is no permission type", key="permission_types")
        elif not uid and word not in GLOBAL:
            reader.report("rbac", f"{word} needs a resource_uid", key="permission_types")
    if not uid:
        if "inquiry_respond" in types:
            yield Grant(place=reader.place, answers=True)
        return
    kind, _, name = uid.partition(":")
    if not name or {"*", "?"} & set(uid):
        reader.report("rbac", f"{uid!r} names no one resource", key="resource_uid")
    elif kind == "pack" and RUNS & {*types}:
        yield Grant(place=reader.place, packs=(name,))
    elif kind == "action" and RUNS & {*types}:
        pack, _, action = name.partition(":")
        if not action:
            reader.report("rbac", f"{uid!r} is not action:pack:name", key="resource_uid")
            return
        yield Grant(place=reader.place, actions=(f"{pack}.{action}",))
