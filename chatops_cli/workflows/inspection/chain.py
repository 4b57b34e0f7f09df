"""A whole ActionChain inspected."""

from chatops_cli.model.action_chain import ActionChain, ChainTask
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.definition.markers import has_jinja
from chatops_cli.workflows.definition.places import Path, Places
from chatops_cli.workflows.inspection.actions import CallPlaces, check_call
from chatops_cli.workflows.inspection.findings import Findings
from chatops_cli.workflows.inspection.ports import Actions


def inspect_chain(
    definition: ChainDefinition, *, actions: Actions | None = None
) -> tuple[Problem, ...]:
    """All that is wrong with a chain, its form included, by place.

    Names in its templates are not checked: what an action's parameters are is not in the file.
    """
    chain, places = definition.chain, definition.places
    if chain is None:
        return definition.problems
    findings = Findings()
    _check_reached(chain, findings)
    if actions is not None:
        for name, number in _numbers(places).items():
            if name in chain.tasks:
                _check_task(chain.tasks[name], ("chain", number), actions, places, findings)
    found = {*definition.problems, *findings.all}
    return tuple(sorted(found, key=lambda problem: (problem.place, problem.rule, problem.message)))


def _numbers(places: Places) -> dict[str, int]:
    """Where in the list a task stands, by its name; of a repeated one the first."""
    numbers: dict[str, int] = {}
    number = 0
    while places.has(("chain", number)):
        numbers.setdefault(places.text(("chain", number, "name")) or "", number)
        number += 1
    return numbers


def _check_task(
    task: ChainTask, path: Path, actions: Actions, places: Places, findings: Findings
) -> None:
    key = "parameters" if places.has((*path, "parameters")) else "params"
    where = CallPlaces(places=places, action=(*path, "ref"), given=(*path, key))
    check_call(task.ref, task.parameters, actions=actions, where=where, findings=findings)


def _check_reached(chain: ActionChain, findings: Findings) -> None:
    """Report tasks that nothing leads to; where a name is computed, that can't be known."""
    nexts = {name: (task.on_success, task.on_failure) for name, task in chain.tasks.items()}
    if any(has_jinja(name) for pair in nexts.values() for name in pair):
        return
    reached: set[str] = set()
    waiting = [chain.default]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in nexts:
            continue
        reached.add(name)
        waiting.extend(nexts[name])
    for name, task in chain.tasks.items():
        if name not in reached:
            findings.report(
                "unreachable-task",
                f"task {name} never runs: no way leads to it from {chain.default}",
                place=task.place,
                hint="name it under on-success or on-failure of another task",
                severity=Severity.WARNING,
            )
