"""Events of what people have to allow: approvals, limits, accounts."""

from datetime import datetime
from typing import ClassVar

from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject


@frozen
class ApprovalRequested:
    """An action was asked for that people have to confirm or approve first; it waits for that.

    `requires` says what for, in words. `definition` is the digest of alias and action as they are.
    """

    event: ClassVar[str] = "approval.requested"

    execution_id: str
    message_id: str | None
    principal: Principal
    room: str
    action: str
    parameters: JsonObject
    rule: str
    reason: str
    requires: str
    definition: str
    expires: datetime
    alias: str | None = None
    operator: str | None = None


@frozen
class ApprovalGiven:
    """Somebody has approved, the `number`-th of `needed`; `person` is whom they count as."""

    event: ClassVar[str] = "approval.given"

    execution_id: str
    principal: Principal
    room: str
    person: str
    number: int
    needed: int
    operator: str | None = None


@frozen
class ApprovalConfirmed:
    """Who asked for it has said so a second time."""

    event: ClassVar[str] = "approval.confirmed"

    execution_id: str
    principal: Principal
    room: str
    operator: str | None = None


@frozen
class ApprovalEnded:
    """What waited for people waits no more.

    `outcome` is ``started``, ``denied``, ``withdrawn`` (by who asked for it), ``expired`` or
    ``void`` (it is no longer what was asked for). `principal` is whoever ended it, if anybody did.
    """

    event: ClassVar[str] = "approval.ended"

    execution_id: str
    outcome: str
    reason: str
    principal: Principal | None = None
    room: str | None = None
    operator: str | None = None


@frozen
class AccountCode:
    """Somebody has asked for a code that links one principal to an account."""

    event: ClassVar[str] = "account.code"

    account: str
    principal: Principal


@frozen
class AccountLinked:
    """A principal is about to belong to an account: it has typed the code."""

    event: ClassVar[str] = "account.linked"

    account: str
    principal: Principal
    room: str
    operator: str | None = None


@frozen
class AccountUnlinked:
    """A principal is about to belong to an account no more; `by` is who wants it."""

    event: ClassVar[str] = "account.unlinked"

    account: str
    principal: Principal
    by: Principal
