"""What an action gives in a rehearsal, in place of running it."""

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Literal

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place


@frozen
class Answer:
    """How one run of an action ends.

    `result` is the whole result where `is_whole`; otherwise what the action gives, to which is
    added what its runner adds. `takes` is in seconds of a clock that nobody waits for. A `spare`
    one need not be used.
    """

    place: Place
    status: Status = Status.SUCCEEDED
    result: Json = None
    is_whole: bool = False
    takes: float = 0.0
    spare: bool = False


@frozen
class Mock:
    """All answers for a task or an action: one for all its runs, or others for some.

    `choices` are by the place of an item from 0, or by the run from 1, as `by` says; `otherwise` is
    for those that it has not.
    """

    place: Place
    answer: Answer | None = None
    by: Literal["item", "run"] = "run"
    choices: "Mapping[int, Mock]" = field(default_factory=dict)
    otherwise: "Mock | None" = None

    def find(self, *, item: int | None, run: int) -> Answer | None:
        """The answer for a run; None where there is none for it."""
        mock: Mock | None = self
        while mock is not None and mock.answer is None:
            number = item if mock.by == "item" else run
            chosen = None if number is None else mock.choices.get(number)
            mock = chosen or mock.otherwise
        return None if mock is None else mock.answer

    def answers(self) -> Iterator[Answer]:
        """All of them."""
        if self.answer is not None:
            yield self.answer
        for each in self.choices.values():
            yield from each.answers()
        if self.otherwise is not None:
            yield from self.otherwise.answers()


@frozen
class Mocks:
    """Mocks by the path of a task, ``outer.inner`` where workflows nest, and by an action's ref."""

    tasks: Mapping[str, Mock] = field(default_factory=dict)
    actions: Mapping[str, Mock] = field(default_factory=dict)

    def over(self, others: "Mocks") -> "Mocks":
        """These, and what they lack of others."""
        return Mocks(
            tasks={**others.tasks, **self.tasks}, actions={**others.actions, **self.actions}
        )

    def answers(self) -> Iterator[Answer]:
        """All answers in them."""
        for mock in (*self.tasks.values(), *self.actions.values()):
            yield from mock.answers()
