"""The errors of a workflow, in the shape that its result tells them in.

Source: orquesta, ``conducting.py``, ``log_entry``: each error once, with what it is about.
"""

from chatops_cli.model.json import Json

FAILED = "Execution failed. See result for details."


class ErrorLog:
    """All errors so far, in order."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Json]] = []

    def add(
        self,
        message: str,
        *,
        task: str | None = None,
        route: int | None = None,
        transition: str | None = None,
        result: Json = None,
    ) -> None:
        """One more, unless the very same is there."""
        entry: dict[str, Json] = {"type": "error", "message": message}
        more: dict[str, Json] = {
            "task_id": task,
            "route": route,
            "task_transition_id": transition,
            "result": result,
        }
        entry.update((name, value) for name, value in more.items() if value is not None)
        if entry not in self.entries:
            self.entries.append(entry)

    def forget(self, task: str) -> None:
        """The errors of a task that is run again are gone."""
        self.entries = [entry for entry in self.entries if entry.get("task_id") != task]
