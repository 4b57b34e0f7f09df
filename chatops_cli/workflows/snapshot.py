"""A workflow at work as JSON, and back."""

from collections import Counter
from typing import Any, TypeAlias

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.workflow import Workflow
from chatops_cli.workflows.board import Board
from chatops_cli.workflows.case import Case
from chatops_cli.workflows.contexts import Contexts
from chatops_cli.workflows.evaluation import Expressions
from chatops_cli.workflows.graph import build_graph
from chatops_cli.workflows.state import Entry, Items, RetryState, Staged, TaskStatus

# What json.loads gives; a state that isn't of its shape raises KeyError, TypeError or ValueError.
_Loaded: TypeAlias = Any


def snapshot(case: Case) -> dict[str, Json]:
    """All that the conductor knows beside its definition."""
    board = case.board
    state: _Loaded = {
        "status": case.status,
        "told": case.told,
        "has_ended": case.has_ended,
        "is_paused": case.is_paused,
        "output": case.output,
        "errors": list(case.log.entries),
        "root": case.contexts.root,
        "contexts": [[list(parents), own] for parents, own in case.contexts.nodes],
        "routes": [list(route) for route in board.routes],
        "runs": list(board.runs),
        "entries": [_entry(entry) for entry in board.entries],
        "latest": [[task, route, index] for (task, route), index in board.latest.items()],
        "staged": [_plain(staged) for staged in board.staged.values()],
        "arrivals": board.arrivals.plain(),
        "filling": sorted(board.filling),
        "again": [list(key) for key in sorted(board.again)],
    }
    plain: dict[str, Json] = state
    return plain


def restored(workflow: Workflow, expressions: Expressions, state: JsonObject) -> Case:
    """The case of a snapshot.

    Raises:
        KeyError, TypeError, ValueError: It isn't one.
    """
    found: _Loaded = state
    board = Board(build_graph(workflow))
    board.entries = [_read_entry(each) for each in found["entries"]]
    board.latest = {(task, route): index for task, route, index in found["latest"]}
    board.routes = [tuple(route) for route in found["routes"]]
    board.runs = list(found["runs"])
    board.staged = {(each["task"], each["route"]): Staged(**each) for each in found["staged"]}
    board.filling = set(found["filling"])
    board.again = {(task, route) for task, route in found["again"]}
    board.arrivals.read(found["arrivals"])
    board.rebuild()
    contexts = Contexts(found["root"])
    contexts.nodes = [(tuple(parents), own) for parents, own in found["contexts"]]
    case = Case(
        workflow=workflow,
        expressions=expressions,
        board=board,
        contexts=contexts,
        status=Status(found["status"]),
        told=Status(found["told"]),
        output=found["output"],
        has_ended=found["has_ended"],
        is_paused=found["is_paused"],
    )
    for entry in found["errors"]:
        case.log.restore(entry)
    return case


def _plain(value: Entry | Items | RetryState | Staged) -> dict[str, _Loaded]:
    """The fields of an object, their lists and objects copied, as a snapshot must not change."""
    return {
        name: field.copy() if isinstance(field, list | dict) else field
        for name in value.__slots__
        for field in (getattr(value, name),)
    }


def _entry(entry: Entry) -> dict[str, _Loaded]:
    values = _plain(entry)
    if entry.retry is not None:
        values["retry"] = _plain(entry.retry)
    if entry.items is not None:
        values["items"] = _plain(entry.items)
        del values["items"]["counts"]
    return values


def _read_entry(found: _Loaded) -> Entry:
    retry, items = found["retry"], found["items"]
    return Entry(
        **{
            **found,
            "status": TaskStatus(found["status"]),
            "retry": RetryState(**retry) if retry is not None else None,
            "items": _read_items(items) if items is not None else None,
        }
    )


def _read_items(found: _Loaded) -> Items:
    statuses = [TaskStatus(status) for status in found["statuses"]]
    actions = [(action, given) for action, given in found["actions"]]
    counts = Counter(statuses)
    return Items(**{**found, "actions": actions, "statuses": statuses, "counts": counts})
