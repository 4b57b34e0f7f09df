"""The result of an action, held to what can be recorded and shown."""

import math
from collections.abc import Iterator

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Outcome

RESULT_LIMIT = 32 * 1024 * 1024
"""Characters of a result's JSON: more than what the runners keep of an ordinary action."""
DEEPEST = 100
"""Levels of lists and objects inside one another that a result may have."""


def bounded(outcome: Outcome) -> Outcome:
    """The outcome, or a failed one that says why its result can't be kept.

    Numbers that JSON doesn't have (``nan``, ``inf``) become null, as in StackStorm's answers.
    """
    if outcome.result is None or outcome.result == {}:
        return outcome
    import json

    depth = _depth(outcome.result)
    if depth > DEEPEST:
        return _refused(outcome, f"the result nests deeper than {DEEPEST} levels")
    try:
        size = len(json.dumps(outcome.result, allow_nan=False, ensure_ascii=False))
    except ValueError:
        outcome = Outcome(status=outcome.status, result=_finite(outcome.result))
        size = len(json.dumps(outcome.result, ensure_ascii=False))
    if size > RESULT_LIMIT:
        return _refused(
            outcome, f"the result has {size:,} characters of JSON; the limit is {RESULT_LIMIT:,}"
        )
    return outcome


def _refused(outcome: Outcome, text: str) -> Outcome:
    return Outcome(
        status=Status.FAILED, result={"error": f"{text} (the action itself: {outcome.status})"}
    )


def _depth(value: Json) -> int:
    """Levels of the value, counted no further than one above `DEEPEST`, and without recursion."""
    level, depth = [value], 0
    while depth <= DEEPEST and (level := [child for v in level for child in _children(v)]):
        depth += 1
    return depth


def _children(value: Json) -> Iterator[Json]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _finite(value: Json) -> Json:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_finite(item) for item in value]
    return value
