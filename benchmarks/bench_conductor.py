"""What the conductor of workflows costs a task, beside its expressions and its actions.

    python benchmarks/bench_conductor.py [--quick]

Actions end at once, by plain lists. A task of the larger sizes must cost about what one of the
smaller does; a time is the best of some rounds, in microseconds a task or item. Snapshots are taken
in the middle of a run.

It exits with 1 where a budget is missed.
"""

import argparse
import gc
import json
import sys
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.model.workflow import Workflow
from chatops_cli.workflows.conductor import Conductor
from chatops_cli.workflows.definition.orquesta import read_workflow
from chatops_cli.workflows.events import End, Finished, RunAction
from chatops_cli.workflows.expressions.compiled import CompiledExpressions

BUDGET = 50.0
"""Microseconds a task without expressions."""
GROWTH = 2.0
"""How much dearer a task of the largest size may be than one of the smallest above 50."""
ROUNDS = 3
EXPRESSIONS = CompiledExpressions()


def sequence(size: int, *, publishes: bool) -> str:
    """Tasks one after the other."""
    lines = ["version: 1.0", "tasks:"]
    for number in range(size):
        target = f"t{number + 1:05}" if number + 1 < size else "noop"
        lines += [f"  t{number:05}:", "    action: core.noop", "    next:"]
        if publishes:
            published = "publish: [{last: <% result() %>}]"
            lines.append(f"      - {{when: <% succeeded() %>, {published}, do: {target}}}")
        else:
            lines.append(f"      - do: {target}")
    return "\n".join(lines)


def items_of(size: int, *, concurrency: int) -> str:
    """One task with items, as many as its input has."""
    del size
    limit = f"      concurrency: {concurrency}\n" if concurrency else ""
    return (
        "version: 1.0\ninput: [xs]\ntasks:\n  each:\n    with:\n      items: <% ctx(xs) %>\n"
        f"{limit}    action: core.echo\n    input: {{message: text}}\n"
    )


def branches(size: int, *, publishes: bool) -> str:
    """Tasks beside each other, and one that waits for all of them."""
    targets = ", ".join(f"b{number:05}" for number in range(size))
    lines = ["version: 1.0", "tasks:", "  a:", "    action: core.noop", "    next:"]
    lines.append(f"      - do: [{targets}]")
    for number in range(size):
        lines += [f"  b{number:05}:", "    action: core.noop", "    next:"]
        publish = f", publish: [{{v{number}: <% result() %>}}]" if publishes else ""
        lines.append(f"      - {{do: z{publish}}}")
    return "\n".join([*lines, "  z:", "    join: all", "    action: core.noop"])


def read(text: str) -> Workflow:
    """The definition of a text."""
    found = read_workflow(text.encode(), file="bench.yaml", name="bench")
    if found.workflow is None or found.problems:
        raise SystemExit(f"{found.problems}")
    return found.workflow


def run(workflow: Workflow, given: dict[str, Json], stop: int | None = None) -> Conductor:
    """All of it, or so many results."""
    conductor, commands = Conductor.begin(workflow, EXPRESSIONS, input=given, context={})
    waiting = deque(commands)
    ended = 0
    while waiting:
        command = waiting.popleft()
        if isinstance(command, RunAction):
            result: Json = {"stdout": "", "succeeded": True}
            event = Finished(run=command.run, status=Status.SUCCEEDED, result=result)
            waiting.extend(conductor.apply(event))
            ended += 1
            if ended == stop:
                return conductor
        elif isinstance(command, End) and command.status is not Status.SUCCEEDED:
            raise SystemExit(f"{command}")
    return conductor


def measured(workflow: Workflow, given: dict[str, Json], size: int) -> float:
    """Microseconds a task."""
    best = float("inf")
    for _ in range(ROUNDS):
        gc.collect()
        begun = perf_counter()
        run(workflow, given)
        best = min(best, perf_counter() - begun)
    return best / size * 1e6


def cases() -> dict[str, tuple[tuple[int, ...], Callable[[int], str], float]]:
    """For each its sizes, the text of one, and how many budgets a task may cost."""
    return {
        "sequence": ((10, 100, 1_000, 5_000), partial(sequence, publishes=False), 1.0),
        "sequence, publish": ((10, 100, 1_000), partial(sequence, publishes=True), 2.0),
        "items": ((10, 100, 1_000, 5_000), partial(items_of, concurrency=0), 1.0),
        "items, 10 at a time": ((10, 100, 1_000, 5_000), partial(items_of, concurrency=10), 1.0),
        "branches": ((100, 300, 1_000), partial(branches, publishes=False), 1.0),
        "branches, publish": ((100, 300, 1_000), partial(branches, publishes=True), 2.0),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="the smaller sizes alone")
    quick = parser.parse_args().quick
    most = 300 if quick else 5_000
    failed = False
    for name, (sizes, text_of, factor) in cases().items():
        costs = {}
        for size in (size for size in sizes if size <= most):
            given: dict[str, Json] = {"xs": list(range(size))}
            workflow = read(text_of(size))
            costs[size] = measured(workflow, given, size)
            failed |= size > 50 and costs[size] > BUDGET * factor
            half = run(workflow, given, stop=size // 2)
            begun = perf_counter()
            text = json.dumps(half.snapshot())
            taken = (perf_counter() - begun) * 1e3
            begun = perf_counter()
            Conductor.restore(workflow, EXPRESSIONS, json.loads(text))
            brought = (perf_counter() - begun) * 1e3
            print(
                f"{name:22} {size:6,}: {costs[size]:7.1f} µs each; snapshot {len(text):9,} bytes,"
                f" {taken:6.1f} ms to take, {brought:6.1f} ms to restore"
            )
        large = [cost for size, cost in costs.items() if size > 50]
        if large and large[-1] > GROWTH * large[0]:
            print(f"{name}: a task of the largest size costs {large[-1] / large[0]:.1f} times more")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
