"""What is ready is started: its expressions are evaluated, and commands say what to run."""

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.execution import Status
from chatops_cli.workflows.case import Case
from chatops_cli.workflows.events import Run, RunAction
from chatops_cli.workflows.rendering import Rendered, render
from chatops_cli.workflows.settling import settle
from chatops_cli.workflows.state import HELD, Entry, Items, Staged, TaskStatus

_STARTS = frozenset({Status.RUNNING, Status.RESUMING})


def start_ready(case: Case) -> list[Run]:
    """Starts all that can be; gives the runs that have nothing to do, and so have succeeded.

    Where one can't be evaluated, none is started, all that is wrong is logged, and the workflow has
    failed.
    """
    rendered: list[tuple[Staged | Entry, Rendered | None]] = []
    failed = False
    for each in _startable(case):
        try:
            rendered.append((each, _rendered(case, each) if isinstance(each, Staged) else None))
        except ChatOpsError as error:
            failed = True
            case.log.add(error.message, task=each.task, route=each.route)
    if failed:
        case.status = Status.FAILED
        return []
    idle: list[Run] = []
    for each, found in rendered:
        if isinstance(each, Entry):
            _start_items(case, each)
        elif found is not None and (run := _started(case, each, found)) is not None:
            idle.append(run)
    return idle


def _startable(case: Case) -> list[Staged | Entry]:
    if not case.board.has_ready:
        return []
    if case.status in _STARTS:
        return case.board.ready
    if case.status is Status.FAILED:
        return [each for each in case.board.ready if each.runs_on_fail]
    return []


def _rendered(case: Case, staged: Staged) -> Rendered:
    task = case.workflow.tasks[staged.task]
    scope = case.scope(staged.task, staged.route, case.context_of(staged))
    is_again = staged.entry is not None and case.board.entries[staged.entry].retry is not None
    retry = None if is_again else case.board.graph.retries.get(staged.task)
    return render(task, case.expressions, scope, retry=retry, retry_delay=staged.retry_delay)


def _started(case: Case, staged: Staged, found: Rendered) -> Run | None:
    """Commands for what is started; the run itself, where it has nothing to do."""
    index = _enter(case, staged, found)
    entry = case.board.entries[index]
    run = Run(task=staged.task, number=case.board.number(index))
    case.board.unstage(staged.task, staged.route)
    if not found.actions:
        return run
    if not found.has_items:
        action, given = found.actions[0]
        case.commands.append(RunAction(run=run, action=action, input=given, delay=found.delay))
        return None
    entry.items = Items.of(list(found.actions), limit=found.limit, delay=found.delay)
    case.board.filling.add(index)
    _start_items(case, entry)
    return None


def _start_items(case: Case, entry: Entry) -> None:
    """As many items as may run; the delay is for those that don't follow another."""
    items = entry.items
    if items is None:
        return
    room = len(items.actions) if items.limit is None else items.limit - items.active
    if room > 0 and entry.status in HELD:
        case.board.set(entry, TaskStatus.RUNNING)
        settle(case, entry)
    while room > 0 and (item := items.pending()) is not None:
        room -= 1
        items.set(item, TaskStatus.RUNNING)
        action, given = items.actions[item]
        is_first = items.limit is None or item < items.limit
        run = Run(task=entry.task, number=entry.run, item=item)
        delay = items.delay if is_first else 0.0
        case.commands.append(RunAction(run=run, action=action, input=given, delay=delay))
    if items.pending() is None:
        case.board.filling.discard(case.board.runs[entry.run])


def _enter(case: Case, staged: Staged, found: Rendered) -> int:
    """The entry of what is started: a new one, or the one that is tried again."""
    board = case.board
    if staged.entry is not None:
        index = staged.entry
    else:
        index = board.add(
            Entry(
                task=staged.task,
                route=staged.route,
                context=case.context_of(staged),
                before=staged.before,
                runs_on_fail=staged.runs_on_fail,
            )
        )
    entry = board.entries[index]
    if found.retry is not None:
        entry.retry = found.retry
    board.set(entry, TaskStatus.RUNNING)
    return index
