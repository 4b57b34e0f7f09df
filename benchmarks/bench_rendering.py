"""How long a kept template, a plain one, a compilation and a drawing take, beside f-strings.

The f-strings run in the same process, interleaved with what is measured, and the best of some
rounds counts. Ratios hold across machines, microseconds only on this one.

    python benchmarks/bench_rendering.py [--rounds 7] [--times 300]

It exits with 1 where a budget is missed.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Attachment, Reply, ReplyKind
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json
from chatops_cli.rendering.summary import summarize
from chatops_cli.rendering.templates import Templates
from chatops_cli.rendering.terminal import draw

KEPT_RATIO = 15.0
"""A kept template of ten rows, against f-strings."""
PLAIN_RATIO = 20.0
"""A plain template, against an f-string of the same text."""
DEFAULT_BUDGET = 200.0
"""Microseconds of the default answer of ten rows."""
DRAW_BUDGET = 200.0
"""Microseconds of ten rows in a frame, at 80 columns."""

ROWS: list[dict[str, Json]] = [{"name": f"web{n}", "state": "up", "load": n / 7} for n in range(10)]
EXECUTION: dict[str, object] = {
    "id": "e1",
    "action": {"ref": "linux.check"},
    "result": {"rows": ROWS},
}
CONTEXT: dict[str, object] = {"execution": EXECUTION}

LOOP = """\
Hosts of {{ execution.id }}:
{% for row in execution.result.rows %}
{{ row.name }}: {{ row.state }} ({{ row.load }})
{% endfor %}
"""
PLAIN = "Running {{ execution.action.ref }} as {{ execution.id }}, please wait."


def by_hand() -> str:
    """The answer of `LOOP`, written with f-strings."""
    lines = [f"Hosts of {EXECUTION['id']}:\n"]
    lines += [f"{row['name']}: {row['state']} ({row['load']})\n" for row in ROWS]
    return "".join(lines)


def plain_by_hand() -> str:
    """The answer of `PLAIN`, written with an f-string that looks up the same keys."""
    action = EXECUTION["action"]
    ref = action["ref"] if isinstance(action, dict) else ""
    return f"Running {ref} as {EXECUTION['id']}, please wait."


def best(runs: dict[str, Callable[[], object]], rounds: int, times: int) -> dict[str, float]:
    """Microseconds of one call of each, the best of interleaved rounds."""
    found = dict.fromkeys(runs, float("inf"))
    for _ in range(rounds):
        for name, run in runs.items():
            start = time.perf_counter()
            for _ in range(times):
                run()
            found[name] = min(found[name], (time.perf_counter() - start) / times * 1e6)
    return found


def import_cost(rounds: int) -> float:
    """CPU milliseconds that a first template with a loop adds to one of plain paths."""

    def run(template: str) -> float:
        script = (
            "from chatops_cli.rendering.templates import Templates;"
            f"Templates().render({template!r}, {{'a': [1]}})"
        )
        before = os.times()
        subprocess.run([sys.executable, "-c", script], check=True)
        after = os.times()
        return (
            after.children_user
            + after.children_system
            - before.children_user
            - before.children_system
        ) * 1000

    pairs = [(run("{{ a }}"), run("{% for b in a %}{{ b }}{% endfor %}")) for _ in range(rounds)]
    return min(second for _, second in pairs) - min(first for first, _ in pairs)


def main() -> int:
    """Prints the table; 1 where a budget is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--times", type=int, default=300)
    options = parser.parse_args()

    templates = Templates()
    if templates.render(LOOP, CONTEXT) != by_hand():
        print("the template and the f-strings differ")
        return 1
    started = datetime(2026, 1, 31, tzinfo=UTC)
    execution = Execution(
        id="e1",
        action_ref=ActionRef("linux.check"),
        runner="python-script",
        status=Status.SUCCEEDED,
        requested=started,
        started=started,
        ended=started + timedelta(seconds=1),
        result={"result": [*ROWS]},
    )
    reply = Reply(
        kind=ReplyKind.RESULT,
        message_id="m1",
        room="#ops",
        attachments=(Attachment(text=by_hand(), title="Hosts", color="good"),),
    )
    found = best(
        {
            "f-strings": by_hand,
            "kept template": lambda: templates.render(LOOP, CONTEXT),
            "one f-string": plain_by_hand,
            "plain template": lambda: templates.render(PLAIN, CONTEXT),
            "default answer": lambda: summarize(execution),
            "drawn in a frame": lambda: draw(reply, color=True),
        },
        options.rounds,
        options.times,
    )
    compiled = best({"compiled": lambda: Templates().render(LOOP, CONTEXT)}, options.rounds, 3)
    kept = found["kept template"] / found["f-strings"]
    plain = found["plain template"] / found["one f-string"]
    for name, value in found.items():
        print(f"{name:20} {value:9.2f} us")
    print(f"{'environment, compile':20} {compiled['compiled']:9.2f} us")
    print(f"{'first use of Jinja':20} {import_cost(options.rounds):9.1f} ms CPU")
    print(f"kept template / f-strings     {kept:6.1f}  (budget {KEPT_RATIO:g})")
    print(f"plain template / one f-string {plain:6.1f}  (budget {PLAIN_RATIO:g})")
    missed = (
        kept > KEPT_RATIO
        or plain > PLAIN_RATIO
        or found["default answer"] > DEFAULT_BUDGET
        or found["drawn in a frame"] > DRAW_BUDGET
    )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
