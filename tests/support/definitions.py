"""Definitions of workflows, read from short texts."""

from collections.abc import Collection, Mapping
from textwrap import dedent

from chatops_cli.model.action import Action, ActionRef, Parameter
from chatops_cli.model.problem import Place, Problem
from chatops_cli.model.workflow import Task, Workflow
from chatops_cli.workflows.definition.chain import ChainDefinition, read_chain
from chatops_cli.workflows.definition.orquesta import Definition, read_workflow

FILE = "w.yaml"


def read(text: str) -> Definition:
    """An Orquesta definition."""
    return read_workflow(dedent(text).encode(), file=FILE, name="w")


def read_good(text: str) -> Workflow:
    """The workflow of a definition in which nothing is wrong."""
    definition = read(text)
    assert [str(problem) for problem in definition.problems] == []
    assert definition.workflow is not None
    return definition.workflow


def read_task(text: str) -> Task:
    """The task of a good definition that has one, whose keys these are."""
    inner = "".join(f"    {line}\n" for line in dedent(text).splitlines())
    return read_good(f"tasks:\n  a:\n{inner}").tasks["a"]


def chain(text: str) -> ChainDefinition:
    """An ActionChain."""
    return read_chain(dedent(text).encode(), file=FILE, name="c")


def told(problems: tuple[Problem, ...]) -> list[str]:
    """What problems say, without the file's name."""
    return [str(problem).removeprefix(f"{FILE}:") for problem in problems]


class KnownActions:
    """Actions by their refs, all of the runner ``noop``, which takes ``timeout``."""

    def __init__(self, actions: Mapping[str, Action]) -> None:
        self._actions = actions

    def action(self, ref: str) -> Action | None:
        return self._actions.get(ref)

    def refs(self) -> Collection[str]:
        return self._actions.keys()

    def runner_parameters(self, runner_type: str) -> Mapping[str, Parameter] | None:
        return {"timeout": Parameter(name="timeout")} if runner_type == "noop" else None


def known_action(ref: str, *parameters: Parameter, runner: str = "noop", **more: bool) -> Action:
    """An action of a runner."""
    pack, _, name = ref.partition(".")
    return Action(
        ref=ActionRef(ref),
        pack=pack,
        name=name,
        runner_type=runner,
        pack_path="/packs",
        place=Place(file="a.yaml"),
        parameters={parameter.name: parameter for parameter in parameters},
        enabled=more.get("enabled", True),
    )
