"""How long kept expressions of workflows take, beside the same in plain Python.

The Python stands in the same process, interleaved with what is measured, and the best of some
rounds counts. Ratios hold across machines, microseconds only on this one. With ``--engine`` each
form that needs no YAQL is also given to YAQL's engine, to see what that saves.

    python benchmarks/bench_expressions.py [--rounds 7] [--times 500] [--engine]

It exits with 1 where a budget is missed.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial

from chatops_cli.model.json import Json
from chatops_cli.workflows.evaluation import Scope
from chatops_cli.workflows.expressions.compiled import CompiledExpressions

DIRECT_RATIO = 40.0
"""A form that needs no engine, against a lookup and a comparison in Python."""
FILLED: dict[str, Json] = {f"v{number}": {"a": [{"x": 1}] * 5, "b": "t"} for number in range(30)}
VARIABLES: dict[str, Json] = {**FILLED, "x": {"y": [1, 2]}, "n": 3, "s": "a-b", "l": ["a", "b"]}
SCOPE = Scope(
    variables=VARIABLES,
    task="t",
    result={"rc": 0},
    status_of=lambda name, _: "succeeded" if name == "t" else "null",
    task_of=lambda *_: None,
)
DIRECT = (
    "<% ctx(x) %>",
    "<% ctx().x.y %>",
    "<% succeeded() and result().rc = 0 %>",
    "{{ ctx('x').y }}",
    "on <% ctx().s %>: <% ctx().n %>",
)
ENGINES = (
    "<% ctx().s.split('-') %>",
    "<% ctx(l).select($ + 'x') %>",
    "{{ ctx('n') + 1 }}",
    "{{ ctx('s') | upper }}",
)


def by_hand() -> bool:
    """What a condition comes to in Python."""
    return SCOPE.status_of("t", None) == "succeeded" and SCOPE.variables["n"] == 3


def by_engine(expressions: CompiledExpressions, text: str) -> Callable[[], object]:
    """What evaluates an expression with YAQL's engine."""
    engine = expressions.yaql
    kept = engine.compile(text[2:-2].strip())
    return lambda: engine.evaluate(kept, SCOPE)


def best(work: Callable[[], object], rounds: int, times: int) -> float:
    """Microseconds of one call, in the best of some rounds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(times):
            work()
        found.append((time.perf_counter() - began) / times)
    return min(found) * 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--times", type=int, default=500)
    parser.add_argument("--engine", action="store_true")
    given = parser.parse_args()
    expressions = CompiledExpressions()
    missed = False
    print(f"{'µs':>9} {'ratio':>7}")
    for text in (*DIRECT, *ENGINES):
        expressions.evaluate(text, SCOPE)
        plain = best(by_hand, given.rounds, given.times)
        taken = best(partial(expressions.evaluate, text, SCOPE), given.rounds, given.times)
        print(f"{taken:9.2f} {taken / plain:7.1f}  {text}")
        missed |= text in DIRECT and taken / plain > DIRECT_RATIO
        if given.engine and text in DIRECT[:3]:
            slow = best(by_engine(expressions, text), 3, given.times // 10 + 1)
            print(f"{slow:9.2f} {slow / plain:7.1f}    by YAQL's engine")
    print("a budget is missed" if missed else "all budgets are kept")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
