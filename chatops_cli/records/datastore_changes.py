"""Changes of the datastore on record, before they are made: which and who, never the value."""

from collections.abc import Callable, Sequence

from chatops_cli.model.chat import Principal
from chatops_cli.model.item import Item
from chatops_cli.records.events import DatastoreDeleted, DatastoreSet, Event

Append = Callable[[Event, bool], object]
"""Puts an event on record; with True it is on disk."""


class ChangeRecorder:
    """Records what is about to be set or deleted. It raises `RecordError` where it can't.

    Args:
        append: The audit log.
        principal: Who changes it by a command; None where an action does.
        execution_id: The execution that does; None where a command does.
    """

    def __init__(
        self,
        append: Append,
        *,
        principal: Principal | None = None,
        execution_id: str | None = None,
    ) -> None:
        self._append = append
        self._principal = principal
        self._execution_id = execution_id

    def set(self, items: Sequence[Item]) -> None:
        """These items are about to be written."""
        self._record([self._setting(item) for item in items])

    def deleted(self, items: Sequence[Item]) -> None:
        """These items are about to go."""
        self._record(
            [
                DatastoreDeleted(
                    name=item.name,
                    scope=str(item.scope),
                    user=item.user or None,
                    principal=self._principal,
                    execution_id=self._execution_id,
                )
                for item in items
            ]
        )

    def _setting(self, item: Item) -> DatastoreSet:
        return DatastoreSet(
            name=item.name,
            scope=str(item.scope),
            user=item.user or None,
            secret=item.secret,
            expires=item.expires,
            principal=self._principal,
            execution_id=self._execution_id,
        )

    def _record(self, events: Sequence[Event]) -> None:
        for number, event in enumerate(events, start=1):
            # One sync for all: the log is on disk up to the record that is.
            self._append(event, number == len(events))
