"""A rehearsal compared with what was expected of it."""

import json
from collections.abc import Iterator, Mapping

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place
from chatops_cli.workflows.graph import FAIL
from chatops_cli.workflows.rehearsing.played import Played, PlayedStep
from chatops_cli.workflows.rehearsing.suite import Case, Chain, Claim, Expected

_LONGEST = 400


@frozen
class Difference:
    """Something that is not as expected. `about` is the part of ``expect``, or ``mocks``."""

    about: str
    place: Place
    message: str


def judge(case: Case, played: Played) -> tuple[Difference, ...]:
    """All that is not as a case expects. A mock that nothing used is: its branch wasn't taken."""
    return (*_differences(case, played), *unused(case, played))


def _differences(case: Case, played: Played) -> Iterator[Difference]:
    expected = case.expected
    if played.status is None or expected is None:
        return
    if expected.status is not None and expected.status is not played.status:
        message = f"expected {expected.status}, was {played.status}"
        yield Difference(about="status", place=expected.place, message=message)
    if expected.has_output:
        for line in differing(expected.output, played.output, "output"):
            yield Difference(about="output", place=expected.place, message=line)
    for chain in expected.chains:
        yield from _of_chain(chain, played)
    for claim in expected.claims:
        yield from _of_claim(claim, played)
    if expected.errors is not None:
        yield from _of_errors(expected, played)
    if not expected.has_claim:
        taken = " -> ".join(dict.fromkeys(path for path, _ in played.all_steps())) or "nothing"
        message = (
            f"the case claims no branch: say which tasks are run, or the output (it took {taken})"
        )
        yield Difference(about="claim", place=expected.place, message=message)


def unused(case: Case, played: Played) -> Iterator[Difference]:
    """The case's own mocks that no run used."""
    if played.status is None:
        return
    for answer in case.mocks.answers():
        if answer.place not in played.used and not answer.spare:
            yield Difference(
                about="mocks", place=answer.place, message="this mock was not used by any run"
            )


def differing(expected: Json, actual: Json, path: str) -> Iterator[str]:
    """A line for each value that is another, by its path."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key in {**expected, **actual}:
            inner = f"{path}.{key}"
            if key not in actual:
                yield f"{inner}: expected {_short(expected[key])}, is missing"
            elif key not in expected:
                yield f"{inner}: not expected, was {_short(actual[key])}"
            else:
                yield from differing(expected[key], actual[key], inner)
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for index, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from differing(one, other, f"{path}[{index}]")
    elif not _is_same(expected, actual):
        yield f"{path}: expected {_short(expected)}, was {_short(actual)}"


def _is_same(one: Json, other: Json) -> bool:
    return one == other and isinstance(one, bool) is isinstance(other, bool)


def _short(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _of_chain(chain: Chain, played: Played) -> Iterator[Difference]:
    steps = [*played.all_steps()]
    before: tuple[int, str, PlayedStep] | None = None
    for task in chain.tasks:
        found = [(i, path, step) for i, (path, step) in enumerate(steps) if path == task]
        if not found:
            yield Difference(about="tasks", place=chain.place, message=f"{task} was not run")
            return
        following = found
        if before is not None:
            following = [each for each in found if _is_after(each, before)]
        if not following:
            assert before is not None  # without one before it, all follow
            message = f"{task} was not begun after {before[1]} had ended"
            yield Difference(about="tasks", place=chain.place, message=message)
            return
        before = following[0]


def _is_after(later: tuple[int, str, PlayedStep], earlier: tuple[int, str, PlayedStep]) -> bool:
    """Whether a step was begun when another had ended; those without runs stand in their order."""
    ended = [run.ended for run in earlier[2].runs]
    begun = [run.begun for run in later[2].runs]
    if not ended or not begun:
        return later[0] > earlier[0]
    last = max((end for end in ended if end is not None), default=None)
    return None not in ended and last is not None and min(begun) > last


def _of_claim(claim: Claim, played: Played) -> Iterator[Difference]:
    steps = [step for path, step in played.all_steps() if path == claim.task]
    message = None
    if claim.runs is not None:
        times = sum(_times(step) for step in steps)
        if times != claim.runs:
            wanted = "never" if claim.runs == 0 else _counted(claim.runs)
            message = f"{claim.task} was run {_counted(times)}, expected {wanted}"
    elif not steps:
        message = f"{claim.task} was not run, expected it {claim.status}"
    elif steps[-1].status != claim.status and not _ended_so(steps[-1], claim):
        message = f"{claim.task}: expected {claim.status}, was {steps[-1].status}"
    if message is not None:
        yield Difference(about="tasks", place=claim.place, message=message)


def _times(step: PlayedStep) -> int:
    """How often its task was run: tries count, items don't."""
    items = [run.item for run in step.runs]
    return max((items.count(item) for item in set(items)), default=1)


def _counted(number: int) -> str:
    return {0: "not at all", 1: "once"}.get(number, f"{number} times")


def _ended_so(step: PlayedStep, claim: Claim) -> bool:
    """A task fails where its action takes too long; then it is what the action is, too."""
    return bool(step.runs) and step.runs[-1].status is claim.status


def _of_errors(expected: Expected, played: Played) -> Iterator[Difference]:
    texts = [error_text(error) for error in played.errors]
    wanted = expected.errors or ()
    for each in wanted:
        if not any(each in text for text in texts):
            yield Difference(
                about="errors", place=expected.place, message=f"no error has {_short(each)} in it"
            )
    for error, text in zip(played.errors, texts, strict=True):
        # What the command `fail` says of itself is no news.
        if error.get("task_id") != FAIL and not any(each in text for each in wanted):
            yield Difference(
                about="errors", place=expected.place, message=f"not expected: {text[:_LONGEST]}"
            )


def error_text(error: JsonObject) -> str:
    """An error in a line: its task, what is wrong, and what the action gave."""
    task, result = error.get("task_id"), error.get("result")
    line = f"{task}: {error.get('message')}" if task is not None else str(error.get("message"))
    return f"{line} {json.dumps(result, ensure_ascii=False)}" if result is not None else line
