"""`approve`, `deny` and `confirm` in a room: somebody allows what waits there, or doesn't.

``approve 3f2a``, ``deny 3f2a not today``, ``confirm 3f2a``; the id may be cut short, to four
characters at least, and left out where one alone waits in the room.
"""

import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, ExitCode, ParameterError
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.room import answers, wording
from chatops_cli.room.waiting_words import APPROVE

if TYPE_CHECKING:
    from chatops_cli.room.approvals import Approvals
    from chatops_cli.runners.contract import OnOutput

_SHORTEST = 4
_ID = re.compile(r"[0-9a-f]{24}")


async def replies(
    approvals: "Approvals", message: Message, command: str, on_output: "OnOutput | None" = None
) -> AsyncIterator[Reply]:
    """The replies to such a command."""
    try:
        wish, name, rest = _split(approvals, command)
        if wish == APPROVE and rest:
            what = f"there is no {rest.split()[0]!r} that waits"
            raise ParameterError(what, hint=f"say: {APPROVE} ID")
        pending = approvals.find(name, room=message.room)
        match wish:
            case "approve":
                told = approvals.approve(message, pending.id, on_output=on_output)
            case "confirm":
                told = approvals.confirm(message, pending.id, rest, on_output=on_output)
            case _:
                told = approvals.deny(message, pending.id, rest)
        async for reply in told:
            yield reply
    except ChatOpsError as error:
        reason = "not-found" if error.exit_code is ExitCode.FAILED else "parameters"
        yield answers.say(message, ReplyKind.ERROR, wording.not_run(error), reason=reason)


def _split(approvals: "Approvals", command: str) -> tuple[str, str, str]:
    """What is wanted, the id or nothing, and the rest."""
    wish, _, rest = command.strip().partition(" ")
    first, _, after = rest.strip().partition(" ")
    ids = [each.id for each in approvals.all()]
    is_named = first in ids or (
        len(first) >= _SHORTEST and any(each.startswith(first) for each in ids)
    )
    if is_named or _ID.fullmatch(first):
        return wish, first, after.strip()
    return wish, "", rest.strip()
