"""What became of a message, as the audit log has it: what it meant, what was run, what followed."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace

from chatops_cli.model.chat import Reply
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.records.events import (
    DatastoreDeleted,
    DatastoreSet,
    Decided,
    Event,
    ExecutionFinished,
    ExecutionRequested,
    ExecutionWaiting,
    MatchOutcome,
    MessageMatched,
    NotificationFailed,
    NotificationSent,
)
from chatops_cli.rehearsal.expectations import (
    AMBIGUOUS,
    NONE,
    spell_decision,
    spell_parameters,
)


@frozen
class Step:
    """One execution that a message asked for. Without an `execution_id` it was not begun.

    `parameters` are masked, None where nothing was bound.
    """

    action: str
    is_allowed: bool
    rule: str
    execution_id: str | None = None
    parameters: JsonObject | None = None
    status: Status | None = None


@frozen
class Observed:
    """What is known of a message after it: `alias` is its ref, ``ambiguous`` or ``none``.

    `format` is the representation that matched. `effects` are spelled as they are expected.
    """

    alias: str = NONE
    format: str | None = None
    steps: tuple[Step, ...] = ()
    effects: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()

    def without(self, reasons: AbstractSet[str]) -> "Observed":
        """The same without the replies that have one of these reasons."""
        return replace(self, replies=tuple(r for r in self.replies if r.reason not in reasons))

    def values(self, key: str) -> tuple[str, ...]:
        """What is on record for a key of expectations, spelled; one for each execution."""
        match key:
            case "alias":
                return (self.alias,)
            case "action":
                return tuple(step.action for step in self.steps) or (NONE,)
            case "decision":
                return tuple(
                    spell_decision(is_allowed=step.is_allowed, rule=step.rule)
                    for step in self.steps
                )
            case "status":
                return tuple(str(step.status) for step in self.steps if step.status is not None)
            case "parameters":
                return tuple(
                    spell_parameters(dict(step.parameters))
                    for step in self.steps
                    if step.parameters is not None
                )
            case _:
                return self.effects or (NONE,)


def observe(events: Iterable[Event], message_id: str, replies: Iterable[Reply]) -> Observed:
    """What these events say of a message; they are all that was recorded since it came in."""
    found = tuple(events)
    matched = next(
        (e for e in found if isinstance(e, MessageMatched) and e.message_id == message_id), None
    )
    return Observed(
        alias=_alias(matched),
        format=matched.format if matched is not None else None,
        steps=_steps(found, message_id),
        effects=tuple(filter(None, map(_effect, found))),
        replies=tuple(replies),
    )


def _alias(matched: MessageMatched | None) -> str:
    if matched is None:
        return NONE
    if matched.outcome is MatchOutcome.AMBIGUOUS:
        return AMBIGUOUS
    return matched.alias or NONE


def _steps(events: tuple[Event, ...], message_id: str) -> tuple[Step, ...]:
    requests = {e.execution_id: e for e in events if isinstance(e, ExecutionRequested)}
    # The last try of an execution says how it went.
    retries = {e.retry_of: e.execution_id for e in requests.values() if e.retry_of is not None}
    ends: Mapping[str, Status] = {
        e.execution_id: e.status
        for e in events
        if isinstance(e, ExecutionFinished | ExecutionWaiting)
    }
    steps = []
    for event in events:
        if not isinstance(event, Decided) or event.message_id != message_id:
            continue
        last = event.execution_id
        while last in retries:
            last = retries[last]
        request = requests.get(last) if last is not None else None
        steps.append(
            Step(
                action=event.action,
                is_allowed=event.allowed,
                rule=event.rule,
                execution_id=last,
                parameters=request.parameters if request is not None else None,
                status=ends.get(last) if last is not None else None,
            )
        )
    return tuple(steps)


def _effect(event: Event) -> str | None:
    match event:
        case ExecutionRequested() if event.parent is not None and event.retry_of is None:
            return f"action {event.action} {spell_parameters(dict(event.parameters))}".rstrip()
        case DatastoreSet():
            return f"set {_stored(event)}"
        case DatastoreDeleted():
            return f"delete {_stored(event)}"
        case NotificationSent():
            return f"notify {event.route}"
        case NotificationFailed():
            return f"notify-failed {event.route or event.rule}"
        case _:
            return None


def _stored(event: DatastoreSet | DatastoreDeleted) -> str:
    owner = f".{event.user}" if event.user else ""
    return f"{event.scope}{owner} {event.name}"
