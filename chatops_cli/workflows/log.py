"""The errors of a workflow, in the shape that its result tells them in.

Source: orquesta, ``conducting.py``, ``log_entry``: each error once, with what it is about.
"""

import json

from chatops_cli.model.json import Json

FAILED = "Execution failed. See result for details."


class ErrorLog:
    """All errors so far, in order."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Json]] = []
        self._known: dict[str | None, set[str]] = {}

    def add(
        self,
        message: str,
        *,
        task: str | None = None,
        route: int | None = None,
        transition: str | None = None,
        result: Json = None,
        execution: str | None = None,
    ) -> None:
        """One more, unless the very same is there."""
        entry: dict[str, Json] = {"type": "error", "message": message}
        more: dict[str, Json] = {
            "task_id": task,
            "route": route,
            "task_transition_id": transition,
            "result": result,
            "execution_id": execution,
        }
        entry.update((name, value) for name, value in more.items() if value is not None)
        self.restore(entry)

    def restore(self, entry: dict[str, Json]) -> None:
        """An entry as it was."""
        task = entry.get("task_id")
        known = self._known.setdefault(task if isinstance(task, str) else None, set())
        # Thousands of items may fail: to compare each with each would take minutes.
        said = {name: value for name, value in entry.items() if name != "execution_id"}
        text = json.dumps(said, sort_keys=True, default=repr)
        if text not in known:
            known.add(text)
            self.entries.append(entry)

    def forget(self, task: str | None) -> None:
        """The errors of a task that is run again are gone; None: those of no task."""
        self.entries = [entry for entry in self.entries if entry.get("task_id") != task]
        self._known.pop(task, None)
