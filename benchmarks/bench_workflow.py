"""A workflow of ``core.noop`` end to end: through a room, with audit, history and results on disk.

What is measured stands beside two baselines of the same run: as many messages that run
``core.noop`` without a workflow, and as many times what the audit of an action needs of the disk:
two times one `write` and one `fdatasync` of lines of the same size. Each shape is run at two sizes;
what grows linearly costs the same for each task at both.

    python benchmarks/bench_workflow.py [--tasks 1000] [--rounds 3] [--secrets] [--profile SHAPE]

It exits with 1 where a task costs more than twice what a message does, in all rounds.
"""

import argparse
import asyncio
import cProfile
import os
import pstats
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Message, Principal, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.room.opening import new_id, now, open_room
from chatops_cli.room.room import Room
from chatops_cli.settings.values import Settings

BUDGET = 2.0
"""What a task may cost at most, in messages."""
BUNDLED = Path(__file__).resolve().parent.parent / "packs"
PACK = "name: bench\nversion: 1.0.0\ndescription: d\nauthor: a\nemail: a@example.org\n"
LINE = b"x" * 700 + b"\n"
"""About what a request's record has, and more than its end's."""
SECRET = "name: secret\nrunner_type: noop\nparameters:\n  value: {type: string, secret: true}\n"


def definition(shape: str, tasks: int) -> str:
    """A workflow of this shape with so many executions."""
    if shape == "sequence":
        lines = [f"  t{n}: {{action: core.noop, next: [{{do: t{n + 1}}}]}}" for n in range(tasks)]
        body = [*lines[:-1], f"  t{tasks - 1}: {{action: core.noop}}"]
    elif shape.startswith("items"):
        limit = ", concurrency: 10" if shape == "items-10" else ""
        secret = "bench.secret value=<% 'hunter-' + str(item()) %>"
        action = secret if "secret" in shape else "core.noop"
        items = f"{{items: <% range({tasks}) %>{limit}}}"
        body = [f'  many: {{with: {items}, action: "{action}"}}']
    else:
        names = [f"b{n}" for n in range(tasks - 2)]
        body = [f"  root: {{action: core.noop, next: [{{do: [{', '.join(names)}]}}]}}"]
        body += [f"  {name}: {{action: core.noop, next: [{{do: end}}]}}" for name in names]
        body += ["  end: {join: all, action: core.noop}"]
    return "version: 1.0\ntasks:\n" + "\n".join(body) + "\n"


def write_pack(folder: Path, shapes: Iterable[tuple[str, int]]) -> None:
    """The pack with a workflow for each shape and size."""
    actions = folder / "packs" / "bench" / "actions"
    (actions / "workflows").mkdir(parents=True)
    (actions.parent / "pack.yaml").write_text(PACK)
    (actions / "secret.yaml").write_text(SECRET)
    for shape, tasks in shapes:
        name = f"{shape}-{tasks}"
        (actions / "workflows" / f"{name}.yaml").write_text(definition(shape, tasks))
        (actions / f"{name}.yaml").write_text(
            f"name: {name}\nrunner_type: orquesta\nentry_point: workflows/{name}.yaml\n"
        )


async def replies(room: Room, ref: str) -> list[Reply]:
    """The replies to one message that runs this action."""
    message = Message(
        id=new_id(),
        text=f"action run {ref}",
        principal=Principal(network="local", user="ann"),
        room="#ops",
        time=now(),
        is_direct=True,
    )
    return [reply async for reply in room.run_action(message, ActionRef(ref), {})]


def workflow_time(room: Room, ref: str) -> float:
    """Seconds for one workflow."""
    start = time.perf_counter()
    said = asyncio.run(replies(room, ref))
    took = time.perf_counter() - start
    assert said[-1].kind is ReplyKind.RESULT, said[-1]
    assert said[-1].status is Status.SUCCEEDED, said[-1].text
    return took


def messages_time(room: Room, number: int) -> float:
    """Seconds for so many messages that run the same action without a workflow."""

    async def work() -> None:
        for _ in range(number):
            await replies(room, "core.noop")

    start = time.perf_counter()
    asyncio.run(work())
    return time.perf_counter() - start


def disk_time(folder: Path, number: int) -> float:
    """Seconds for two lines on disk, so many times."""
    file = os.open(folder / "lines", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    start = time.perf_counter()
    for _ in range(2 * number):
        os.write(file, LINE)
        os.fdatasync(file)
    os.close(file)
    return time.perf_counter() - start


def measure(folder: Path, shapes: list[tuple[str, int]], rounds: int, tasks: int) -> float:
    """Prints each round; the lowest ratio of the worst shape's task to a message."""
    room = opened(folder, shapes)
    for shape, size in shapes:
        workflow_time(room, f"bench.{shape}-{size}")
    lowest: dict[tuple[str, int], float] = {}
    for number in range(rounds):
        message = messages_time(room, tasks) / tasks
        disk = disk_time(folder, tasks) / tasks
        print(f"round {number + 1}: message {message * 1e3:.2f} ms, disk {disk * 1e3:.2f} ms")
        for shape, size in shapes:
            each = workflow_time(room, f"bench.{shape}-{size}") / size
            ratio = each / message
            lowest[shape, size] = min(lowest.get((shape, size), ratio), ratio)
            print(f"  {shape:>14} {size:>6}: {each * 1e3:.2f} ms a task, {ratio:.2f} x a message")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory at its peak: {peak:.0f} MiB")
    asyncio.run(room.close())
    return max(lowest.values())


def opened(folder: Path, shapes: list[tuple[str, int]]) -> Room:
    """A room over the bundled packs and the workflows."""
    write_pack(folder, shapes)
    settings = Settings(home=folder / "home", roots=(folder / "packs", BUNDLED))
    return open_room(settings, operator=None, warn=print)


def profile(folder: Path, shape: str, tasks: int) -> None:
    """Prints what one workflow spends its time on."""
    room = opened(folder, [(shape, tasks)])
    workflow_time(room, f"bench.{shape}-{tasks}")
    profiler = cProfile.Profile()
    profiler.enable()
    workflow_time(room, f"bench.{shape}-{tasks}")
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(30)


def main() -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--secrets", action="store_true", help="a secret of its own in each item")
    parser.add_argument("--profile", metavar="SHAPE", help="sequence, items, items-10 or branches")
    arguments = parser.parse_args()
    tasks = arguments.tasks
    names = ["items-secret"] if arguments.secrets else ["sequence", "items", "items-10"]
    shapes = [(name, size) for name in names for size in (tasks // 5, tasks)]
    if not arguments.secrets:
        shapes.append(("branches", min(tasks, 102)))
    # On the disk that projects are on: a folder in memory would flatter it.
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        if arguments.profile:
            profile(Path(folder), arguments.profile, tasks)
            return 0
        ratio = measure(Path(folder), shapes, arguments.rounds, tasks)
    print(f"a task costs at most {ratio:.2f} messages, budget {BUDGET}")
    return 0 if ratio <= BUDGET else 1


if __name__ == "__main__":
    sys.exit(main())
