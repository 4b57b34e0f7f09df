"""What follows from one execution's end, worked out."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError
from chatops_cli.execution.defaults import DATASTORE
from chatops_cli.execution.happening import Ended
from chatops_cli.execution.watched import WatchedLookup
from chatops_cli.model.json import JsonObject
from chatops_cli.model.rule import ACTION_TRIGGER, INQUIRY_TRIGGER, NOTIFY_TRIGGER, Rule
from chatops_cli.notifications.delivery import Parcel
from chatops_cli.notifications.matching import Matcher
from chatops_cli.notifications.parcels import parcel_of_inquiry, parcel_of_notice
from chatops_cli.notifications.payload import (
    action_payload,
    inquiry_payload,
    notices_of,
    notify_payload,
    rendered,
)
from chatops_cli.records.events import NotificationFailed
from chatops_cli.rendering.datastore import StoredValues

if TYPE_CHECKING:
    from chatops_cli.notifications.notifier import Notifier

SYSTEM = "system"


class Aftermath:
    """Which parcels are to be delivered, and which rules to be followed."""

    def __init__(self, notifier: "Notifier", ended: Ended) -> None:
        self._notifier = notifier
        self._ended = ended
        self._found: list[tuple[Rule, JsonObject]] = []

    def parcels(self) -> Iterator[Parcel]:
        """A parcel for each route that the settings know; asked before `rules`.

        A route that neither the settings nor a rule knows is told, and on record.
        """
        if not self._ended.execution.status.is_final:
            yield from self._inquiries()
            return
        message_id = self._ended.origin.message_id or ""
        for payload in self._payloads():
            fitting = self._matching(NOTIFY_TRIGGER, payload)
            self._found += [(rule, payload) for rule in fitting]
            parcel = parcel_of_notice(payload, message_id=message_id)
            if self._notifier.courier.knows(parcel.route):
                yield parcel
            elif not fitting:
                self._notifier.courier.lost(parcel)

    def rules(self) -> Iterator[tuple[Rule, JsonObject]]:
        """The rules that are to be followed, each with what its trigger tells."""
        yield from self._found
        if self._ended.execution.status.is_final and any(
            rule.trigger == ACTION_TRIGGER for rule in self._notifier.rules
        ):
            payload = self._masked(action_payload(self._ended.execution))
            for rule in self._matching(ACTION_TRIGGER, payload):
                yield rule, payload

    def _inquiries(self) -> Iterator[Parcel]:
        """What waits for an answer, on the route that it names itself, if anybody knows that."""
        payload = inquiry_payload(self._ended.execution)
        if payload is None:
            return
        found = self._matching(INQUIRY_TRIGGER, payload)
        self._found += [(rule, payload) for rule in found]
        parcel = parcel_of_inquiry(
            payload, self._ended.execution, message_id=self._ended.origin.message_id or ""
        )
        if self._notifier.courier.knows(parcel.route):
            yield parcel

    def _payloads(self) -> Iterator[JsonObject]:
        execution = self._ended.execution
        notify = self._ended.prepared.request.action.notify
        for notice in notices_of(notify, execution):
            shown, errors = rendered(
                notice, execution, templates=self._notifier.known.templates, values=self._values
            )
            for error in errors:
                self._broken(error)
            for route in shown.routes:
                yield self._masked(notify_payload(shown, route, execution))

    def _matching(self, trigger: str, payload: JsonObject) -> tuple[Rule, ...]:
        rules = [rule for rule in self._notifier.rules if rule.trigger == trigger]
        if not rules:
            return ()

        def refuse(rule: Rule, error: ChatOpsError) -> None:
            told = ChatOpsError(f"the rule {rule.ref} does not fit: {error.message}")
            self._notifier.failed(self._ended, rule, told)

        return self._matcher.matching(rules, payload, refuse)

    @cached_property
    def _matcher(self) -> Matcher:
        notifier = self._notifier
        return Matcher(
            templates=notifier.known.templates, clock=notifier.clock, values=self._values
        )

    @cached_property
    def _values(self) -> Mapping[str, object]:
        """What templates may name: what they decrypt is masked from now on."""
        lookup = self._notifier.datastore(self._ended.prepared.request.owner or "")
        return stored_values(WatchedLookup(lookup, lambda value: self._ended.masker.learn([value])))

    def _masked(self, payload: JsonObject) -> JsonObject:
        found = self._ended.masker.json(dict(payload))
        return found if isinstance(found, dict) else {}

    def _broken(self, error: ChatOpsError) -> None:
        action = self._ended.prepared.request.action
        text = f"notify of {action.ref} can't be rendered: {error.message} ({action.place})"
        self._notifier.courier.failed(
            NotificationFailed(
                execution_id=self._ended.execution.id, error=self._ended.masker.text(text)
            )
        )


def stored_values(lookup: WatchedLookup) -> Mapping[str, object]:
    """``st2kv``, and ``system`` for itself, as older rules have it."""
    values = StoredValues(lookup)
    return {DATASTORE: values, SYSTEM: values.child(SYSTEM)}
