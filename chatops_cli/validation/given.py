"""What packs give to actions: defaults, values that aliases fix, and parameters of tasks."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from chatops_cli.model.action import Action
from chatops_cli.model.action_chain import ChainTask
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place
from chatops_cli.model.workflow import Task
from chatops_cli.validation.taint.places import parameter_place
from chatops_cli.workflows.definition.chain import ChainDefinition
from chatops_cli.workflows.definition.orquesta import Definition
from chatops_cli.workflows.definition.places import Path, Places
from chatops_cli.workflows.inspection.sites import input_path

if TYPE_CHECKING:
    from chatops_cli.validation.content import Content


@frozen
class Given:
    """One value. `others` are those that are given with it; `place` is made when it is needed."""

    action: Action
    name: str
    value: Json
    others: Mapping[str, Json]
    place: Callable[[], Place]


def given_values(content: "Content") -> Iterator[Given]:
    """All of them in the files that are asked about."""
    for action in content.actions:
        defaults = {n: p.default for n, p in action.parameters.items() if p.has_default}
        for name, value in defaults.items():
            yield Given(
                action=action,
                name=name,
                value=value,
                others=defaults,
                place=lambda a=action, n=name: parameter_place(a, n) or a.place,  # type: ignore[misc]  # mypy knows no defaults of lambdas
            )
    for alias in content.aliases:
        known = content.world.action(alias.action_ref)
        for name, value in alias.immutable_parameters.items() if known is not None else ():
            if known is not None:
                yield Given(
                    action=known,
                    name=name,
                    value=value,
                    others=alias.immutable_parameters,
                    place=lambda a=alias: a.place,  # type: ignore[misc]  # as above
                )
    yield from _of_tasks(content)


def _of_tasks(content: "Content") -> Iterator[Given]:
    for opened in content.workflows:
        match opened.definition:
            case Definition(workflow=workflow, places=places) if workflow is not None:
                for task in workflow.tasks.values():
                    where = partial(_place_of, places, input_path(task, places))
                    yield from _of_call(content, task.action, _given(task), where)
            case ChainDefinition(chain=chain) if chain is not None:
                for one in chain.tasks.values():
                    yield from _of_call(
                        content, one.ref, one.parameters, partial(_place_of_task, one)
                    )
            case _:
                continue


def _place_of(places: Places, path: Path, name: str) -> Place:
    return places.of((*path, name))


def _place_of_task(task: ChainTask, _: str) -> Place:
    return task.place


def _given(task: Task) -> Mapping[str, Json]:
    return task.input if isinstance(task.input, dict) else {}


def _of_call(
    content: "Content",
    ref: str | None,
    given: Mapping[str, Json],
    place: Callable[[str], Place],
) -> Iterator[Given]:
    action = content.world.catalog.action(ref) if ref else None
    for name, value in given.items() if action is not None else ():
        if action is not None:
            yield Given(
                action=action,
                name=name,
                value=value,
                others=given,
                place=lambda n=name: place(n),  # type: ignore[misc]  # as above
            )
