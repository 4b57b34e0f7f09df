"""Packs, actions, aliases and executions, as the client of packs' code asks for them.

A thing is what StackStorm's API says of it, as far as it is known here; see
`chatops_cli.room.inventory`, at the other end of the line.
"""

from _chatops_datastore import DatastoreError, ask
from _chatops_missing import NotProvidedError

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

    from st2client.models.core import Resource

PAGE = 100
"""How many things a list has if nothing is said. Source: StackStorm's API, its page size."""

_PASSED_OVER = ("token", "api_key", "params", "limit", "offset", "exclude_attributes")


class Manager:
    """The things of one kind; what it has no method for is an error that names it."""

    def __init__(self, name: str, kind: str, resource: "type[Resource]") -> None:
        self._name = name
        self._kind = kind
        self.resource = resource

    def get_by_id(self, id: str, **options: object) -> "Resource | None":  # noqa: A002  # its name there
        """The thing with this id or ref, None where there is none."""
        found = ask(do="find", kind=self._kind, name=id)["things"]
        return self.resource(**found[0]) if found else None

    def get_by_ref_or_id(self, ref_or_id: str, **options: object) -> "Resource | None":
        """The same."""
        return self.get_by_id(ref_or_id, **options)

    def get_by_name(self, name: str, **options: "Any") -> "Resource | None":
        """The only thing of this name.

        Raises:
            DatastoreError: There are several.
        """
        found = self.query(name=name, **options)
        if len(found) > 1:
            raise DatastoreError(
                f"there are {len(found)} {self._kind} named {name!r}: say the pack"
            )
        return found[0] if found else None

    def get_all(self, **options: "Any") -> "list[Resource]":
        """The things, of executions the newest first; `limit` and `offset` count them.

        Whatever else is given has to be so: `pack`, `name`, `action`, `status`.
        """
        asked = {**options, **(options.get("params") or {})}
        wanted = {
            key: str(value)
            for key, value in asked.items()
            if key not in _PASSED_OVER and value is not None
        }
        limit, offset = int(asked.get("limit") or PAGE), int(asked.get("offset") or 0)
        answer = ask(do="select", kind=self._kind, wanted=wanted, limit=limit, offset=offset)
        return [self.resource(**thing) for thing in answer["things"]]

    def query(self, **options: "Any") -> "list[Resource]":
        """The same."""
        return self.get_all(**options)

    def query_with_count(self, **options: "Any") -> "tuple[list[Resource], int]":
        """The same, and how many are in it."""
        found = self.get_all(**options)
        return found, len(found)

    def __getattr__(self, name: str) -> "Any":
        if name.startswith("_"):
            raise AttributeError(name)
        raise NotProvidedError(f"st2client's client.{self._name}.{name}")
