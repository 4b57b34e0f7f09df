"""Workflows that run, on disk as far as they have come: one that was killed goes on from there.

What is saved comes before what it tells of: the id of a part is on disk before the part is asked
for. So a part that was begun is known by its id, and nothing is begun a second time.
"""

from typing import TYPE_CHECKING

from chatops_cli.errors import RecordError
from chatops_cli.execution.happening import Requested
from chatops_cli.execution.kept import plain, read
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.records.waiting import Kept, Kind, WaitingStore

if TYPE_CHECKING:
    from collections.abc import Callable

    from chatops_cli.runners.contract import Runner

FOLDER = "running"
"""The folder in the state folder."""


@frozen
class Saved:
    """The workflows in `store`, which holds nothing else."""

    store: WaitingStore
    find_runner: "Callable[[str], Runner]"

    def save(self, whole: Requested, state: JsonObject) -> None:
        """A workflow would go on from this state.

        Raises:
            RecordError: It isn't on disk; nothing may be begun.
        """
        prepared = whole.prepared
        found: dict[str, Json] = plain(prepared, whole.origin, started=prepared.execution.started)
        found["state"] = dict(state)
        self.store.write(Kept(id=prepared.execution.id, kind=Kind.WORKFLOW, data=found))

    def find(self, execution_id: str) -> Requested | None:
        """A workflow that ran in a process that is gone, ready to go on; None where none did.

        Raises:
            RecordError: What was saved can't be read.
            RunnerError: Its runner isn't installed.
        """
        kept = self.store.read(execution_id)
        if kept is None:
            return None
        prepared, origin = read(kept.data, execution_id, self.find_runner)
        state = kept.data.get("state")
        if not isinstance(state, dict):
            raise RecordError(f"what was saved of execution {execution_id} is damaged")
        return Requested(prepared=prepared, origin=origin, state=state)

    def remove(self, execution_id: str) -> None:
        """It runs no more: it has ended, or waits, and is kept elsewhere."""
        self.store.remove(execution_id)
