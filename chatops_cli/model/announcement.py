"""An announcement: something that an action says to whoever listens on a route."""

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject


@frozen
class Announcement:
    """What an action of the runner ``announcement`` says, on `route`.

    `payload` is free; on the route ``chatops`` it is a message for a room, with ``channel``,
    ``user``, ``whisper``, ``message``, ``context`` and ``extra``. Whoever listens is told it
    masked. `execution_id` tells which action said it.

    Source: StackStorm, ``contrib/chatops/actions/post_message.yaml``.
    """

    route: str
    payload: JsonObject
    execution_id: str
