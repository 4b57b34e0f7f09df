"""The timeline of an execution: as lines for people, and as JSON."""

import sys
from datetime import datetime
from typing import TYPE_CHECKING

from chatops_cli.cli.output import has_color, has_unicode, print_json, width, write
from chatops_cli.model.runner import WORKFLOWS

if TYPE_CHECKING:
    from chatops_cli.model.json import Json
    from chatops_cli.records.history import History
    from chatops_cli.records.history_entry import Entry
    from chatops_cli.rendering.timeline import Span


def is_workflow(entry: "Entry") -> bool:
    """Whether an execution may have parts."""
    return entry.runner in WORKFLOWS


def span_of(history: "History", entry: "Entry") -> "Span":
    """The timeline of an execution."""
    from chatops_cli.rendering.timeline import timeline

    return timeline(entry, history.parts_of(entry.id))


def show_trace(span: "Span", entry: "Entry") -> None:
    """The timeline on stdout."""
    from chatops_cli.rendering.trace import Paper, draw_trace

    paper = Paper(
        width=width(sys.stdout),
        now=_now(entry) if span.ended is None else 0.0,
        color=has_color(sys.stdout),
        unicode=has_unicode(sys.stdout),
    )
    write(sys.stdout, "\n".join(draw_trace(span, paper)) + "\n")


def print_trace(span: "Span") -> None:
    """The timeline as one JSON value."""
    print_json(span_json(span))


def span_json(span: "Span") -> dict[str, "Json"]:
    """A span by stable keys."""
    items: Json = None if span.items is None else dict(span.items)
    return {
        "name": span.name,
        "action": span.action,
        "status": span.status,
        "execution_id": span.execution_id,
        "asked": span.asked,
        "started": span.begun,
        "ended": span.ended,
        "elapsed": span.elapsed,
        "error": span.error,
        "tries": span.tries,
        "items": items,
        "tasks": [span_json(inner) for inner in span.inner],
    }


def _now(entry: "Entry") -> float:
    from chatops_cli.room.opening import now

    if entry.requested is None:
        return 0.0
    return max((now() - datetime.fromisoformat(entry.requested)).total_seconds(), 0.0)
