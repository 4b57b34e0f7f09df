"""A workflow at work as JSON, and back."""

from collections import Counter
from dataclasses import asdict
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
        "output": case.output,
        "errors": list(case.log.entries),
        "root": case.contexts.root,
        "contexts": [[list(parents), own] for parents, own in case.contexts.nodes],
        "routes": [list(route) for route in board.routes],
        "runs": list(board.runs),
        "entries": [asdict(entry) for entry in board.entries],
        "latest": [[task, route, index] for (task, route), index in board.latest.items()],
        "staged": [_staged(staged) for staged in board.staged.values()],
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
    board.entries = [_entry(each) for each in found["entries"]]
    board.latest = {(task, route): index for task, route, index in found["latest"]}
    board.routes = [tuple(route) for route in found["routes"]]
    board.runs = list(found["runs"])
    board.staged = {(each["task"], each["route"]): _unstaged(each) for each in found["staged"]}
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
    )
    case.log.entries = list(found["errors"])
    return case


def _entry(found: _Loaded) -> Entry:
    retry = found["retry"]
    return Entry(
        **{
            **found,
            "status": TaskStatus(found["status"]),
            "retry": RetryState(**retry) if retry is not None else None,
        }
    )


def _staged(staged: Staged) -> dict[str, Json]:
    values = asdict(staged)
    if staged.items is not None:
        del values["items"]["counts"]
    return values


def _unstaged(found: _Loaded) -> Staged:
    items = found["items"]
    if items is not None:
        statuses = [TaskStatus(status) for status in items["statuses"]]
        actions = [(action, given) for action, given in items["actions"]]
        items = Items(
            **{
                **items,
                "actions": actions,
                "statuses": statuses,
                "counts": Counter(statuses),
            }
        )
    return Staged(**{**found, "items": items})
