"""Runs workflows through our conductor by the plan; a record for each run."""

import json
from collections.abc import Iterable, Iterator

from benchmarks.orquesta_side.plan import MOST_STEPS, Plan
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.model.workflow import Workflow
from chatops_cli.workflows.conductor import Conductor
from chatops_cli.workflows.events import (
    Command,
    Finished,
    Rerun,
    Run,
    RunAction,
    Waiting,
    Wish,
    Wished,
)
from chatops_cli.workflows.expressions.compiled import CompiledExpressions

_EXPRESSIONS = CompiledExpressions()


class Driver:
    """One run; every fifth seed goes through a snapshot after each event."""

    def __init__(self, workflow: Workflow, seed: int) -> None:
        self.workflow = workflow
        self.plan = Plan(seed)
        self.starts: list[object] = []
        self.times: dict[tuple[str, int, int], int] = {}
        self.running: list[tuple[str, int, int, int, Run]] = []
        self.waiting: set[tuple[str, int, int, int]] = set()
        self.is_twice = False
        names = [one.name for one in workflow.input]
        self.conductor, commands = Conductor.begin(
            workflow,
            _EXPRESSIONS,
            input=self.plan.inputs(names),
            context={"st2": {"x": 1}},
        )
        self.do(commands)

    def run(self) -> dict[str, object]:
        step, again = 0, 0
        while True:
            while self.running and step < MOST_STEPS:
                if self.conductor.status in FINAL and self.waiting.issuperset(
                    each[:4] for each in self.running
                ):
                    self.running.clear()
                    break
                self.wish(step)
                self.finish(step)
                step += 1
            if self.running:
                break
            if self.conductor.status is Status.PAUSED:
                self.tell(Wished(wish=Wish.RESUME))
                if self.running or self.conductor.status is not Status.PAUSED:
                    continue
            if not self.rerun(again):
                break
            again += 1
        conductor = self.conductor
        return {
            "steps": step,
            "status": conductor.status,
            "output": conductor.output,
            "errors": [[e.get("task_id"), e["message"]] for e in conductor.errors],
            "sequence": [list(entry) for entry in conductor.sequence],
            "starts": self.starts,
            "twice": self.is_twice,
        }

    def tell(self, event: Finished | Waiting | Wished | Rerun) -> None:
        self.do(self.conductor.apply(event))
        if self.plan.seed % 5 == 0:
            state = json.loads(json.dumps(self.conductor.snapshot()))
            self.conductor = Conductor.restore(self.workflow, _EXPRESSIONS, state)

    def do(self, commands: Iterable[Command]) -> None:
        for command in commands:
            if not isinstance(command, RunAction):
                continue
            run = command.run
            key = (run.task, self.conductor.route(run), -1 if run.item is None else run.item)
            time = self.times[key] = self.times.get(key, 0) + 1
            self.starts.append([*key, command.action, command.input, command.delay])
            self.is_twice |= any(each[:3] == key for each in self.running)
            self.running.append((*key, time, run))

    def finish(self, step: int) -> None:
        self.running.sort(key=lambda each: each[:4])
        place = self.plan.picked(step, len(self.running))
        *_, run = chosen = self.running[place]
        key, time = chosen[:3], chosen[3]
        if chosen[:4] not in self.waiting and self.plan.waits(key, time):
            self.waiting.add(chosen[:4])
            self.tell(Waiting(run=run, status=Status.PENDING))
            return
        self.waiting.discard(chosen[:4])
        del self.running[place]
        status, result = self.plan.outcome(key, time)
        self.tell(Finished(run=run, status=Status(status), result=result))

    def wish(self, step: int) -> None:
        wish = self.plan.wish(step)
        if wish is not None and self.conductor.status is Status.RUNNING:
            self.tell(Wished(wish=Wish(wish)))

    def rerun(self, again: int) -> bool:
        names = sorted({task for task, _, _ in self.conductor.sequence} & set(self.workflow.tasks))
        wanted = self.plan.rerun(again, names)
        if wanted is None or self.conductor.status not in FINAL:
            return False
        chosen, resets = wanted
        place = len(self.starts)
        try:
            self.tell(Rerun(tasks=chosen, reset_items=resets))
        except ChatOpsError:
            return False
        self.starts.insert(place, ["rerun", again, list(chosen)])
        return True


def run_all(workflow: Workflow, seeds: Iterable[int]) -> Iterator[dict[str, object]]:
    """What became of each seed."""
    for seed in seeds:
        try:
            yield Driver(workflow, seed).run()
        except Exception as error:  # noqa: BLE001  # a crash is a result too
            yield {"crash": f"{type(error).__name__}: {error}"}
