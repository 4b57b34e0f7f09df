"""What the bot says when it runs nothing: each line says why, and what would help."""

import json
from collections.abc import Iterable, Sequence

from chatops_cli.aliases.departure import END
from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.happening import Delayed, Retrying
from chatops_cli.model.access import Decision
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Message
from chatops_cli.model.execution import Execution
from chatops_cli.model.json import Json

SHOWN = 60
"""Characters of a message that an answer repeats."""
LONGEST_VALUE = 80
"""Characters of a value that stands in a line with others."""


def quoted(text: str) -> str:
    """A message as an answer repeats it: on one line, cut where it is long."""
    line = " ".join(text.split())
    return f"'{line[: SHOWN - 1]}…'" if len(line) > SHOWN else f"'{line}'"


def nothing_typed() -> str:
    """The answer to the bot's name alone."""
    return "Yes? Type a command; 'help' lists them."


def edited() -> str:
    """The answer to a command that was edited into a message."""
    return "An edited message is never run. Send it again as a new one."


def cut() -> str:
    """The answer to a command of which only the beginning has arrived."""
    return (
        "Only the beginning of this message has arrived, so it was not run. Send it again, shorter."
    )


def no_match(command: str, near: Iterable[tuple[str, str]]) -> str:
    """The answer to a command that no alias means.

    Args:
        command: What was typed.
        near: The nearest formats as help shows them, each with a note on where the text departs.
    """
    lines = [f"I don't know {quoted(command)}; nothing was run."]
    shown = [f"  {display}{f'   ({note})' if note else ''}" for display, note in near]
    if shown:
        lines += ["Nearest:", *shown]
    else:
        lines.append("'help' lists what I know.")
    return "\n".join(lines)


def departs(command: str, offset: int, expected: str) -> str:
    """Where a command stops following a format, and what the format has there."""
    if offset >= len(command):
        return "" if expected == END else f"then {expected}"
    there = quoted(command[offset : offset + 20])
    return f"without {there}" if expected == END else f"{expected} instead of {there}"


def ambiguous(command: str, candidates: Sequence[tuple[str, str]]) -> str:
    """The answer to a command that several aliases mean, each given by reference and display."""
    lines = [f"{quoted(command)} could mean {len(candidates)} things; nothing was run:"]
    lines += [f"  {display}   ({alias})" for alias, display in candidates]
    return "\n".join(lines)


def denied(action: ActionRef, decision: Decision) -> str:
    """The answer to somebody who may not do it."""
    return f"You may not run {action}: {decision.reason}."


def not_run(error: ChatOpsError) -> str:
    """The answer where something kept the command from being started."""
    return f"Nothing was run: {error.in_full}"


def delayed(happening: Delayed) -> str:
    """The news that an execution waits until fewer run."""
    policy = happening.policy
    return (
        f"Waiting: {policy.threshold} of {policy.action_ref} run already, and the policy "
        f"{policy.ref} lets no more run at a time."
    )


def retrying(happening: Retrying) -> str:
    """The news that an execution has ended badly and is tried again."""
    policy, status = happening.policy, happening.execution.status
    when = f"in {policy.delay:g} s" if policy.delay else "now"
    return (
        f"{happening.execution.action_ref} ended with the status {status}; "
        f"trying again {when} ({happening.number} of {policy.max_retry_count})."
    )


def not_recorded(execution: Execution, error: ChatOpsError) -> str:
    """The warning that something ran, and how that went is not on record."""
    went = "has ended" if execution.status.is_final else "is waiting for an answer"
    return f"Execution {execution.id} {went}, but that is not on record: {error.in_full}"


def denied_wish(wish: str, execution_id: str, decision: Decision) -> str:
    """The answer to somebody who may not have an execution paused, resumed or cancelled."""
    return f"You may not {wish} {execution_id}: {decision.reason}."


def not_done(error: ChatOpsError) -> str:
    """The answer where something that goes on can't be changed as somebody wants."""
    return f"That can't be done: {error.in_full}."


def value(found: Json) -> str:
    """A parameter's value, short enough for a line of several."""
    text = json.dumps(found, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def wished(wish: str, execution_id: str, action: ActionRef) -> str:
    """The answer where an execution is paused, resumed or cancelled in another process."""
    match wish:
        case "pause":
            return f"{action} pauses as soon as what runs of it has ended ({execution_id})"
        case "resume":
            return f"{action} goes on where it runs ({execution_id})"
        case _:
            return f"{action} is being canceled where it runs ({execution_id})"


def not_linked(error: ChatOpsError) -> str:
    """The answer where somebody could not be linked to an account."""
    return f"Nobody was linked: {error.in_full}"


def unmeant(message: Message, command: str) -> tuple[str, str] | None:
    """Why a message to the bot is not looked at, in a word and for people; None where it is."""
    if message.is_edited:
        return "edited", edited()
    if message.is_cut:
        return "cut", cut()
    return None if command else ("empty", nothing_typed())
