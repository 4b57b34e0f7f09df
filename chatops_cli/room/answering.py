"""`answer` in a room: somebody answers what waits there.

``answer ID yes``, ``answer ID approver=bob reason="all green"``; the id may be cut short, and left
out where one inquiry alone waits in the room.
"""

import re
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, ExitCode, NotFoundError, ParameterError
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.secret import MASK
from chatops_cli.room import answers, wording

if TYPE_CHECKING:
    from chatops_cli.room.continuing import Continuing
    from chatops_cli.room.inquiries import Inquiry
    from chatops_cli.runners.contract import OnOutput

WORD = "answer"
_SHORTEST = 4
_ID = re.compile(r"[0-9a-f]{24}")


def is_answer(command: str) -> bool:
    """Whether a command that no alias means answers something."""
    return command.split(maxsplit=1)[:1] == [WORD]


class Answering:
    """One answer, read; `masked` is the command for records.

    Where it can't be read, `error` says why.
    """

    def __init__(self, continuing: "Continuing", message: Message, command: str) -> None:
        self._continuing = continuing
        self.error: ChatOpsError | None = None
        self.masked = command
        self._inquiry: Inquiry | None = None
        try:
            words = _words(command)[1:]
            name, self._words = self._split(words)
            self._inquiry = continuing.inquiry(name, room=message.room)
            if _asks_secrets(self._inquiry):
                self.masked = f"{WORD} {name} {MASK}".replace("  ", " ")
        except ChatOpsError as error:
            self.error = error
            self.masked = command if len(command.split()) < 2 else f"{WORD} {MASK}"  # noqa: PLR2004  # it may hold a secret

    async def replies(
        self, message: Message, on_output: "OnOutput | None" = None
    ) -> AsyncIterator[Reply]:
        """The replies to it."""
        if self.error is not None or self._inquiry is None:
            if self.error is not None:
                yield _refused(message, self.error)
            return
        from chatops_cli.room.inquiries import read_words

        try:
            given = read_words(self._inquiry, self._words)
            async for reply in self._continuing.respond(
                message, self._inquiry, given, on_output=on_output
            ):
                yield reply
        except (ParameterError, NotFoundError) as error:
            yield _refused(message, error)

    def _split(self, words: Sequence[str]) -> tuple[str, list[str]]:
        """The id, where the first word is one, and the rest."""
        first = words[0] if words else ""
        waiting = [each.id for each in self._continuing.inquiries()]
        is_named = first in waiting or (
            len(first) >= _SHORTEST and any(each.startswith(first) for each in waiting)
        )
        if is_named or _ID.fullmatch(first):
            return first, list(words[1:])
        return "", list(words)


def _words(command: str) -> list[str]:
    import shlex

    try:
        return shlex.split(command)
    except ValueError:  # a quotation mark without its fellow is a letter
        return command.split()


def _asks_secrets(inquiry: "Inquiry") -> bool:
    from chatops_cli.execution.secrecy import has_secret

    return has_secret(dict(inquiry.schema))


def _refused(message: Message, error: ChatOpsError) -> Reply:
    reason = "not-found" if error.exit_code is ExitCode.FAILED else "parameters"
    return answers.say(message, ReplyKind.ERROR, wording.not_run(error), reason=reason)
