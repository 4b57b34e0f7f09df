"""The names in a file of mocks checked against the workflow: its tasks, and those inside them."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chatops_cli.errors import NotFoundError
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.problem import Place, Problem, Severity
from chatops_cli.reading.value import did_you_mean, make_problem
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.definition.orquesta import Definition
from chatops_cli.workflows.opening import Opened, is_workflow, open_workflow
from chatops_cli.workflows.rehearsing.mock import Mocks
from chatops_cli.workflows.rehearsing.suite import Case, Suite

if TYPE_CHECKING:
    from chatops_cli.catalog.catalog import Catalog


class TaskNames:
    """The tasks of workflows, each read when it is first asked for."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog
        self._tasks: dict[str, Mapping[str, str | None]] = {}

    def of(self, action: Action) -> Mapping[str, str | None]:
        """The tasks of a workflow, each with its action; of none where that is an expression."""
        if action.ref not in self._tasks:
            try:
                opened = open_workflow(action, self._catalog)
            except NotFoundError:
                self._tasks[action.ref] = {}
            else:
                self._tasks[action.ref] = tasks_of(opened)
        return self._tasks[action.ref]

    def mistake(self, action: Action, path: str) -> tuple[str, str | None] | None:
        """What is wrong with the path of a task, and a hint; None for a good one."""
        known = self.of(action)
        if path in known:
            return None
        head = next((n for n in known if path.startswith(f"{n}.")), None)
        if head is None:
            first = path.split(".", maxsplit=1)[0] if known else path
            return f"{action.ref} has no task {first!r}", did_you_mean(first, [*known])
        ref = known[head]
        if ref is None:
            return None
        inner = self._catalog.action(ActionRef(ref))
        if inner is None or not is_workflow(inner):
            return (
                f"the task {head!r} of {action.ref} is no workflow, so nothing is inside it",
                f"write {head}",
            )
        return self.mistake(inner, path.removeprefix(f"{head}."))

    def has_action(self, ref: str) -> bool:
        """Whether there is an action of this ref."""
        return self._catalog.action(ActionRef(ref)) is not None

    def near_action(self, ref: str) -> str | None:
        """A hint which action is meant."""
        return did_you_mean(ref, [action.ref for action in self._catalog.actions()])


def tasks_of(opened: Opened) -> dict[str, str | None]:
    """The tasks of a workflow that was read, with their actions where those are known."""
    match opened.definition:
        case Definition(workflow=workflow) if workflow is not None:
            return {
                name: None if task.action and _is_expression(task.action) else _ref(task.action)
                for name, task in workflow.tasks.items()
            }
        case ChainDefinition(chain=chain) if chain is not None:
            return {name: task.ref for name, task in chain.tasks.items()}
        case _:
            return {}


def _ref(action: str | None) -> str | None:
    """The ref alone: an action may have its parameters in one line with it."""
    return "" if not action else action.split()[0]


def _is_expression(action: str) -> bool:
    first = action.split(maxsplit=1)[0] if action.strip() else ""
    return "<%" in first or "{{" in first


def check_names(suite: Suite, action: Action, names: TaskNames) -> tuple[Problem, ...]:
    """Every task and action in a file that there is not, with its place."""
    found = list(_of_mocks(suite.mocks, action, names))
    for case in suite.cases:
        found.extend(_of_mocks(case.mocks, action, names))
        found.extend(_of_expected(case, action, names))
    return tuple(sorted(found, key=lambda problem: problem.place))


def _of_mocks(mocks: Mocks, action: Action, names: TaskNames) -> Iterator[Problem]:
    for path, mock in mocks.tasks.items():
        yield from _of_path(path, mock.place, action, names)
    for ref, mock in mocks.actions.items():
        if not names.has_action(ref):
            hint = names.near_action(ref)
            message = f"there is no action {ref!r}"
            yield make_problem(mock.place, "missing-action", message, hint, Severity.ERROR)


def _of_expected(case: Case, action: Action, names: TaskNames) -> Iterator[Problem]:
    if case.expected is None:
        return
    for chain in case.expected.chains:
        for task in chain.tasks:
            yield from _of_path(task, chain.place, action, names)
    for claim in case.expected.claims:
        yield from _of_path(claim.task, claim.place, action, names)


def _of_path(path: str, place: Place, action: Action, names: TaskNames) -> Iterator[Problem]:
    mistake = names.mistake(action, path)
    if mistake is not None:
        message, hint = mistake
        yield make_problem(place, "unknown-task", message, hint, Severity.ERROR)
