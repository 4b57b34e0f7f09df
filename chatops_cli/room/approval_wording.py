"""What the bot says of what waits to be allowed."""

import json
from datetime import datetime

from chatops_cli.room.pending import Pending
from chatops_cli.room.waiting_words import APPROVE, CONFIRM, DENY


def asked(pending: Pending, call: str) -> str:
    """What waits, for whom, until when, and what to type."""
    action, approval, confirm = (
        pending.prepared.execution.action_ref,
        pending.requirement.approval,
        pending.confirm,
    )
    known = pending.prepared.request.action.parameters.keys() | pending.prepared.request.given
    lines = [
        f"  {name} = {json.dumps(value, ensure_ascii=False)}"
        for name, value in pending.prepared.masked_parameters().items()
        if name in known and value is not None
    ]
    if confirm is not None:
        word = f" {confirm.word}" if confirm.word else ""
        how = f"To have it run, say: {call}{CONFIRM} {pending.id}{word}"
        what = "your confirmation"
    else:
        how = (
            f"To approve, say: {call}{APPROVE} {pending.id}   "
            f"To refuse: {call}{DENY} {pending.id} reason"
        )
        what = str(approval)
    who = pending.origin.principal.display
    head = f"{action} for {who} waits for {what} (until {until(pending.expires)})."
    return "\n".join([head, *lines, how])


def approved(pending: Pending, name: str, number: int, needed: int) -> str:
    """Somebody has approved, and more have to."""
    action = pending.prepared.execution.action_ref
    return f"{name} approves {action} ({number} of {needed}); {needed - number} more to go."


def started(pending: Pending, by: str) -> str:
    """All that was required has happened."""
    return f"{pending.prepared.execution.action_ref} starts: {by} (execution {pending.id})."


def ended(pending: Pending, outcome: str, reason: str) -> str:
    """It won't be run."""
    action, who = pending.prepared.execution.action_ref, pending.origin.principal.display
    return f"{action} for {who} is not run ({outcome}): {reason} ({pending.id})."


def until(moment: datetime) -> str:
    """A point in time."""
    return f"{moment:%Y-%m-%d %H:%M:%S}Z"
