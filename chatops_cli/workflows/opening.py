"""The definition that an action runs: found, read, inspected, ready to be drawn."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from chatops_cli.errors import NotFoundError, RunnerError
from chatops_cli.model.action import Action, Parameter
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Place, Problem
from chatops_cli.model.runner import WORKFLOWS
from chatops_cli.reading.file import read_file
from chatops_cli.runners.entry_point import find_entry_point
from chatops_cli.runners.registry import current_name, runner_parameters
from chatops_cli.workflows.definition.chain import ChainDefinition, read_chain
from chatops_cli.workflows.definition.orquesta import Definition, read_workflow
from chatops_cli.workflows.drawing.shape import Shape, chain_shape, workflow_shape
from chatops_cli.workflows.graph import build_graph

if TYPE_CHECKING:
    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.workflows.expressions.compiled import CompiledExpressions

ORQUESTA, CHAIN = "orquesta", "action-chain"


@frozen
class Opened:
    """An action's workflow. `definition` is None where its file can't be read at all.

    `source` is the file's content, `file` its name in problems.
    """

    action: Action
    definition: Definition | ChainDefinition | None
    problems: tuple[Problem, ...] = ()
    source: bytes = b""
    file: str = ""

    @property
    def shape(self) -> Shape | None:
        """What is drawn of it; None where there is nothing."""
        match self.definition:
            case Definition(workflow=workflow) if workflow is not None:
                return workflow_shape(workflow, build_graph(workflow))
            case ChainDefinition(chain=chain) if chain is not None:
                return chain_shape(chain)
            case _:
                return None


def is_workflow(action: Action) -> bool:
    """Whether an action is a workflow."""
    return current_name(action.runner_type) in WORKFLOWS


def open_workflow(
    action: Action, catalog: "Catalog", expressions: "CompiledExpressions | None" = None
) -> Opened:
    """The workflow of an action, inspected with the actions that there are.

    Args:
        action: Any action.
        catalog: The actions there are.
        expressions: The languages, where several workflows are opened: to make them takes long.

    Raises:
        NotFoundError: The action is no workflow.
    """
    if not is_workflow(action):
        raise NotFoundError(
            f"{action.ref} is no workflow but an action of the runner {action.runner_type}",
            hint="see 'chatops workflow list'",
        )
    try:
        path = find_entry_point(action)
    except RunnerError as error:
        told = error.message.removeprefix(f"{action.ref}: ")
        place = Place(file=action.place.file)
        missing = Problem(place=place, rule="entry-point", message=told, hint=error.hint)
        return Opened(action=action, definition=None, problems=(missing,))
    shown = _shown(action, path)
    data = read_file(path, file=shown)
    if isinstance(data, Problem):
        return Opened(action=action, definition=None, problems=(data,))
    known = KnownActions(catalog)
    if current_name(action.runner_type) == CHAIN:
        from chatops_cli.workflows.inspection.chain import inspect_chain

        chain = read_chain(data, file=shown, name=action.ref)
        found = inspect_chain(chain, actions=known)
        return Opened(action=action, definition=chain, problems=found, source=data, file=shown)
    from chatops_cli.workflows.expressions import compiled
    from chatops_cli.workflows.expressions.inspection import find_expressions
    from chatops_cli.workflows.inspection.workflow import inspect

    definition = read_workflow(data, file=shown, name=action.ref)
    languages = compiled.CompiledExpressions() if expressions is None else expressions
    problems = inspect(
        definition, reads=lambda text: find_expressions(text, languages), actions=known
    )
    return Opened(action=action, definition=definition, problems=problems, source=data, file=shown)


def reopen_workflow(action: Action, source: bytes, file: str) -> Definition | ChainDefinition:
    """The definition that an action had when this was its file's content; it isn't inspected."""
    if current_name(action.runner_type) == CHAIN:
        return read_chain(source, file=file, name=action.ref)
    return read_workflow(source, file=file, name=action.ref)


class KnownActions:
    """The actions of a catalog, for an inspection."""

    def __init__(self, catalog: "Catalog") -> None:
        self._catalog = catalog

    def action(self, ref: str) -> Action | None:
        """The action of this ref."""
        return self._catalog.action(ref)

    def refs(self) -> Collection[str]:
        """The refs of all of them."""
        return self._catalog.action_refs()

    def runner_parameters(self, runner_type: str) -> Mapping[str, Parameter] | None:
        """What its runner takes; None where that isn't known."""
        try:
            return runner_parameters(runner_type)
        except RunnerError:
            return None


def _shown(action: Action, path: str) -> str:
    """The file's name as the places of its pack are named."""
    folder = action.place.file.rpartition("/actions/")[0]
    return f"{folder}{path.removeprefix(action.pack_path)}" if folder else path
