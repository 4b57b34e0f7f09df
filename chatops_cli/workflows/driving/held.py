"""The parts of a workflow that wait, and the ends that a chain tells of; as JSON, and back."""

from datetime import datetime
from typing import Any, TypeAlias

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.runners.parts import PartEnd
from chatops_cli.workflows.events import Run

# What json.loads gives; what isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


class Held:
    """The runs whose executions wait, by the ids of these."""

    def __init__(self) -> None:
        self._runs: dict[str, tuple[Run, Status]] = {}

    def add(self, execution_id: str, run: Run, status: Status) -> None:
        """The execution of a run waits."""
        self._runs[execution_id] = (run, status)

    def pop(self, execution_id: str) -> Run | None:
        """It waits no more; None where it did not."""
        return self._runs.pop(execution_id, (None, None))[0]

    def clear(self) -> tuple[str, ...]:
        """None wait any more; gives those that did."""
        ids = tuple(self._runs)
        self._runs.clear()
        return ids

    def paused(self) -> tuple[str, ...]:
        """The executions that are paused: workflows."""
        return tuple(key for key, (_, status) in self._runs.items() if status is Status.PAUSED)

    def told(self) -> list[Json]:
        """Which tasks wait for what, for eyes."""
        return [
            {"task": run.task, "item": run.item, "execution_id": key, "status": status.value}
            for key, (run, status) in self._runs.items()
        ]

    def plain(self) -> list[Json]:
        """For JSON."""
        return [
            [key, run.task, run.number, run.item, status.value]
            for key, (run, status) in self._runs.items()
        ]

    def read(self, found: Json) -> None:
        """It holds what `plain` gave.

        Raises:
            TypeError, ValueError: It isn't that.
        """
        loaded: _Loaded = found
        self._runs = {
            key: (Run(task=task, number=number, item=item), Status(status))
            for key, task, number, item, status in loaded
        }


def plain_end(end: PartEnd) -> dict[str, Json]:
    """The end of a part, for JSON."""
    return {
        "execution_id": end.execution_id,
        "status": end.status.value,
        "result": end.result,
        "started": None if end.started is None else end.started.isoformat(),
        "ended": None if end.ended is None else end.ended.isoformat(),
    }


def read_end(found: JsonObject) -> PartEnd:
    """What `plain_end` gave.

    Raises:
        KeyError, TypeError, ValueError: It isn't that.
    """
    loaded: _Loaded = found
    return PartEnd(
        execution_id=loaded["execution_id"],
        status=Status(loaded["status"]),
        result=loaded["result"],
        started=_time(loaded["started"]),
        ended=_time(loaded["ended"]),
    )


def _time(found: str | None) -> datetime | None:
    return None if found is None else datetime.fromisoformat(found)
