"""How far a workflow has come: as a line, now and then, and as a block that fits a terminal."""

import re

import pytest

from chatops_cli.model.action import ActionRef
from chatops_cli.model.execution import Status
from chatops_cli.model.progress import Progress, TaskAtWork
from chatops_cli.rendering.cells import width_of
from chatops_cli.rendering.progress import Sparing, progress_text
from chatops_cli.rendering.progress_block import Frame, block


def progress(
    *at_work: TaskAtWork,
    succeeded: int = 2,
    failed: tuple[str, ...] = (),
    busy: int = 0,
    name: str = "deploy",
) -> Progress:
    return Progress(
        execution_id="e1",
        action_ref=ActionRef(f"web.{name}"),
        status=Status.RUNNING,
        tasks=8,
        succeeded=succeeded,
        failed=failed,
        busy=busy or len(at_work),
        at_work=at_work,
    )


@pytest.mark.parametrize(
    ("told", "text"),
    [
        pytest.param(progress(), "web.deploy: 2 of 8 tasks done", id="nothing at work"),
        pytest.param(progress(succeeded=9), "web.deploy: 9 done", id="a loop"),
        pytest.param(
            progress(TaskAtWork(name="build", elapsed=12.4), failed=("lint",)),
            "web.deploy: 2 of 8 tasks done, 1 failed (lint); at work: build 12 s",
            id="failed",
        ),
        pytest.param(
            progress(TaskAtWork(name="check", elapsed=75, done=30, total=100, failed=2)),
            "web.deploy: 2 of 8 tasks done; at work: check 30/100 items, 2 failed, 1m15s",
            id="items",
        ),
        pytest.param(
            progress(
                TaskAtWork(name="a", status=Status.PENDING),
                TaskAtWork(name="b", status=Status.PAUSED),
                TaskAtWork(name="c", status=Status.DELAYED),
                busy=1000,
            ),
            "web.deploy: 2 of 8 tasks done; at work: a waits for an answer, b is paused, "
            "c waits to begin and 997 more",
            id="many that wait",
        ),
    ],
)
def test_it_is_told_in_a_line(told: Progress, text: str) -> None:
    assert progress_text(told) == text


def test_a_line_is_due_now_and_then() -> None:
    """Each 10 seconds; after ten minutes each minute."""
    sparing = Sparing()
    due = [second for second in range(3600) if sparing.is_due(progress(), float(second))]
    assert due[:4] == [10, 20, 30, 40]
    assert due[-1] - due[-2] == 60
    assert len(due) < 110


def test_a_line_is_due_when_a_task_has_failed() -> None:
    sparing = Sparing()
    assert not sparing.is_due(progress(), 0.0)
    assert sparing.is_due(progress(failed=("a",)), 0.1)
    assert not sparing.is_due(progress(failed=("a", "b")), 0.2)
    assert sparing.is_due(progress(failed=("a", "b")), 1.1)
    assert not sparing.is_due(progress(failed=("a", "b")), 2.2)
    assert sparing.is_due(progress(), 11.2)


def test_a_thousand_failures_are_a_line_each_second() -> None:
    sparing = Sparing()
    failed = tuple(map(str, range(1000)))
    due = sum(sparing.is_due(progress(failed=failed[:n]), n / 100) for n in range(1000))
    assert due <= 11


def test_a_block_has_failures_then_what_runs() -> None:
    inner = progress(TaskAtWork(name="ping", elapsed=1), name="check")
    told = progress(
        TaskAtWork(name="build", elapsed=3),
        TaskAtWork(name="ask", status=Status.PENDING),
        TaskAtWork(name="check", elapsed=2, inner=(inner,)),
        failed=("lint",),
    )
    assert block(told, Frame(width=79), elapsed=61, since=2) == [
        "web.deploy: 2 of 8 tasks done, 1 failed, 1m1s (Ctrl-C ends it)",
        "✗ lint",
        "▸ build: 5 s",
        "‖ ask: waits for an answer",
        "▸ check: 4 s (web.check: 2 of 8 tasks done)",
        "  ▸ ping: 3 s",
    ]


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [20, 39, 200])
@pytest.mark.parametrize("height", [2, 5, 10])
def test_a_block_of_a_thousand_tasks_fits(width: int, height: int, *, unicode: bool) -> None:
    many = [TaskAtWork(name=f"task\x1b[31m 世界 {n}\n", elapsed=n) for n in range(50)]
    told = progress(*many, failed=("x" * 300, "y", "z", "a", "b"), busy=1000)
    frame = Frame(width=width, height=height, unicode=unicode)
    lines = block(told, frame, elapsed=5)
    assert len(lines) <= height
    assert all(width_of(line) <= width for line in lines)
    assert all("\x1b" not in line and "\n" not in line for line in lines)
    assert lines[-1].endswith("more at work")
    if not unicode:
        assert all(line.isascii() for line in lines)


def test_colour_is_in_signs_only() -> None:
    told = progress(TaskAtWork(name="build"), failed=("lint",))
    lines = block(told, Frame(width=79, color=True), elapsed=5)
    assert [re.sub(r"\x1b\[[0-9]+m", "", line) for line in lines] == block(
        told, Frame(width=79), elapsed=5
    )
    assert "\x1b[31m✗ \x1b[0mlint" in lines
