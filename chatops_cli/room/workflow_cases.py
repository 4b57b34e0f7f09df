"""Files of mocks rehearsed, case by case."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.errors import ChatOpsError, NotFoundError
from chatops_cli.execution.rehearsed import Ask
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.reading.file import read_file
from chatops_cli.room.workflow_stage import WorkflowStage
from chatops_cli.workflows.opening import is_workflow
from chatops_cli.workflows.rehearsing.judging import judge
from chatops_cli.workflows.rehearsing.names import TaskNames, check_names
from chatops_cli.workflows.rehearsing.outcome import Outcome, shared_unused
from chatops_cli.workflows.rehearsing.suite import Case, Suite
from chatops_cli.workflows.rehearsing.suite_file import read_suite

if TYPE_CHECKING:
    from chatops_cli.catalog.catalog import Catalog


def workflow_named(catalog: "Catalog", ref: str) -> Action:
    """The workflow of this ref.

    Raises:
        NotFoundError: There is none.
    """
    action = catalog.action(ActionRef(ref))
    if action is None:
        raise NotFoundError(f"no action named {ref!r}", hint="see 'chatops workflow list'")
    if not is_workflow(action):
        raise NotFoundError(
            f"{action.ref} is no workflow but an action of the runner {action.runner_type}",
            hint="see 'chatops workflow list'",
        )
    return action


def open_suite(
    path: Path, catalog: "Catalog", *, ref: str | None = None
) -> tuple[Suite | None, Action | None, tuple[Problem, ...]]:
    """A file of mocks with its workflow, and all that is wrong with it.

    Args:
        path: The file.
        catalog: The packs.
        ref: The workflow, where it isn't the one that the file names.
    """
    data = read_file(str(path), file=str(path))
    if isinstance(data, Problem):
        return None, None, (data,)
    return read_named(data, file=str(path), catalog=catalog, ref=ref)


def read_named(
    data: bytes, *, file: str, catalog: "Catalog", ref: str | None = None
) -> tuple[Suite | None, Action | None, tuple[Problem, ...]]:
    """The same, of the content of a file."""
    suite = read_suite(data, file=file)
    if not isinstance(suite, Suite):
        return None, None, suite
    name = ref or suite.workflow
    if name is None:
        lacks = Problem(
            place=suite.place,
            rule="missing-key",
            message="the key 'workflow' is missing",
            hint="write workflow: and the ref of the workflow that is rehearsed",
        )
        return suite, None, (*suite.problems, lacks)
    try:
        action = workflow_named(catalog, name)
    except NotFoundError as error:
        wrong = Problem(
            place=suite.place, rule="unknown-workflow", message=error.message, hint=error.hint
        )
        return suite, None, (*suite.problems, wrong)
    found = (*suite.problems, *check_names(suite, action, TaskNames(catalog)))
    return suite, action, tuple(sorted(found, key=lambda problem: problem.place))


def has_errors(problems: tuple[Problem, ...]) -> bool:
    """Whether something is wrong that keeps a file from being rehearsed."""
    return any(problem.severity is Severity.ERROR for problem in problems)


async def rehearse_cases(
    stage: WorkflowStage,
    suite: Suite,
    action: Action,
    *,
    ask: Ask,
    told: Callable[[Outcome], None],
) -> tuple[Outcome, ...]:
    """All cases of a file, one after the other; each is told as it ends."""
    outcomes = []
    for case in suite.cases:
        outcomes.append(await _rehearse(stage, suite, action, case, ask))
        told(outcomes[-1])
    shared = shared_unused(suite, action.ref, outcomes)
    for each in shared:
        told(each)
    return (*outcomes, *shared)


async def _rehearse(
    stage: WorkflowStage, suite: Suite, action: Action, case: Case, ask: Ask
) -> Outcome:
    try:
        played = await stage.rehearse(
            action, {**suite.input, **case.input}, case.mocks.over(suite.mocks), ask
        )
    except ChatOpsError as error:
        hint = f" ({error.hint})" if error.hint else ""
        return Outcome(
            suite=suite, workflow=action.ref, case=case, refusal=f"{error.message}{hint}"
        )
    return Outcome(
        suite=suite,
        workflow=action.ref,
        case=case,
        played=played,
        differences=judge(case, played),
    )
