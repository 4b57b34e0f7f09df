"""The record of each step of a message's path."""

from collections.abc import Iterable
from contextlib import suppress

from chatops_cli.aliases.outcome import Ambiguous, Matched, Refused, Unmatched
from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Message, Reply
from chatops_cli.records.events import (
    Decided,
    Event,
    MatchOutcome,
    MessageMatched,
    MessageReceived,
    ReplySent,
)
from chatops_cli.room.plan import Plan, Step
from chatops_cli.room.services import Services


class Recorder:
    """Writes events about messages; each method raises `RecordError` where it can't.

    Only what is the last record of a message that starts nothing waits for the disk here; the
    request of an execution does, and its end: see `execution.recorder`.
    """

    def __init__(self, services: Services) -> None:
        self._records = services.records
        self._operator_of = services.operator_of

    def heard(self, message: Message, text: str, plan: Plan | None = None) -> tuple[Event, ...]:
        """The events of a message, and of what it means, if that was asked; `text` is masked.

        Nothing is written yet: what follows goes to the log in one write with them.
        """
        operator = self._operator_of(message.principal)
        event = MessageReceived.of(message, text=text, operator=operator)
        return (event,) if plan is None else (event, match_event(message, plan))

    def unmeant(self, heard: Iterable[Event], *, sync: bool) -> None:
        """A message came in that starts nothing."""
        self._records.append(*heard, sync=sync)

    def denied(self, heard: Iterable[Event], message: Message, step: Step) -> None:
        """What won't be run, and why: the decision was no, or it can't be."""
        self._records.append(*heard, decision_event(message, step), sync=True)

    def unrequested(self, heard: Iterable[Event]) -> None:
        """The request that came after it can't be written: then this alone, if that can be."""
        with suppress(RecordError):
            self._records.append(*heard, sync=True)

    def replied(self, reply: Reply) -> None:
        """What was answered, if that can be written: a full disk must not keep an answer back.

        How far a workflow has come is not an answer; each of its tasks is on record itself.
        """
        if reply.progress is not None:
            return
        with suppress(RecordError):
            self._records.append(ReplySent.of(reply), sync=False)


def decision_event(message: Message, step: Step) -> Decided:
    """The event of whether it may run, and why."""
    return Decided(
        message_id=message.id,
        action=step.action_ref,
        alias=step.alias.ref if step.alias else None,
        allowed=step.decision.allowed,
        rule=step.decision.rule,
        reason=step.decision.reason,
        execution_id=step.prepared.execution.id if step.prepared else None,
    )


def match_event(message: Message, plan: Plan) -> MessageMatched:
    """The event of what the matcher said."""
    match plan.outcome:
        case Matched() as found:
            return MessageMatched(
                message_id=message.id,
                outcome=MatchOutcome.MATCHED,
                alias=found.alias.ref,
                format=found.representation.text,
            )
        case Ambiguous() as found:
            return MessageMatched(
                message_id=message.id,
                outcome=MatchOutcome.AMBIGUOUS,
                candidates=tuple(candidate.alias.ref for candidate in found.candidates),
            )
        case Refused() as found:
            return MessageMatched(
                message_id=message.id, outcome=MatchOutcome.REFUSED, reason=found.reason
            )
        case Unmatched():
            return MessageMatched(message_id=message.id, outcome=MatchOutcome.NONE)
