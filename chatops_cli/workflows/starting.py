"""What is ready is started: its expressions are evaluated, and commands say what to run."""

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import Status
from chatops_cli.workflows.case import Case
from chatops_cli.workflows.events import Run, RunAction
from chatops_cli.workflows.rendering import Rendered, render, retry_of
from chatops_cli.workflows.settling import settle
from chatops_cli.workflows.state import Entry, Items, Staged, TaskStatus

_STARTS = frozenset({Status.RUNNING, Status.RESUMING})


def start_ready(case: Case) -> tuple[Run, ...]:
    """Starts all that can be; gives the runs that have nothing to do, and so have succeeded.

    Where one can't be evaluated, none is started, all that is wrong is logged, and the workflow has
    failed.
    """
    rendered: list[tuple[Staged, Rendered]] = []
    failed = False
    for staged in _startable(case):
        try:
            rendered.append((staged, _rendered(case, staged)))
        except ChatOpsError as error:
            failed = True
            case.log.add(error.message, task=staged.task, route=staged.route)
    if failed:
        case.status = Status.FAILED
        return ()
    started = [_started(case, staged, found) for staged, found in rendered]
    return tuple(run for run in started if run is not None)


def _startable(case: Case) -> tuple[Staged, ...]:
    if not case.board.has_ready:
        return ()
    if case.status in _STARTS:
        return case.board.ready
    if case.status is Status.FAILED:
        return tuple(staged for staged in case.board.ready if staged.runs_on_fail)
    return ()


def _rendered(case: Case, staged: Staged) -> Rendered:
    if staged.items is not None:
        return Rendered(actions=(), delay=staged.items.delay, has_items=True)
    task = case.workflow.tasks[staged.task]
    scope = case.scope(staged.task, staged.route, case.context_of(staged))
    return render(task, case.expressions, scope, retry_delay=staged.retry_delay)


def _started(case: Case, staged: Staged, found: Rendered) -> Run | None:
    """Commands for what is started; the run itself, where it has nothing to do."""
    if staged.items is None:
        entry = _enter(case, staged)
        number = case.number(entry)
        run = Run(task=staged.task, number=number)
        if not found.has_items:
            case.board.unstage(staged.task, staged.route)
            if not found.actions:
                return run
            action, given = found.actions[0]
            case.commands.append(RunAction(run=run, action=action, input=given, delay=found.delay))
            return None
        staged.items = Items.of(list(found.actions), limit=found.limit, delay=found.delay)
        staged.number = number
        if not found.actions:
            return run
    _start_items(case, staged, staged.items)
    return None


def _start_items(case: Case, staged: Staged, items: Items) -> None:
    """As many items as may run; the delay is for those that don't follow another."""
    room = len(items.actions) if items.limit is None else items.limit - items.active
    while room > 0 and (item := items.pending()) is not None:
        room -= 1
        items.set(item, TaskStatus.RUNNING)
        action, given = items.actions[item]
        is_first = items.limit is None or item < items.limit
        run = Run(task=staged.task, number=staged.number, item=item)
        delay = items.delay if is_first else 0.0
        case.commands.append(RunAction(run=run, action=action, input=given, delay=delay))


def _enter(case: Case, staged: Staged) -> Entry:
    """The entry of what is started: a new one, or the one that is tried again."""
    board = case.board
    entry = board.entry(staged.task, staged.route)
    if entry is None or entry.status not in {TaskStatus.RETRYING, TaskStatus.UNSET}:
        context = case.context_of(staged)
        entry = Entry(
            task=staged.task, route=staged.route, context=context, before=dict(staged.before)
        )
        if (retry := board.graph.retries.get(staged.task)) is not None:
            scope = case.scope(staged.task, staged.route, context)
            entry.retry = retry_of(retry, case.expressions, scope)
        board.add(entry)
    board.set(entry, TaskStatus.RUNNING)
    settle(case, entry)
    return entry
