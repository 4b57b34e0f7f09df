"""Timelines: executions by task, and lines that fit a terminal."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from chatops_cli.records.history_entry import Entry
from chatops_cli.rendering.cells import width_of
from chatops_cli.rendering.timeline import Span, timeline
from chatops_cli.rendering.trace import Paper, draw_trace

ZERO = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def entry(
    name: str,
    task: str | None = None,
    *,
    asked: float = 0.0,
    ended: float | None = None,
    status: str = "succeeded",
    parent: str | None = "w",
    item: int | None = None,
    retry_of: str | None = None,
    error: str | None = None,
) -> Entry:
    """An execution that starts a second after it is asked for."""
    status = status if ended is not None else "requested"
    values: dict[str, object] = dict.fromkeys(field.name for field in fields(Entry))
    values.update(
        id=name,
        action=f"p.{task or 'work'}",
        status=status,
        task=task,
        parent=parent if task else None,
        item=item,
        retry_of=retry_of,
        error=error,
        requested=_text(asked),
        started=_text(asked + 1) if ended is not None else None,
        ended=_text(ended) if ended is not None else None,
    )
    return Entry(**values)  # type: ignore[arg-type]  # each of its type


def _text(seconds: float) -> str:
    return (ZERO + timedelta(seconds=seconds)).isoformat()


def spans(*parts: Entry, ended: float | None = 20.0) -> Span:
    return timeline(entry("w", ended=ended), parts)


def names(span: Span) -> list[object]:
    return [inner.name if not inner.inner else [inner.name, *names(inner)] for inner in span.inner]


def test_nested_workflows_have_their_tasks() -> None:
    whole = spans(
        entry("a", "one", ended=3),
        entry("b", "deep", asked=3, ended=9),
        entry("c", "inner", asked=4, ended=8, parent="b"),
    )
    assert names(whole) == ["one", ["deep", "inner"]]
    one = whole.inner[0]
    assert (one.asked, one.begun, one.ended, one.elapsed) == (0.0, 1.0, 3.0, 2.0)


def test_items_are_one_span() -> None:
    whole = spans(
        entry("a", "many", ended=3, item=0),
        entry("b", "many", asked=1, ended=9, item=1, status="failed", error="no disk"),
        entry("c", "many", asked=2, ended=5, item=2),
    )
    (many,) = whole.inner
    assert many.items == {"succeeded": 2, "failed": 1}
    assert (many.status, many.execution_id, many.error) == ("failed", "b", "no disk")
    assert (many.asked, many.begun, many.ended) == (0.0, 1.0, 9.0)


def test_a_loop_is_a_span_for_each_run() -> None:
    whole = spans(
        *(entry(f"{n}{i}", "many", asked=n, ended=n + 2, item=i) for n in (0, 5) for i in (0, 1)),
        entry("x", "one", asked=8, ended=10),
        entry("y", "one", asked=11, ended=13),
    )
    assert [(s.name, s.items and s.items.total()) for s in whole.inner] == [
        ("many", 2),
        ("many", 2),
        ("one", None),
        ("one", None),
    ]


def test_retries_of_a_policy_are_one_span() -> None:
    (one,) = spans(
        entry("a", "one", ended=3, status="failed"),
        entry("b", "one", asked=4, ended=8, retry_of="a"),
        entry("c", "one", asked=9, ended=12, retry_of="b"),
    ).inner
    assert (one.tries, one.status, one.execution_id, one.asked, one.ended) == (
        3, "succeeded", "c", 0.0, 12.0,
    )  # fmt: skip


def test_it_is_drawn_as_bars() -> None:
    whole = spans(
        entry("a", "one", ended=10),
        entry("b", "two", asked=10, ended=20, status="failed", error="no disk"),
        entry("c", "deep", asked=10, ended=20),
        entry("d", "last", asked=10, ended=20, parent="c", status="canceled"),
    )
    assert draw_trace(whole, Paper(width=40, now=0)) == [
        "p.work succeeded after 19.0 s (executio…",
        "✓ one     9.0 s  ·███████████",
        "✗ two     9.0 s             ·███████████",
        "  no disk (execution b)",
        "✓ deep    9.0 s             ·███████████",
        "  ⊘ last  9.0 s             ·███████████",
    ]


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [20, 40, 120])
def test_it_fits_while_it_runs(width: int, *, unicode: bool) -> None:
    whole = spans(
        entry("a", "one\x1b[31m" + "世界" * 30, ended=10, status="failed", error="x" * 90),
        entry("b", "two", asked=10),
        *(entry(f"i{n}", "many", asked=11, item=n) for n in range(1000)),
        ended=None,
    )
    lines = draw_trace(whole, Paper(width=width, now=100.0, unicode=unicode))
    assert all(width_of(line) <= width for line in lines)
    assert not any("\x1b" in line for line in lines)
    assert lines[0].startswith("p.work is running")
    if not unicode:
        assert all(line.isascii() for line in lines)
    if width == 120:
        assert "many 1000 items" in lines[-1]
        assert "1m29s" in lines[-1]


def test_colour_changes_nothing_else() -> None:
    whole = spans(entry("a", "one", ended=10, status="failed", error="bad"))
    plain = draw_trace(whole, Paper(width=60, now=0))
    coloured = draw_trace(whole, Paper(width=60, now=0, color=True))
    for code in ("\x1b[31m", "\x1b[2m", "\x1b[0m"):
        coloured = [line.replace(code, "") for line in coloured]
    assert coloured == plain


def test_what_was_cancelled_has_not_failed() -> None:
    whole = spans(
        entry("a", "many", ended=3, item=0, status="canceled"),
        entry("b", "many", ended=3, item=1, status="timeout"),
    )
    assert "many 2 items, 1 failed, 1 canceled" in draw_trace(whole, Paper(width=99, now=0))[1]
