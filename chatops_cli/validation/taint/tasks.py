"""A workflow's variables on their way from its inputs to the parameters of its tasks."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Action
from chatops_cli.model.action_chain import ActionChain
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Problem
from chatops_cli.model.workflow import Task, Workflow
from chatops_cli.reading.file import read_file
from chatops_cli.runners.entry_point import find_entry_point
from chatops_cli.validation.taint.reach import Step
from chatops_cli.validation.taint.texts import Texts
from chatops_cli.validation.taint.use import Use
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.definition.orquesta import Definition
from chatops_cli.workflows.definition.places import Places
from chatops_cli.workflows.inspection.sites import input_path
from chatops_cli.workflows.opening import reopen_workflow

ITEM = "item({})"


@frozen
class TaskUse:
    """A variable in a parameter that a task gives to its action."""

    action: str
    parameter: str
    given: frozenset[str]
    use: Use
    step: Step


class WorkflowTasks:
    """The uses of each variable; by name, whenever and wherever the workflow sets it."""

    def __init__(self) -> None:
        self._tasks: dict[str, list[TaskUse]] = defaultdict(list)
        self._assigned: dict[str, list[tuple[str, Use]]] = defaultdict(list)

    def add_task(self, name: str, found: TaskUse) -> None:
        """A task gives a parameter the value of this variable."""
        self._tasks[name].append(found)

    def add_assigned(self, name: str, to: str, use: Use) -> None:
        """A variable gets the value of this one."""
        self._assigned[name].append((to, use))

    def uses_of(self, name: str) -> Iterator[TaskUse]:
        """Where its value gets to, through other variables too; each variable once."""
        waiting: list[tuple[str, Use]] = [(name, Use(name=name, is_whole=True))]
        seen = {name}
        while waiting:
            variable, way = waiting.pop()
            for found in self._tasks.get(variable, ()):
                yield replace(found, use=_after(way, found.use))
            for other, use in self._assigned.get(variable, ()):
                # What is quoted early is not followed: what is quoted twice is no line either.
                if other not in seen and not use.is_quoted:
                    seen.add(other)
                    waiting.append((other, _after(way, use)))


def _after(way: Use, use: Use) -> Use:
    return replace(use, is_whole=use.is_whole and way.is_whole, is_sure=use.is_sure and way.is_sure)


def definition_of(action: Action) -> Definition | ChainDefinition | None:
    """The definition of an action's workflow; None where its file can't be read."""
    try:
        path = find_entry_point(action)
    except RunnerError:
        return None
    folder = action.place.file.rpartition("/actions/")[0]
    file = f"{folder}{path.removeprefix(action.pack_path)}" if folder else path
    data = read_file(path, file=file)
    if isinstance(data, Problem):
        return None
    return reopen_workflow(action, data, file)


def tasks_of(action: Action, texts: Texts) -> WorkflowTasks | None:
    """The uses in an action's workflow; None where its file can't be read."""
    match definition_of(action):
        case Definition(workflow=workflow, places=places) if workflow is not None:
            return _of_workflow(workflow, places, texts)
        case ChainDefinition(chain=chain, places=places) if chain is not None:
            return _of_chain(chain, places, texts)
        case _:
            return None


def _of_workflow(workflow: Workflow, places: Places, texts: Texts) -> WorkflowTasks:
    found = WorkflowTasks()
    published = (
        one for task in workflow.tasks.values() for step in task.next for one in step.publish
    )
    for one in (*workflow.input, *workflow.vars, *published):
        for use in texts.of_expression(one.value):
            found.add_assigned(use.name, one.name, use)
    for task in workflow.tasks.values():
        _of_task(task, places, texts, found)
    return found


def _of_task(task: Task, places: Places, texts: Texts, found: WorkflowTasks) -> None:
    if task.action is None or not isinstance(task.input, dict):
        return
    items: dict[str, list[Use]] = {}
    if task.items is not None:
        uses = list(texts.of_expression(task.items.items))
        items = dict.fromkeys(map(ITEM.format, ("", *task.items.names)), uses)
    path = input_path(task, places)
    for name, value in task.input.items():
        for use in texts.of_expression(value):
            place = places.within((*path, name), _shown(value), use.name)
            for source in [each.name for each in items.get(use.name, ())] or [use.name]:
                found.add_task(source, _use(task.name, task.action, task.input, (name, use), place))


def _of_chain(chain: ActionChain, places: Places, texts: Texts) -> WorkflowTasks:
    found = WorkflowTasks()
    published = (pair for task in chain.tasks.values() for pair in task.publish.items())
    for name, value in (*chain.vars.items(), *published):
        for use in texts.of_template(value):
            found.add_assigned(use.name, name, use)
    for number, task in enumerate(chain.tasks.values()):
        for name, value in task.parameters.items():
            for use in texts.of_template(value):
                place = _chain_place(places, number, name, value)
                given = _use(task.name, task.ref, task.parameters, (name, use), place)
                found.add_task(use.name, given)
    return found


def _use(
    task: str, action: str, given: Mapping[str, Json], what: tuple[str, Use], place: Place
) -> TaskUse:
    name, use = what
    return TaskUse(
        action=action,
        parameter=name,
        given=frozenset(given),
        use=use,
        step=Step(f"{name} of task {task}", place),
    )


def _chain_place(places: Places, number: int, name: str, value: Json) -> Place:
    """A task that isn't read (it has a name that is there already) may shift those behind it."""
    task = ("chain", number)
    section = "params" if places.has((*task, "params", name)) else "parameters"
    return places.within((*task, section, name), _shown(value))


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else ""
