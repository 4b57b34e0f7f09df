"""A rehearsal in lines for people, and as JSON for scripts."""

import json
from collections.abc import Iterator, Mapping

from chatops_cli.model.json import Json
from chatops_cli.workflows.path import Way
from chatops_cli.workflows.rehearsing.coverage import Coverage
from chatops_cli.workflows.rehearsing.judging import error_text
from chatops_cli.workflows.rehearsing.played import Lacking, Played, PlayedRun, PlayedStep

ITEMS = 8
"""Runs of one step that are told in lines; of more, the rest is counted."""
_LONGEST = 160


def lines_of(played: Played, indent: str = "") -> Iterator[str]:
    """The path taken: tasks in their order, how each ended, where it led, what it published."""
    for step in played.steps:
        yield from _step(step, indent)
    if played.status is None and not indent:
        return
    if played.output is not None:
        yield f"{indent}output: {short(played.output)}"
    for error in played.errors:
        yield f"{indent}error: {_cut(error_text(error))}"


def _step(step: PlayedStep, indent: str) -> Iterator[str]:
    first = step.runs[0] if step.runs else None
    action = f"  {first.action}" if first is not None else ""
    yield f"{indent}{step.task}{action}  {step.status}{_note(step)}"
    several = len(step.runs) > 1
    for number, run in enumerate(step.runs[:ITEMS], 1):
        gave = f"gave {short(run.result)}" if run.inner is None and _has_told(run) else ""
        if several:
            name = f"run {number}" if run.item is None else f"item {run.item}"
            yield f"{indent}    {name}: {_status(run)}{_of_run(run)}  {gave}".rstrip()
        elif gave:
            yield f"{indent}    {gave}"
        if run.inner is not None:
            yield from lines_of(run.inner, f"{indent}    ")
    if len(step.runs) > ITEMS:
        yield f"{indent}    … {len(step.runs) - ITEMS} more"
    for way in step.ways:
        yield from _way(way, indent)


def _has_told(run: PlayedRun) -> bool:
    return run.status is not None and run.result not in ({}, None)


def _note(step: PlayedStep) -> str:
    return _of_run(step.runs[0]) if len(step.runs) == 1 else ""


def _of_run(run: PlayedRun) -> str:
    took = f", {run.took:g} s" if run.took else ""
    return f" ({run.source}{took})" if run.source != "mock" or took else ""


def _status(run: PlayedRun) -> str:
    return "running" if run.status is None else str(run.status)


def _way(way: Way, indent: str) -> Iterator[str]:
    when = f"  when {' '.join(way.when.split())}" if way.when else ""
    yield f"{indent}  -> {', '.join(way.targets) or 'end'}{when}"
    for name, value in way.published.items():
        before = ""
        if name in way.replaced and way.replaced[name] != value:
            before = f"  (was {short(way.replaced[name])})"
        yield f"{indent}     {name} = {short(value)}{before}"


def coverage_lines(found: Coverage) -> Iterator[str]:
    """What was taken of a workflow, and where what was not stands."""
    tasks = found.tasks - len(found.untaken_tasks)
    taken = found.branches - len(found.untaken)
    of_tasks, of_branches = f"{tasks} of {found.tasks}", f"{taken} of {found.branches}"
    yield f"{found.ref}: {of_tasks} tasks, {of_branches} transitions taken"
    for task in found.untaken_tasks:
        yield f"  never run: {task}"
    for branch in found.untaken:
        yield f"  never taken: {branch.task} -> {branch.label} at {branch.place}"


def short(value: Json) -> str:
    """A value on one line, cut where it is long."""
    return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def as_json(played: Played) -> dict[str, Json]:
    """All of it, by stable keys."""
    return {
        "workflow": played.ref,
        "status": None if played.status is None else str(played.status),
        "output": played.output,
        "errors": [dict(error) for error in played.errors],
        "seconds": played.seconds,
        "steps": [_step_json(step) for step in played.steps],
        "missing": [_lacking_json(each) for each in played.lacking],
        "waiting": list(played.waiting),
    }


def _step_json(step: PlayedStep) -> dict[str, Json]:
    return {
        "task": step.task,
        "route": step.route,
        "status": step.status,
        "runs": [_run_json(run) for run in step.runs],
        "transitions": [
            {
                "index": way.transition,
                "when": way.when,
                "do": list(way.targets),
                "published": dict(way.published),
                "replaced": dict(way.replaced),
            }
            for way in step.ways
        ],
    }


def _run_json(run: PlayedRun) -> dict[str, Json]:
    inner: Mapping[str, Json] | None = None if run.inner is None else as_json(run.inner)
    return {
        "action": run.action,
        "item": run.item,
        "parameters": dict(run.parameters),
        "status": None if run.status is None else str(run.status),
        "result": run.result,
        "source": run.source,
        "after": run.after,
        "took": run.took,
        "inner": None if inner is None else dict(inner),
    }


def _lacking_json(lacking: Lacking) -> dict[str, Json]:
    return {
        "task": lacking.path,
        "action": lacking.action,
        "runner": lacking.runner,
        "item": lacking.item,
        "run": lacking.run,
    }


def coverage_json(found: Coverage) -> dict[str, Json]:
    """What was not taken of a workflow, by stable keys."""
    return {
        "workflow": found.ref,
        "tasks": found.tasks,
        "transitions": found.branches,
        "untaken_tasks": list(found.untaken_tasks),
        "untaken_transitions": [
            {
                "task": each.task,
                "index": each.transition,
                "label": each.label,
                "place": str(each.place),
            }
            for each in found.untaken
        ],
    }
