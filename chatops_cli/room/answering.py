"""`answer` in a room: somebody answers what waits there.

``answer ID yes``, ``answer ID approver=bob reason="all green"``; the id may be cut short, and left
out where one inquiry alone waits in the room.
"""

import re
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, ExitCode, NotFoundError, ParameterError
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.execution import Execution
from chatops_cli.model.secret import MASK
from chatops_cli.room import answers, wording

if TYPE_CHECKING:
    from chatops_cli.execution.keeper import Keeper
    from chatops_cli.room.continuing import Continuing
    from chatops_cli.room.inquiries import Inquiry
    from chatops_cli.runners.contract import OnOutput

WORD = "answer"
HELP = (
    "answer [ID] yes, answer [ID] name=value … - answer what waits for an answer; the id where"
    " several do"
)
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


def how_to_go_on(keeper: "Keeper | None", execution: Execution, *, call: str) -> list[str]:
    """What an execution that waits waits for, and what has it go on, in lines.

    `call` is what stands before a command where it is told.
    """
    from chatops_cli.rendering.inquiry import inquiry_lines
    from chatops_cli.room.inquiries import inquiry_of, usage_of

    if keeper is None:
        return []
    lines: list[str] = []
    for execution_id in keeper.asked(execution.id):
        kept = keeper.find(execution_id)
        if kept is None:
            continue
        inquiry = inquiry_of(keeper, kept)
        if execution_id != execution.id:
            lines.append(f"{inquiry.action_ref} is waiting for an answer (execution {inquiry.id})")
            lines.extend(inquiry_lines(inquiry.as_json()))
        lines.append(f"To answer, say: {call}{WORD} {inquiry.id} {usage_of(inquiry)}")
    if keeper.paused(execution.id):
        lines.append(f"To have it go on: chatops workflow resume {execution.id}")
    return lines


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
