"""What happens in one random run: the same for both sides, whatever they do.

Each decision is drawn from a hash of its place (which task, on which route, which time): a side
that decides otherwise at one point meets the same world afterwards. This module imports neither
side: both interpreters read it.
"""

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatops_cli.model.json import Json

MOST_STEPS = 150
"""A run that goes round for ever is left after so many results."""

KINDS = ("well", "fails", "fails often", "pauses", "cancels", "waits", "reruns", "reruns some")
"""What may happen in a run beside results; `seed % 8` chooses."""

RESULTS: "tuple[Json, ...]" = (
    True,
    {"stdout": "x", "items": [1, 2]},
    "text",
    5,
    [1, 2, 3],
    None,
    {"output": {"a": 1}, "result": [{"n": 1}]},
)
INPUTS: "tuple[Json, ...]" = (["a", "b", "c"], {"k": 1}, "text", 3, True, [[1, 2], [3, 4]], [])

Key = tuple[str, int, int]
"""A task, its route, and its item (-1 where it has none)."""


class Plan:
    """All decisions of one run."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.kind = KINDS[seed % len(KINDS)]

    def _drawn(self, *place: object) -> int:
        text = repr((self.seed, *place))
        return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16)

    def inputs(self, names: list[str]) -> "dict[str, Json]":
        """Values for a workflow's inputs."""
        if self.seed % 3 == 0:
            return {name: ["x", "y"] for name in names}
        return {name: INPUTS[self._drawn("input", name) % len(INPUTS)] for name in names}

    def outcome(self, key: Key, time: int) -> "tuple[str, Json]":
        """How an action ends the first, second, … time that it is started."""
        result = RESULTS[self._drawn("result", key, time) % len(RESULTS)]
        good = {"well": 100, "pauses": 90, "cancels": 90, "waits": 90, "fails often": 60}
        drawn = self._drawn("status", key, time)
        if drawn % 100 < good.get(self.kind, 75):
            return "succeeded", result
        if self.kind == "fails often" and drawn // 100 % 4 == 0:
            return "canceled", result
        return "failed", result

    def picked(self, step: int, number: int) -> int:
        """Which of so many running actions ends next."""
        return self._drawn("pick", step) % number

    def waits(self, key: Key, time: int) -> bool:
        """Whether the action first waits for an answer."""
        return self.kind == "waits" and self._drawn("wait", key, time) % 4 == 0

    def wish(self, step: int) -> str | None:
        """What somebody wants before this step."""
        wishes = {"pauses": "pause", "cancels": "cancel"}
        if self.kind in wishes and self._drawn("wish", step) % 6 == 0:
            return wishes[self.kind]
        return None

    def rerun(self, time: int, tasks: list[str]) -> tuple[tuple[str, ...], bool] | None:
        """Which of the tasks that have run are run again after an end, and whether with all items.

        No task stands for all that failed. None where nobody wants that.
        """
        if time > 1 or not self.kind.startswith("reruns") or not tasks:
            return None
        if self.kind == "reruns":
            return (), False
        chosen = tasks[self._drawn("rerun", time) % len(tasks)]
        return (chosen,), self._drawn("reset", time) % 2 == 0
