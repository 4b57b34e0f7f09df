"""Events of what goes on beside executions: notifications, the datastore, the log itself."""

from datetime import datetime
from typing import ClassVar

from chatops_cli.model.chat import Principal
from chatops_cli.model.frozen import frozen


@frozen
class NotificationSent:
    """A notification or announcement was taken to its route.

    `kind` is ``room``, ``webhook`` or ``email``; `target` is the room, the host of the webhook, or
    the addresses.
    """

    event: ClassVar[str] = "notification.sent"

    execution_id: str
    route: str
    kind: str
    target: str


@frozen
class NotificationFailed:
    """A notification or announcement reached nobody, or a rule could not be followed.

    `route` is None where a rule is meant, `rule` where a route is; without a setting for the route
    there is neither `kind` nor `target`.
    """

    event: ClassVar[str] = "notification.failed"

    execution_id: str
    error: str
    route: str | None = None
    rule: str | None = None
    kind: str | None = None
    target: str | None = None


@frozen
class DatastoreSet:
    """A value of the datastore is about to be written; what it is, is never on record.

    `principal` is who does it by a command; an action does it in the execution `execution_id`.
    """

    event: ClassVar[str] = "datastore.set"

    name: str
    scope: str
    user: str | None = None
    secret: bool = False
    expires: datetime | None = None
    principal: Principal | None = None
    execution_id: str | None = None


@frozen
class DatastoreDeleted:
    """A value of the datastore is about to be removed; see `DatastoreSet`."""

    event: ClassVar[str] = "datastore.deleted"

    name: str
    scope: str
    user: str | None = None
    principal: Principal | None = None
    execution_id: str | None = None


@frozen
class AuditRepaired:
    """The end of the log was not whole. `moved` bytes are now in `file`, if there were any."""

    event: ClassVar[str] = "audit.repaired"

    moved: int
    file: str | None
    reason: str


@frozen
class AuditRotated:
    """A new file was begun; the log before it ends in `file` with this record."""

    event: ClassVar[str] = "audit.rotated"

    file: str
    last_seq: int
    last_hash: str
