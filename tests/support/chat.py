"""Messages as tests write them."""

from datetime import UTC, datetime

from chatops_cli.model.chat import Message, Principal

NOON = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)
ALICE = Principal(network="local", user="alice")


def make_message(
    text: str,
    *,
    principal: Principal = ALICE,
    room: str = "#ops",
    message_id: str = "m1",
    is_direct: bool = True,
    is_edited: bool = False,
    is_cut: bool = False,
) -> Message:
    """A message at noon; a direct one unless said otherwise."""
    return Message(
        id=message_id,
        text=text,
        principal=principal,
        room=room,
        time=NOON,
        is_direct=is_direct,
        is_edited=is_edited,
        is_cut=is_cut,
    )
