"""A result is kept whole, or the outcome says why it isn't."""

import math

import pytest

from chatops_cli.execution.results import DEEPEST, RESULT_LIMIT, bounded
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Outcome


def done(result: Json) -> Outcome:
    return Outcome(status=Status.SUCCEEDED, result=result)


def nested(levels: int) -> Json:
    value: Json = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(None, id="nothing"),
        pytest.param({"stdout": "x" * 1000, "list": [1, 2.5, True]}, id="an ordinary one"),
        pytest.param(nested(DEEPEST), id="as deep as it may be"),
        pytest.param("x" * (RESULT_LIMIT - 2), id="as large as it may be"),
    ],
)
def test_result_within_the_limits_is_kept(result: Json) -> None:
    outcome = done(result)
    assert bounded(outcome) is outcome


@pytest.mark.parametrize(
    ("result", "error"),
    [
        pytest.param(
            "x" * (RESULT_LIMIT - 1),
            "the result has 33,554,433 characters of JSON; the limit is 33,554,432 "
            "(the action itself: succeeded)",
            id="too large",
        ),
        pytest.param(
            nested(100_000),
            "the result nests deeper than 100 levels (the action itself: succeeded)",
            id="too deep",
        ),
    ],
)
def test_result_beyond_a_limit_fails_and_says_so(result: Json, error: str) -> None:
    assert bounded(done(result)) == Outcome(status=Status.FAILED, result={"error": error})


def test_numbers_that_json_has_not_become_null() -> None:
    result: Json = {"a": [math.nan, 1.5], "b": {"c": -math.inf}, "d": "x"}
    expected: Json = {"a": [None, 1.5], "b": {"c": None}, "d": "x"}
    assert bounded(done(result)) == done(expected)
