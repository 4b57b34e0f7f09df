"""The record of each step of a message's path."""

from chatops_cli.aliases.outcome import Ambiguous, Matched, Refused, Unmatched
from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Message, Reply
from chatops_cli.records.events import (
    Decided,
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

    def received(self, message: Message, text: str, plan: Plan | None = None) -> None:
        """A message came in, and what it means, if that was asked; `text` is masked."""
        operator = self._operator_of(message.principal)
        event = MessageReceived.of(message, text=text, operator=operator)
        if plan is None:
            self._records.append(event, sync=False)
        else:
            self._records.append(event, match_event(message, plan), sync=not plan.steps)

    def denied(self, message: Message, step: Step) -> None:
        """What won't be run, and why: the decision was no, or it can't be."""
        self._records.append(decision_event(message, step), sync=True)

    def replied(self, reply: Reply) -> None:
        """What was answered, if that can be written: a full disk must not keep an answer back.

        How far a workflow has come is not an answer; each of its tasks is on record itself.
        """
        if reply.progress is not None:
            return
        try:
            self._records.append(ReplySent.of(reply), sync=False)
        except RecordError:
            return


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
