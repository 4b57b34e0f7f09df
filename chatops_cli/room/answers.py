"""Replies to a message: in its room and thread, each with what it is about."""

from dataclasses import replace
from typing import TYPE_CHECKING

from chatops_cli.aliases.outcome import Ambiguous, Refused
from chatops_cli.errors import NotFoundError, ParameterError
from chatops_cli.execution.happening import Delayed, Retrying
from chatops_cli.model.access import Decision, Denials
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Message, Reply, ReplyKind
from chatops_cli.model.execution import Execution
from chatops_cli.model.network import LOCAL
from chatops_cli.rendering.replies import Rendered
from chatops_cli.room import wording
from chatops_cli.room.help import help_text, is_help
from chatops_cli.room.plan import Plan, Step
from chatops_cli.room.world import World

if TYPE_CHECKING:
    from chatops_cli.model.progress import Progress

NEAR = 3
"""How many nearest aliases an answer names."""


def no_alias(message: Message, ref: str) -> Reply:
    """The alias that a program asked for isn't there, or is off."""
    text = f"There is no alias {ref}; nothing was run."
    return say(message, ReplyKind.ERROR, text, reason="not-found")


def say(message: Message, kind: ReplyKind, text: str, *, reason: str | None = None) -> Reply:
    """A reply of plain text."""
    return Reply(
        kind=kind,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=text,
        reason=reason,
    )


def answer(message: Message, kind: ReplyKind, execution: Execution, rendered: Rendered) -> Reply:
    """A reply about an execution; `rendered` is masked."""
    return Reply(
        kind=kind,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=rendered.text,
        attachments=rendered.attachments,
        extra=rendered.extra,
        execution_id=execution.id,
        status=None if kind is ReplyKind.ACK else execution.status,
    )


def end(message: Message, execution: Execution) -> Reply:
    """The end of an execution whose alias wants no result shown: nothing to say, but an end."""
    return answer(message, ReplyKind.RESULT, execution, Rendered())


def delayed(message: Message, happening: Delayed) -> Reply:
    """The news that an execution waits for its turn."""
    return _news(message, happening.execution_id, wording.delayed(happening), "delayed")


def retrying(message: Message, happening: Retrying) -> Reply:
    """The news that an execution didn't end well and is tried again."""
    return _news(message, happening.execution.id, wording.retrying(happening), "retry")


def progressed(message: Message, progress: "Progress") -> Reply:
    """The news of how far a workflow has come."""
    # Only workflows pay for it.
    from chatops_cli.rendering.progress import progress_text

    reply = _news(message, progress.execution_id, progress_text(progress), "tasks")
    return replace(reply, progress=progress)


def unrecorded(message: Message, execution: Execution, text: str) -> Reply:
    """The warning that the end of an execution is not on record."""
    return Reply(
        kind=ReplyKind.ERROR,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=text,
        execution_id=execution.id,
        status=execution.status,
        reason="records",
    )


def _news(message: Message, execution_id: str, text: str, reason: str) -> Reply:
    return Reply(
        kind=ReplyKind.PROGRESS,
        message_id=message.id,
        room=message.room,
        thread=message.thread,
        text=text,
        execution_id=execution_id,
        reason=reason,
    )


def no_step(world: World, message: Message, plan: Plan, *, is_busy: bool = False) -> Reply:
    """The reply to a command that starts nothing: ambiguous, too long, help, or not known.

    `is_busy`: something runs now.
    """
    match plan.outcome:
        case Ambiguous(candidates=candidates):
            found = [(each.alias.ref, each.format.display) for each in candidates]
            return say(message, ReplyKind.AMBIGUOUS, wording.ambiguous(plan.command, found))
        case Refused(reason=why):
            return say(message, ReplyKind.ERROR, why, reason="too-long")
        case _ if is_help(plan.command):
            text = help_text(world, message, plan.command, is_busy=is_busy)
            return say(message, ReplyKind.INFO, text)
        case _:
            # Only the answer to what isn't known pays for it.
            from chatops_cli.aliases.nearest import nearest

            near = [
                (each.display, wording.departs(plan.command, each.offset, each.expected))
                for each in nearest(plan.command, world.table, limit=3 * NEAR)
                if world.offers(message, each.alias.action_ref, each.alias.ref).allowed
            ]
            return say(message, ReplyKind.NO_MATCH, wording.no_match(plan.command, near[:NEAR]))


def held_back(message: Message, action: ActionRef, limit: Decision) -> Reply:
    """The reply to somebody who asks too often."""
    text = f"{action} is not run now: {limit.reason}."
    return say(message, ReplyKind.DENIED, text, reason="limit")


def denial(world: World, message: Message, text: str, rule: str) -> Reply:
    """The reply to somebody who may not: without text where the settings want it silent."""
    is_silent = world.settings.access.denials is Denials.SILENT
    is_told = not is_silent or message.principal.network == LOCAL
    return say(message, ReplyKind.DENIED, text if is_told else "", reason=rule)


def refused(world: World, message: Message, step: Step) -> Reply:
    """The reply to a step that may not run, or can't."""
    if not step.decision.allowed:
        text = wording.denied(step.action_ref, step.decision)
        return denial(world, message, text, step.decision.rule)
    error = step.refusal
    match error:
        case ParameterError():
            reason = "parameters"
        case NotFoundError():
            reason = "not-found"
        case _:
            reason = "runner"
    text = wording.not_run(error) if error else ""
    return say(message, ReplyKind.ERROR, step.masker.text(text), reason=reason)
