"""What waits until people have confirmed or approved it, as it is on disk."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from chatops_cli.access.people import Person, is_one_of
from chatops_cli.errors import RecordError
from chatops_cli.execution.engine import Prepared
from chatops_cli.execution.kept import plain, read
from chatops_cli.execution.origin import Origin
from chatops_cli.model.access import Approval, Confirmation, Requirement
from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.records.key_file import NAME as KEY
from chatops_cli.records.waiting import APPROVALS, Kept, Kind, WaitingStore
from chatops_cli.runners.contract import Runner
from chatops_cli.settings.values import Settings

# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


@frozen
class Vote:
    """One approval; `groups` are those of the network that whoever gave it was in."""

    principal: Principal
    groups: tuple[str, ...] = ()


@frozen
class Pending:
    """An execution that hasn't begun. Its parameters are unmasked: see `prepared.masker`.

    `definition` is the digest of what was asked for. `groups` are those of the network that whoever
    asked was in. `expires` is for what it waits for now: the confirmation first.
    """

    prepared: Prepared
    origin: Origin
    requirement: Requirement
    definition: str
    expires: datetime
    groups: tuple[str, ...] = ()
    is_confirmed: bool = False
    votes: tuple[Vote, ...] = ()

    @property
    def id(self) -> str:
        """That of the execution that it will be."""
        return self.prepared.execution.id

    @property
    def confirm(self) -> Confirmation | None:
        """The confirmation that it waits for now."""
        return None if self.is_confirmed else self.requirement.confirm

    def is_over(self, now: datetime) -> bool:
        """Whether nobody may allow it any more."""
        return self.expires <= now

    def as_json(self) -> dict[str, Json]:
        """It by stable keys, masked."""
        execution, approval = self.prepared.execution, self.requirement.approval
        return {
            "id": self.id,
            "action": execution.action_ref,
            "alias": execution.alias_ref,
            "parameters": self.prepared.masked_parameters(),
            "room": self.origin.room,
            "user": self.origin.principal.display,
            "principal": str(self.origin.principal),
            "rule": self.origin.rule,
            "requires": str(self.requirement),
            "waits_for": "confirmation" if self.confirm is not None else "approval",
            "by": [] if approval is None else list(approval.by),
            "needed": 0 if approval is None else approval.count,
            "approved": [str(vote.principal) for vote in self.votes],
            "requested": execution.requested.isoformat(),
            "expires": self.expires.isoformat(),
        }


def may_approve(approval: Approval, person: Person, asking: Person) -> str:
    """Why somebody may not approve, in words; empty where they may."""
    if not is_one_of(person, approval.by):
        return f"it needs {approval}"
    if not approval.own and person.identity == asking.identity:
        return "you asked for it yourself"
    return ""


def kept_of(pending: Pending) -> Kept:
    """What goes to the disk."""
    data = plain(pending.prepared, pending.origin, started=None)
    found: _Loaded = {
        **data,
        "requirement": _plain_requirement(pending.requirement),
        "definition": pending.definition,
        "expires": pending.expires.isoformat(),
        "groups": list(pending.groups),
        "is_confirmed": pending.is_confirmed,
        "votes": [
            {
                "network": vote.principal.network,
                "workspace": vote.principal.workspace,
                "user": vote.principal.user,
                "name": vote.principal.name,
                "groups": list(vote.groups),
            }
            for vote in pending.votes
        ],
    }
    return Kept(id=pending.id, kind=Kind.APPROVAL, data=found)


def pending_of(kept: Kept, find_runner: Callable[[str], Runner]) -> Pending:
    """What was put on disk.

    Raises:
        RecordError: It is damaged.
        RunnerError: Its runner isn't installed.
    """
    prepared, origin = read(kept.data, kept.id, find_runner)
    loaded: _Loaded = kept.data
    try:
        return Pending(
            prepared=prepared,
            origin=origin,
            requirement=_requirement(loaded["requirement"]),
            definition=str(loaded["definition"]),
            expires=datetime.fromisoformat(loaded["expires"]),
            groups=tuple(loaded["groups"]),
            is_confirmed=bool(loaded["is_confirmed"]),
            votes=tuple(_vote(each) for each in loaded["votes"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RecordError(f"what was kept of approval {kept.id} is damaged") from error


def begun(pending: Pending, now: datetime) -> Prepared:
    """What is run: it was requested when people had allowed it."""
    return replace(pending.prepared, execution=replace(pending.prepared.execution, requested=now))


def _vote(found: _Loaded) -> Vote:
    principal = Principal(
        network=found["network"],
        workspace=found["workspace"],
        user=found["user"],
        name=found["name"],
    )
    return Vote(principal=principal, groups=tuple(found["groups"]))


def _plain_requirement(requirement: Requirement) -> dict[str, _Loaded]:
    approval, confirm = requirement.approval, requirement.confirm
    return {
        "approval": None
        if approval is None
        else [list(approval.by), approval.count, approval.own, approval.within],
        "confirm": None if confirm is None else [confirm.word, confirm.within],
    }


def _requirement(found: _Loaded) -> Requirement:
    approval, confirm = found["approval"], found["confirm"]
    return Requirement(
        approval=None
        if approval is None
        else Approval(
            by=tuple(approval[0]), count=approval[1], own=approval[2], within=approval[3]
        ),
        confirm=None if confirm is None else Confirmation(word=confirm[0], within=confirm[1]),
    )


def approvals_of(settings: Settings) -> WaitingStore:
    """What waits to be allowed, on disk."""
    key_file = settings.key_file or settings.home / KEY
    return WaitingStore(settings.home / APPROVALS, key_file=key_file)
