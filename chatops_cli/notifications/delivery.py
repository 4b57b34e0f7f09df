"""What is taken to a route, and what became of it."""

from dataclasses import field

from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject


class DeliveryError(ChatOpsError):
    """A notification could not be delivered."""

    exit_code = ExitCode.FAILED


@frozen
class Parcel:
    """One thing to deliver; all of it is masked.

    `payload` is all that is known, as a webhook is sent it; `text` is what people read. `room`,
    `mention` and `whisper` are for a route that leaves the room to whoever announces.
    """

    route: str
    execution_id: str
    text: str
    payload: JsonObject
    status: Status | None = None
    message_id: str = ""
    room: str = ""
    user: str = ""
    is_whisper: bool = False
    extra: JsonObject = field(default_factory=dict)
