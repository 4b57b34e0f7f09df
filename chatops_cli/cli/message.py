"""One message down the whole path, from a shell."""

import sys
from collections.abc import Sequence
from typing import BinaryIO

from chatops_cli.cli.conversation import Manner, Notices, converse
from chatops_cli.cli.invocation import Asked, Invocation
from chatops_cli.cli.session import message_of, room_of, settings_from
from chatops_cli.errors import ChatOpsError


def run_message(invocation: Invocation, asked: Asked) -> int:
    """The message is run and answered; or, for a dry run, only what it would do is shown."""
    settings = settings_from(invocation)
    text = text_of(asked.message)
    manner = Manner(as_json=asked.as_json, with_ack=not asked.no_ack, streams=asked.stream)
    notices = Notices(manner)
    room = room_of(settings, post=notices, engine=asked.engine and not asked.dry_run)
    said = message_of(text, as_user=asked.as_user, room=asked.room)
    if asked.dry_run:
        from chatops_cli.cli.dry_run import show_plan

        return show_plan(room, said, timeout=asked.timeout, as_json=asked.as_json)
    return converse(
        lambda on_output: room.handle(said, timeout=asked.timeout, on_output=on_output),
        manner,
        close=room.close,
        notices=notices,
    )


def text_of(words: Sequence[str]) -> str:
    """The message: the words as one text, or standard input for ``-``.

    Raises:
        ChatOpsError: There is none, or it isn't text.
    """
    text = read_stdin() if list(words) == ["-"] else " ".join(words)
    if not text.strip():
        raise ChatOpsError("the message is empty", hint='type one, such as: chatops run "help"')
    return text


def read_stdin() -> str:
    """Standard input as UTF-8, whatever the locale; what is too long isn't read to its end.

    Raises:
        ChatOpsError: It is closed, or isn't text.
    """
    from chatops_cli.aliases.table import MESSAGE_LIMIT

    source: BinaryIO | None = getattr(sys.stdin, "buffer", None)
    if source is None:
        raise ChatOpsError("standard input is closed", hint="pipe the message in")
    message = source.read(MESSAGE_LIMIT + 2).removesuffix(b"\n")
    if len(message) > MESSAGE_LIMIT:
        return message.decode(errors="replace")  # it is refused, maybe in the middle of a letter
    try:
        return message.decode()
    except UnicodeDecodeError as error:
        raise ChatOpsError("standard input is not UTF-8 text") from error
