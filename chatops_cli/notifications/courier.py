"""Takes parcels to their routes; what became of each is on record."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from chatops_cli.errors import RecordError
from chatops_cli.execution.recorder import Records
from chatops_cli.model.announcement import Announcement
from chatops_cli.model.chat import Reply
from chatops_cli.records.events import NotificationFailed, NotificationSent

if TYPE_CHECKING:
    from chatops_cli.model.route import Route
    from chatops_cli.notifications.delivery import Parcel
    from chatops_cli.notifications.errands import Errands
    from chatops_cli.notifications.references import References

CHATOPS = "chatops"
"""The route whose announcements name their room themselves.

Source: StackStorm, ``contrib/chatops/actions/post_message.yaml``.
"""
LONGEST = 30.0
"""Seconds for one delivery, with all its tries."""

Post: TypeAlias = Callable[[Reply], Awaitable[None]]
"""Says something in a room, which is the reply's own."""


class Courier:
    """Delivers parcels. A delivery that fails is told and recorded, and stops nothing.

    Args:
        routes: The routes of the settings, by name.
        records: Where deliveries are put on record.
        errands: Where announcements are worked on.
        references: Follows the references of routes; made where it is needed.
        environment: The variables of this process: proxies are named there.
        warn: Told in one line what could not be delivered.
        post: Says something in a room; None where there are no rooms.
    """

    def __init__(
        self,
        *,
        routes: "Mapping[str, Route]",
        records: Records,
        errands: "Errands",
        references: "Callable[[], References]",
        environment: Mapping[str, str],
        warn: Callable[[str], None],
        post: Post | None,
    ) -> None:
        self._routes = routes
        self._records = records
        self._errands = errands
        self._references = references
        self._environment = environment
        self._warn = warn
        self._post = post
        self._unknown: set[str] = set()

    def announce(self, said: Announcement) -> None:
        """An announcement is on its way; what it says is masked."""
        from chatops_cli.notifications.parcels import parcel_of_announcement

        self._errands.send(self._announce(parcel_of_announcement(said)))

    def knows(self, route: str) -> bool:
        """Whether the settings say where a route leads."""
        return route in self._routes

    def lost(self, parcel: "Parcel") -> None:
        """Nobody says where its route leads: recorded, and told once for each route."""
        error = f"nobody knows the route {parcel.route}: it is in no rule and not in the settings"
        self.failed(
            NotificationFailed(execution_id=parcel.execution_id, error=error, route=parcel.route),
            is_told=parcel.route not in self._unknown,
        )
        self._unknown.add(parcel.route)

    def failed(self, event: NotificationFailed, *, is_told: bool = True) -> None:
        """It is on record that something failed, and told."""
        if is_told:
            self._warn(f"{event.error} (execution {event.execution_id})")
        self.record(event)

    def record(self, event: NotificationFailed | NotificationSent) -> None:
        """It is on record, if that can be: what was done stays done."""
        try:
            self._records.append(event, sync=False)
        except RecordError as error:
            self._warn(error.message)

    async def deliver(self, parcel: "Parcel") -> None:
        """The parcel is where its route leads, or it is told that it isn't."""
        from chatops_cli.notifications.shipping import Shipping

        shipping = Shipping(
            parcel=parcel,
            references=self._references(),
            environment=self._environment,
            post=self._post,
            limit=LONGEST,
        )
        event = await shipping.carry_out(self._routes.get(parcel.route))
        if isinstance(event, NotificationFailed):
            self.failed(event)
        else:
            self.record(event)

    async def _announce(self, parcel: "Parcel") -> None:
        if self.knows(parcel.route) or parcel.route == CHATOPS:
            await self.deliver(parcel)
        else:
            self.lost(parcel)
