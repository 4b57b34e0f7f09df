"""The variables of a workflow, as each task sees them.

A workflow begins with inputs and variables; each transition may publish more, for what comes after
it. What was published is kept once, with a pointer to what was before it: a run of a thousand tasks
stays small.

Source: orquesta, ``conducting.py``: objects of the same name are merged, deep; where branches
join, each brings all that was published on its way, and the last to arrive has the last word.
"""

from collections.abc import Sequence

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.workflows.layers import Layered, Over, merged

KNOWN = 512
"""How many contexts are kept put together; others are again when they are asked for."""


class Contexts:
    """All that was published; a context is named by its number, 0 is the beginning."""

    def __init__(self, root: JsonObject) -> None:
        self.root = root
        self.nodes: list[tuple[tuple[int, ...], JsonObject]] = [((), {})]
        self._known: dict[int, Layered] = {}
        self._variables: tuple[int, Over] | None = None

    def publish(self, before: int, values: JsonObject) -> int:
        """The context after these values were published in the context `before`."""
        if not values:
            return before
        self.nodes.append(((before,), values))
        return len(self.nodes) - 1

    def join(self, arrived: Sequence[int]) -> int:
        """The context of several, in the order of their arrival."""
        if len(arrived) == 1:
            return arrived[0]
        self.nodes.append((tuple(arrived), {}))
        return len(self.nodes) - 1

    def published(self, context: int) -> Layered:
        """All that was published on the way to this context."""
        waiting = [context]
        while waiting:
            number = waiting[-1]
            if number in self._known:
                waiting.pop()
                continue
            parents, own = self.nodes[number]
            missing = [parent for parent in parents if parent not in self._known]
            if missing:
                waiting.extend(missing)
                continue
            values = self._known[parents[0]] if parents else Layered()
            for parent in parents[1:]:
                values = values.plus(self._known[parent].whole())
            self._known[waiting.pop()] = values.plus(own)
        values = self._known[context]
        if len(self._known) > KNOWN:
            # What is asked for next most often follows the newest.
            self._known = dict(list(self._known.items())[-KNOWN // 2 :])
        return values

    def variables(self, context: int) -> Over:
        """All variables of this context."""
        if self._variables is None or self._variables[0] != context:
            self._variables = (context, Over(self.root, self.published(context)))
        return self._variables[1]


def merge(values: dict[str, Json], more: JsonObject) -> None:
    """Puts `more` into `values`; objects in both are merged anew, none is changed."""
    values.update(merged(values, more))
