"""A file of mocks: what the actions of a workflow give, and what is expected of it then."""

from collections.abc import Mapping
from dataclasses import field

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place, Problem
from chatops_cli.workflows.rehearsing.mock import Mocks


@frozen
class Chain:
    """Tasks of which each is begun after the one before it has ended; one alone was run."""

    place: Place
    tasks: tuple[str, ...]


@frozen
class Claim:
    """How a task went: not at all (`runs` is 0), so many times, or ended with a status."""

    place: Place
    task: str
    runs: int | None = None
    status: Status | None = None


@frozen
class Expected:
    """What a rehearsal has to come to; what is None may be anything.

    `output` counts where `has_output`. Each error has to contain one of `errors`, and each of those
    has to be in one.
    """

    place: Place
    status: Status | None = None
    output: Json = None
    has_output: bool = False
    chains: tuple[Chain, ...] = ()
    claims: tuple[Claim, ...] = ()
    errors: tuple[str, ...] | None = None

    @property
    def has_claim(self) -> bool:
        """Whether it says which branch is taken, by what was run or what came of it."""
        is_path = bool(self.chains or self.claims)
        return is_path or self.has_output or bool(self.errors)


@frozen
class Case:
    """One way through a workflow. `expected` is None where nothing is said."""

    name: str
    place: Place
    input: Mapping[str, Json] = field(default_factory=dict)
    mocks: Mocks = field(default_factory=Mocks)
    expected: Expected | None = None


@frozen
class Suite:
    """What a file says. Its mocks hold for all its cases; without `cases` it is only mocks."""

    file: str
    place: Place
    workflow: str | None = None
    missing: str | None = None
    input: Mapping[str, Json] = field(default_factory=dict)
    mocks: Mocks = field(default_factory=Mocks)
    cases: tuple[Case, ...] = ()
    problems: tuple[Problem, ...] = ()
