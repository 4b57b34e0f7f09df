"""What the conductor of workflows costs a task, beside its expressions and its actions.

    python benchmarks/bench_conductor.py [--quick]

Actions end at once, by plain lists. A task of the larger sizes must cost about what one of the
smaller does. A time is CPU time, the best of some rounds, in microseconds a task or item, without
that of the expressions themselves, which is measured apart. Snapshots are taken in the middle of a
run.

It exits with 1 where a budget is missed.
"""

import argparse
import gc
import json
import sys
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from time import process_time
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.model.workflow import Workflow
from chatops_cli.workflows.conductor import Conductor
from chatops_cli.workflows.definition.orquesta import read_workflow
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.events import End, Finished, RunAction
from chatops_cli.workflows.expressions.compiled import CompiledExpressions

BUDGET = 50.0
"""Microseconds a task without expressions."""
GROWTH = 2.0
"""How much dearer a task of the largest size may be than one of the smallest above 50."""
LEAST = 0.3
"""Seconds for which each case is run again and again, three times at least."""
EXPRESSIONS = CompiledExpressions()


def sequence(size: int, *, publishes: bool, name: str = "last") -> str:
    """Tasks one after the other; `{}` in the name of what each publishes is its number."""
    lines = ["version: 1.0", "tasks:"]
    for number in range(size):
        target = f"t{number + 1:05}" if number + 1 < size else "noop"
        lines += [f"  t{number:05}:", "    action: core.noop", "    next:"]
        if publishes:
            published = f"publish: [{{{name.format(number)}: <% result() %>}}]"
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


def best_of(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    best, spent, rounds = float("inf"), 0.0, 0
    while rounds < 3 or spent < LEAST:
        gc.collect()
        begun = process_time()
        work()
        taken = process_time() - begun
        best, spent, rounds = min(best, taken), spent + taken, rounds + 1
    return best


def cost_of(texts: Iterable[str]) -> float:
    """Microseconds to evaluate expressions."""
    scope = Scope(
        variables={},
        task="t",
        result={"stdout": "", "succeeded": True},
        status_of=lambda *_: "succeeded",
        task_of=lambda *_: None,
    )
    for text in texts:
        EXPRESSIONS.evaluate(text, scope)

    def thousand() -> None:
        for _ in range(1_000):
            for text in texts:
                EXPRESSIONS.evaluate(text, scope)

    return best_of(thousand) * 1e3


class Case(NamedTuple):
    """Its sizes, the text of one, and the expressions that each task has."""

    sizes: tuple[int, ...]
    text_of: Callable[[int], str]
    expressions: tuple[str, ...] = ()


def cases() -> dict[str, Case]:
    """All that is measured."""
    many = (10, 100, 1_000, 5_000)
    few = (100, 300, 1_000)
    published = "<% result() %>"
    return {
        "sequence": Case(many, partial(sequence, publishes=False)),
        "sequence, publish": Case(
            many, partial(sequence, publishes=True), ("<% succeeded() %>", published)
        ),
        "sequence, new names": Case(
            (10, 100, 1_000, 3_000),
            partial(sequence, publishes=True, name="v{}"),
            ("<% succeeded() %>", published),
        ),
        "items": Case((*many, 50_000), partial(items_of, concurrency=0)),
        "items, 10 at a time": Case((*many, 50_000), partial(items_of, concurrency=10)),
        "branches": Case(few, partial(branches, publishes=False)),
        "branches, publish": Case(few, partial(branches, publishes=True), (published,)),
    }


def snapshots(workflow: Workflow, given: dict[str, Json], size: int) -> tuple[str, float, float]:
    """One from the middle of a run, and the milliseconds to take and to restore it."""
    half = run(workflow, given, stop=size // 2)
    text = json.dumps(half.snapshot())
    stored = best_of(lambda: json.dumps(half.snapshot()))
    brought = best_of(lambda: Conductor.restore(workflow, EXPRESSIONS, json.loads(text)))
    return text, stored * 1e3, brought * 1e3


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="the smaller sizes alone")
    quick = parser.parse_args().quick
    most = 300 if quick else 50_000
    failed = False
    for name, case in cases().items():
        costs = {}
        apart = cost_of(case.expressions)
        for size in (size for size in case.sizes if size <= most):
            given: dict[str, Json] = {"xs": list(range(size))}
            workflow = read(case.text_of(size))
            taken = best_of(partial(run, workflow, given)) / size * 1e6
            costs[size] = taken - apart
            failed |= size > 50 and costs[size] > BUDGET
            text, stored, brought = snapshots(workflow, given, size)
            print(
                f"{name:21} {size:6,}: {costs[size]:5.1f} µs each"
                f" and {apart:4.1f} for expressions; snapshot {len(text):9,} bytes,"
                f" {stored:6.1f} ms to take, {brought:6.1f} ms to restore"
            )
        large = [cost for size, cost in costs.items() if size > 50]
        if large and large[-1] > GROWTH * large[0]:
            print(f"{name}: a task of the largest size costs {large[-1] / large[0]:.1f} times more")
            failed = True
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
