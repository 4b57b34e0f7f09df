"""The record of each step of a message's path."""

from chatops_cli.aliases.outcome import Ambiguous, Matched, Refused, Unmatched
from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Message, Reply
from chatops_cli.model.execution import Execution
from chatops_cli.records.events import (
    Decided,
    ExecutionFinished,
    ExecutionRequested,
    MatchOutcome,
    MessageMatched,
    MessageReceived,
    ReplySent,
)
from chatops_cli.room.plan import Plan, Step
from chatops_cli.room.services import Services


class Recorder:
    """Writes events about messages; each method raises `RecordError` where it can't.

    Only what must be on disk before something else happens waits for the disk: the request before
    the action starts, its end, and what is the last record of a message that starts nothing.
    """

    def __init__(self, services: Services) -> None:
        self._records = services.records
        self._operator = services.operator

    def received(self, message: Message, text: str) -> None:
        """A message came in; `text` is masked."""
        event = MessageReceived.of(message, text=text, operator=self._operator)
        self._records.append(event, sync=False)

    def matched(self, message: Message, plan: Plan) -> None:
        """What the message means."""
        self._records.append(match_event(message, plan), sync=not plan.steps)

    def decided(self, message: Message, step: Step) -> None:
        """Whether it may run, and why."""
        event = Decided(
            message_id=message.id,
            action=step.action_ref,
            alias=step.alias.ref if step.alias else None,
            allowed=step.decision.allowed,
            rule=step.decision.rule,
            reason=step.decision.reason,
            execution_id=step.prepared.execution.id if step.prepared else None,
        )
        self._records.append(event, sync=step.prepared is None)

    def requested(self, message: Message, step: Step, execution: Execution) -> None:
        """On disk before anything starts: who asked for what, and why it was allowed."""
        event = ExecutionRequested(
            execution_id=execution.id,
            message_id=message.id,
            principal=message.principal,
            room=message.room,
            action=execution.action_ref,
            alias=execution.alias_ref,
            runner=execution.runner,
            parameters=step.masked_parameters(),
            rule=step.decision.rule,
            reason=step.decision.reason,
            timeout=step.timeout,
            operator=self._operator,
        )
        self._records.append(event, sync=True)

    def ended(self, shown: Execution) -> None:
        """How it ended; `shown` is masked, and its result is kept."""
        stored = self._records.put(shown.result)
        error = shown.result.get("error") if isinstance(shown.result, dict) else None
        event = ExecutionFinished(
            execution_id=shown.id,
            status=shown.status,
            started=shown.started,
            ended=shown.ended,
            elapsed=shown.elapsed,
            result_digest=stored.digest,
            result_size=stored.size,
            error=error if isinstance(error, str) else None,
        )
        self._records.append(event, sync=True)

    def replied(self, reply: Reply) -> None:
        """What was answered, if that can be written: a full disk must not keep an answer back."""
        try:
            self._records.append(ReplySent.of(reply), sync=False)
        except RecordError:
            return


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
