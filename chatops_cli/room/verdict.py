"""The exit codes that replies and plans stand for, wherever a room is used from a shell."""

from typing import TYPE_CHECKING

from chatops_cli.errors import ExitCode, ParameterError
from chatops_cli.model.chat import Reply, ReplyKind
from chatops_cli.model.execution import Status

if TYPE_CHECKING:
    from chatops_cli.room.plan import Plan

USAGE_REASONS = frozenset({"parameters", "too-long", "empty"})


def code_of_reply(reply: Reply) -> ExitCode:
    """The exit code that a reply stands for."""
    match reply.kind:
        case ReplyKind.RESULT:
            return ExitCode.OK if reply.status is Status.SUCCEEDED else ExitCode.FAILED
        case ReplyKind.DENIED:
            return ExitCode.DENIED
        case ReplyKind.NO_MATCH | ReplyKind.AMBIGUOUS:
            return ExitCode.NO_MATCH
        case ReplyKind.ERROR:
            return ExitCode.USAGE if reply.reason in USAGE_REASONS else ExitCode.FAILED
        case ReplyKind.INFO if reply.status in {Status.PENDING, Status.PAUSED}:
            return ExitCode.WAITING
        case _:
            return ExitCode.USAGE if reply.reason in USAGE_REASONS else ExitCode.OK


def code_of_plan(plan: "Plan") -> ExitCode:
    """The exit code that running it would begin with."""
    if not plan.steps:
        # Command lines are completed without it.
        from chatops_cli.aliases.outcome import Refused

        return ExitCode.USAGE if isinstance(plan.outcome, Refused) else ExitCode.NO_MATCH
    if not all(step.decision.allowed for step in plan.steps):
        return ExitCode.DENIED
    refusals = [step.refusal for step in plan.steps if step.refusal is not None]
    if any(isinstance(refusal, ParameterError) for refusal in refusals):
        return ExitCode.USAGE
    return ExitCode.FAILED if refusals else ExitCode.OK
