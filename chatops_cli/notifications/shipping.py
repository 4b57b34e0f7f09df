"""One parcel on its way to a room, a webhook or mail addresses."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.model.frozen import frozen
from chatops_cli.model.route import EmailRoute, RoomRoute, Route, WebhookRoute
from chatops_cli.notifications.delivery import DeliveryError, Parcel
from chatops_cli.notifications.references import References
from chatops_cli.records.events import NotificationFailed, NotificationSent

if TYPE_CHECKING:
    from chatops_cli.notifications.courier import Post


@frozen
class Shipping:
    """What is delivered, and with which means. `limit` is in seconds."""

    parcel: Parcel
    references: References
    environment: Mapping[str, str]
    post: "Post | None"
    limit: float

    async def carry_out(self, route: Route | None) -> NotificationSent | NotificationFailed:
        """What became of it.

        Args:
            route: Where; None where the parcel itself names a room.
        """
        kind, target = kind_of(route), self._target(route)
        limit = asyncio.timeout(self.limit)
        try:
            async with limit:
                target = await self._ship(route) or target
        except ChatOpsError as error:
            return self._failed(kind, target, error.in_full)
        except TimeoutError:
            if not limit.expired():
                raise
            return self._failed(kind, target, f"it took longer than {self.limit:g} s")
        return NotificationSent(
            execution_id=self.parcel.execution_id,
            route=self.parcel.route,
            kind=kind,
            target=target,
        )

    async def _ship(self, route: Route | None) -> str:
        """Where it was taken to, if that is known only now."""
        match route:
            case WebhookRoute():
                from chatops_cli.notifications.webhook import send_webhook, target_of

                hook = self.references.webhook(route)
                await send_webhook(hook, self.parcel, self.environment)
                return target_of(hook)
            case EmailRoute():
                from chatops_cli.notifications.mail import send_mail

                await send_mail(self.references.email(route), self.parcel)
                return ""
            case _:
                await self._say(self._target(route))
                return ""

    async def _say(self, room: str) -> None:
        from chatops_cli.rendering.posts import render_post

        if not room:
            raise DeliveryError("the announcement names no room (channel)")
        if self.post is None:
            raise DeliveryError(f"nothing can be said in {room} from here")
        parcel = self.parcel
        mention = "" if parcel.is_whisper else parcel.user
        said = render_post(parcel.text, parcel.extra, mention=mention)
        reply = Reply(
            kind=ReplyKind.NOTICE,
            message_id=parcel.message_id,
            room=room,
            text=said.text,
            attachments=said.attachments,
            execution_id=parcel.execution_id,
            status=parcel.status,
            extra=parcel.extra,
        )
        try:
            await self.post(reply)
        except OSError as error:
            raise DeliveryError(f"{room}: {error.strerror or error}") from error

    def _target(self, route: Route | None) -> str:
        match route:
            case RoomRoute():
                return route.room
            case WebhookRoute():
                return ""
            case EmailRoute():
                return ", ".join(route.to)
            case None:
                parcel = self.parcel
                is_direct = parcel.user and (parcel.is_whisper or not parcel.room)
                return f"@{parcel.user.removeprefix('@')}" if is_direct else parcel.room

    def _failed(self, kind: str, target: str, error: str) -> NotificationFailed:
        return NotificationFailed(
            execution_id=self.parcel.execution_id,
            error=f"nothing reached the route {self.parcel.route}: {error}",
            route=self.parcel.route,
            kind=kind,
            target=target or None,
        )


def kind_of(route: Route | None) -> str:
    """What the route is, in a word of the settings."""
    match route:
        case WebhookRoute():
            return "webhook"
        case EmailRoute():
            return "email"
        case _:
            return "room"
