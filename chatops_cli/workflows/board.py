"""What has run, what runs and what comes next, with counts that are always up to date."""

from chatops_cli.workflows.arrivals import Arrivals, Inbound
from chatops_cli.workflows.graph import Edge, Graph
from chatops_cli.workflows.state import ACTIVE, COMPLETED, HELD, Entry, Staged, TaskStatus

Key = tuple[str, int]
"""A task on a route."""

_COUNTED = {
    status: (
        status in ACTIVE,
        status in HELD,
        status in {TaskStatus.CANCELED, TaskStatus.CANCELING},
    )
    for status in TaskStatus
}
"""Whether a task of this status runs, is held, is or was cancelled."""


class Board:
    """The runs of a workflow's tasks in order, and what is staged.

    A `route` is the list of ways by which splits were reached: each way to a split is a branch of
    its own, whose joins wait for it alone. `filling` are the entries with items of which some are
    still to be started. `again` are joins that may run again, as a task before them is run again.
    `runs` has the entry of each run, by its number.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.entries: list[Entry] = []
        self.latest: dict[Key, int] = {}
        self.staged: dict[Key, Staged] = {}
        self.filling: set[int] = set()
        self.again: set[Key] = set()
        self.routes: list[tuple[str, ...]] = [()]
        self.runs: list[int] = []
        self._ready: set[Key] = set()
        self._active = self._held = self._canceled = 0
        self.arrivals = Arrivals(graph)

    @property
    def active(self) -> bool:
        """Whether a task runs."""
        return self._active > 0

    @property
    def held(self) -> bool:
        """Whether a task is paused, or waits for an answer."""
        return self._held > 0

    @property
    def canceled(self) -> bool:
        """Whether a task was cancelled, or is being."""
        return self._canceled > 0

    @property
    def ready(self) -> list[Staged | Entry]:
        """What can be started, by name and route; entries are those with items left."""
        found: list[tuple[str, int, Staged | Entry]] = [
            (*key, self.staged[key]) for key in self._ready
        ]
        for index in sorted(self.filling):
            entry = self.entries[index]
            found.append((entry.task, entry.route, entry))
        if len(found) > 1:
            found.sort(key=lambda each: each[:2])
        return [each for _, _, each in found]

    @property
    def has_ready(self) -> bool:
        """Whether there is something that can be started."""
        return bool(self._ready or self.filling)

    def entry(self, task: str, route: int) -> Entry | None:
        """The last run of a task on a route."""
        index = self.latest.get((task, route))
        return self.entries[index] if index is not None else None

    def add(self, entry: Entry) -> int:
        """A new run. The one before it of the same task on the same route counts while it runs."""
        key = (entry.task, entry.route)
        index = self.latest.get(key)
        if index is not None and self.entries[index].status in COMPLETED:
            self._count(self.entries[index].status, -1)
        self.entries.append(entry)
        self.latest[key] = index = len(self.entries) - 1
        self._count(entry.status, 1)
        self.arrivals.begun(*key)
        self.again.discard(key)
        return index

    def set(self, entry: Entry, status: TaskStatus) -> None:
        """The run has this status now."""
        if self._counts_in(entry):
            self._count(entry.status, -1)
        entry.status = status
        if self._counts_in(entry):
            self._count(status, 1)

    def _count(self, status: TaskStatus, change: int) -> None:
        active, held, canceled = _COUNTED[status]
        self._active += change * active
        self._held += change * held
        self._canceled += change * canceled

    def _counts_in(self, entry: Entry) -> bool:
        """Whether it counts: the last run of a task on its route, or one that has not ended."""
        return entry.status not in COMPLETED or self.entry(entry.task, entry.route) is entry

    def number(self, index: int) -> int:
        """A number for a new run of an entry."""
        self.runs.append(index)
        self.entries[index].run = len(self.runs) - 1
        return self.entries[index].run

    def stage(self, staged: Staged) -> Staged:
        """It comes next."""
        key = (staged.task, staged.route)
        self.staged[key] = staged
        if staged.ready:
            self._ready.add(key)
        else:
            self._ready.discard(key)
        return staged

    def unstage(self, task: str, route: int) -> None:
        """It doesn't come next any more: it runs."""
        self.staged.pop((task, route), None)
        self._ready.discard((task, route))

    def led(self, edge: Edge, route: int) -> bool:
        """A task led along this way; whether that is news: enough may have led there before."""
        had_enough = (
            edge.target in self.graph.joins
            and (edge.target, route) not in self.staged
            and (edge.target, route) not in self.again
            and self.inbound(edge.target, route) is Inbound.SATISFIED
        )
        self.arrivals.led(edge.source, route, edge.target)
        return not had_enough

    def inbound(self, target: str, route: int) -> Inbound:
        """Whether enough tasks have led to a task."""
        return self.arrivals.status(target, route, is_going=self.active or self.has_ready)

    def has_next(self, entry: Entry, *, of_joins: bool) -> bool:
        """Whether something comes after a run; with `of_joins` a join that waits is enough."""
        if entry.status not in COMPLETED:
            return False
        for edge in self.graph.outgoing.get(entry.task, ()):
            if edge.target == "continue" or not entry.next.get(edge.name):
                continue
            if edge.target not in self.graph.joins or of_joins:
                return True
            if edge.name in entry.late:
                continue
            if self.inbound(edge.target, entry.route) is not Inbound.UNSATISFIED:
                return True
        return False

    def unreachable(self) -> tuple[Staged, ...]:
        """The joins that some task led to, and that too few ever will."""
        return tuple(
            staged
            for staged in self.staged.values()
            if staged.task in self.graph.joins
            and not staged.ready
            and self.inbound(staged.task, staged.route) is Inbound.UNSATISFIED
        )

    def route_to(self, edge: Edge, route: int) -> int:
        """The route on which a way goes on."""
        if edge.target not in self.graph.splits or edge.target in self.graph.cycles:
            return route
        before = self.routes[route]
        if edge.origin in before:
            return route
        self.routes.append((*before, edge.origin))
        return len(self.routes) - 1

    def seen(self, task: str, route: int) -> Entry | None:
        """The last run of a task as seen from a route: its own, or one that it came from."""
        if not 0 <= route < len(self.routes):
            return None
        while (entry := self.entry(task, route)) is None:
            here = set(self.routes[route])
            earlier = (r for r in range(route - 1, -1, -1) if here.issuperset(self.routes[r]))
            found = next(earlier, None)
            if found is None:
                return None
            route = found
        return entry

    def rebuild(self) -> None:
        """All counts are made from the entries and what is staged: for a board that was read."""
        for entry in self.entries:
            if self._counts_in(entry):
                self._count(entry.status, 1)
        self._ready = {key for key, staged in self.staged.items() if staged.ready}
