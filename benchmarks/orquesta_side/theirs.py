"""Runs workflows through Orquesta by the plan; a line of JSON for each run.

It runs under the interpreter that has Orquesta, and drives it as StackStorm does.
Source: StackStorm, ``st2common/services/workflows.py``.

    python theirs.py FIRST_SEED SEEDS FILE...
"""

import json
import logging
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from orquesta import (  # type: ignore[import-not-found]  # of its own interpreter
    conducting,
    events,
    requests,
    statuses,
)
from orquesta import exceptions as exc
from orquesta.specs import native  # type: ignore[import-not-found]

from benchmarks.orquesta_side import plan as plans

_LEFT = {"pending": "canceled"}
"""What still waited when the workflow ended: here that is said to be cancelled."""


def _status(entry: dict[str, Any]) -> str:
    status = entry.get("status") or "null"
    return _LEFT.get(status, status)


class Driver:
    """One run."""

    def __init__(self, spec: Any, seed: int) -> None:  # Orquesta has no types
        names = [next(iter(i)) if isinstance(i, dict) else i for i in (spec.input or [])]
        self.plan = plans.Plan(seed)
        self.conductor = conducting.WorkflowConductor(
            spec, inputs=self.plan.inputs(names), context={"st2": {"x": 1}}
        )
        self.starts: list[object] = []
        self.times: dict[Any, int] = {}
        self.running: list[tuple[str, int, int, int]] = []
        self.waiting: set[tuple[str, int, int, int]] = set()
        self.results: dict[tuple[str, int], dict[int, object]] = {}
        self.counts: dict[tuple[str, int], int] = {}
        self.is_twice = False
        self.forgotten: list[str] = []

    def run(self) -> dict[str, object]:
        conductor = self.conductor
        _ = conductor.workflow_state
        if conductor.get_workflow_status() not in statuses.COMPLETED_STATUSES:
            conductor.request_workflow_status(statuses.RUNNING)
        self.advance()
        step, again = 0, 0
        while True:
            while self.running and step < plans.MOST_STEPS:
                if self.is_over():
                    # Only what waits for an answer is left of a workflow that has ended.
                    self.running.clear()
                    break
                self.wish(step)
                self.finish(step)
                step += 1
            if self.running:
                break
            if conductor.get_workflow_status() == statuses.PAUSED:
                conductor.request_workflow_status(statuses.RUNNING)
                self.advance()
                if self.running or conductor.get_workflow_status() != statuses.PAUSED:
                    continue
            conductor.render_workflow_output()
            if not self.rerun(again):
                break
            again += 1
        return {
            "steps": step,
            "status": conductor.get_workflow_status(),
            "output": conductor.get_workflow_output(),
            "errors": [[e.get("task_id"), e["message"]] for e in conductor.errors],
            "sequence": [
                [t["id"], t["route"], _status(t)] for t in conductor.workflow_state.sequence
            ],
            "starts": self.starts,
            "twice": self.is_twice,
            "forgotten": self.forgotten,
        }

    def is_over(self) -> bool:
        has_ended = self.conductor.get_workflow_status() in statuses.COMPLETED_STATUSES
        return has_ended and self.waiting.issuperset(self.running)

    def advance(self) -> None:
        while tasks := self.conductor.get_next_tasks():
            idle = [task for task in tasks if self.start(task)]
            for task in idle:
                self.tell(task["id"], task["route"], -1, statuses.SUCCEEDED)
            if not idle:
                return

    def start(self, task: dict[str, Any]) -> bool:
        """Starts a task; whether it has nothing to do."""
        name, route = task["id"], task["route"]
        if task.get("items_count") == 0 or task["spec"].action is None:
            self.tell(name, route, -1, statuses.RUNNING)
            return True
        for action in task["actions"]:
            item = action.get("item_id")
            item = -1 if item is None else item
            self.tell(name, route, item, statuses.RUNNING)
            time = self.times[name, route, item] = self.times.get((name, route, item), 0) + 1
            delay = task.get("delay") or 0
            limit = task.get("concurrency")
            if item >= 0 and limit and item >= limit:
                delay = 0
            self.starts.append(
                [name, route, item, action["action"], action["input"] or {}, float(delay)]
            )
            self.is_twice |= any(each[:3] == (name, route, item) for each in self.running)
            self.running.append((name, route, item, time))
        if "items_count" in task:
            self.counts[name, route] = task["items_count"]
        return False

    def tell(self, name: str, route: int, item: int, status: str, result: object = None) -> None:
        if item < 0:
            event = events.ActionExecutionEvent(status, result=result)
        else:
            results = self.results.setdefault((name, route), {})
            if status in statuses.COMPLETED_STATUSES:
                results[item] = result
            number = self.counts.get((name, route), item + 1)
            event = events.TaskItemActionExecutionEvent(
                item,
                status,
                result=result,
                accumulated_result=[results.get(place) for place in range(number)],
            )
        self.conductor.update_task_state(name, route, event)

    def finish(self, step: int) -> None:
        self.running.sort()
        key = self.running[self.plan.picked(step, len(self.running))]
        name, route, item, time = key
        if key not in self.waiting and self.plan.waits(key[:3], time):
            self.waiting.add(key)
            self.tell(name, route, item, statuses.PENDING)
            self.advance()
            return
        self.running.remove(key)
        staged = self.conductor.workflow_state.get_staged_task(name, route)
        # It was reached again while it ran: that gets lost now.
        self.is_twice |= staged is not None and "items" not in staged
        status, result = self.plan.outcome(key[:3], time)
        if key in self.waiting:
            self.waiting.remove(key)
            if self.conductor.get_workflow_status() in (statuses.PAUSED, statuses.PAUSING):
                self.conductor.request_workflow_status(statuses.RUNNING)
            if item >= 0:
                self.tell(name, route, item, statuses.RUNNING)
        self.tell(name, route, item, status, result)
        self.advance()

    def wish(self, step: int) -> None:
        wanted = {"pause": statuses.PAUSED, "cancel": statuses.CANCELED}
        wish = self.plan.wish(step)
        if wish is None or self.conductor.get_workflow_status() != statuses.RUNNING:
            return
        try:
            self.conductor.request_workflow_status(wanted[wish])
        except exc.InvalidWorkflowStatusTransition:
            return

    def rerun(self, again: int) -> bool:
        state = self.conductor.workflow_state
        known = set(self.conductor.spec.tasks.keys())
        names = sorted({t["id"] for t in state.sequence} & known)
        wanted = self.plan.rerun(again, names)
        if (
            wanted is None
            or self.conductor.get_workflow_status() not in statuses.COMPLETED_STATUSES
        ):
            return False
        chosen, resets = wanted
        asked = [
            requests.TaskRerunRequest.new(name, entry["route"], reset_items=resets)
            for name in chosen
            for _, entry in state.get_tasks(task_id=name)
        ]
        if not chosen and not any(
            t.get("status") in statuses.ABENDED_STATUSES and t["id"] in known
            for _, t in state.get_terminal_tasks()
        ):
            return False
        self.starts.append(["rerun", again, list(chosen)])
        self.forgotten += [e["message"] for e in self.conductor.errors if "route" in e]
        self.conductor.request_workflow_rerun(asked)
        self.advance()
        return True


def main() -> None:
    logging.disable(logging.CRITICAL)
    first, seeds = int(sys.argv[1]), int(sys.argv[2])
    for file in sys.argv[3:]:
        try:
            spec = native.instantiate(Path(file).read_text())
            found = bool(spec.inspect())
        except Exception as error:  # noqa: BLE001  # whatever it says of a file
            print(json.dumps({"file": file, "bad": str(error)[:200]}), flush=True)
            continue
        for seed in range(first, first + seeds):
            record: dict[str, object] = {"file": file, "seed": seed, "inspected": found}
            try:
                record.update(Driver(spec, seed).run())
            except Exception as error:  # noqa: BLE001  # its crash is a result too
                record["crash"] = f"{type(error).__name__}: {error}"[:300]
            print(json.dumps(record, default=lambda _: "UNDEFINED"), flush=True)


if __name__ == "__main__":
    main()
