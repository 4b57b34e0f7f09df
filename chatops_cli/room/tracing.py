"""What a trace tells of the way from a message to an execution: outcomes and refs, no text."""

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from chatops_cli.aliases.outcome import Ambiguous, Matched, Outcome, Refused, Unmatched
from chatops_cli.model.action import ActionRef
from chatops_cli.model.alias import Alias
from chatops_cli.model.trace import Span, Tracer
from chatops_cli.records.events import MatchOutcome

if TYPE_CHECKING:
    from chatops_cli.room.plan import Step


def matching(tracer: Tracer) -> AbstractContextManager[Span]:
    """The alias that a command means is looked for while this is entered."""
    return tracer.span("match")


def tell_match(span: Span, outcome: Outcome) -> None:
    """What was found."""
    match outcome:
        case Matched() as found:
            span.set(
                {
                    "chatops.match.outcome": MatchOutcome.MATCHED,
                    "chatops.alias.ref": found.alias.ref,
                }
            )
        case Ambiguous():
            span.set({"chatops.match.outcome": MatchOutcome.AMBIGUOUS})
        case Refused():
            span.set({"chatops.match.outcome": MatchOutcome.REFUSED})
        case Unmatched():
            span.set({"chatops.match.outcome": MatchOutcome.NONE})


def deciding(tracer: Tracer, ref: ActionRef, alias: Alias | None) -> AbstractContextManager[Span]:
    """Whether somebody may run an action is decided, and its parameters are bound, meanwhile."""
    attributes = {"chatops.action.ref": ref, "chatops.alias.ref": alias.ref if alias else ""}
    return tracer.span("decide", attributes=attributes)


def tell_step(span: Span, step: "Step") -> None:
    """What was decided, and by which rule; where it can't be run, the kind of error."""
    decision = step.decision
    span.set({"chatops.decision.allowed": decision.allowed, "chatops.decision.rule": decision.rule})
    if step.prepared is not None:
        span.set({"chatops.execution.id": step.prepared.execution.id})
    if step.refusal is not None:
        span.fail(type(step.refusal).__name__)
