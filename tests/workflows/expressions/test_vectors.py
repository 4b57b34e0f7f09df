"""Expressions give what Orquesta gives: values and types, or a refusal.

`vectors.jsonl` was made by running our own expressions through Orquesta 1.6 with yaql 3.2 and
StackStorm's functions. Its first line is what all of them look at.
"""

import json
from pathlib import Path

import pytest

from chatops_cli.workflows.evaluation import ExpressionError, Scope
from chatops_cli.workflows.expressions.compiled import CompiledExpressions

LINES = (Path(__file__).parent / "vectors.jsonl").read_text().splitlines()
SIGHT = json.loads(LINES[0])
VECTORS = [json.loads(line) for line in LINES[1:]]


@pytest.fixture(scope="module")
def expressions() -> CompiledExpressions:
    return CompiledExpressions()


def make_sight() -> Scope:
    statuses = SIGHT["statuses"]
    return Scope(
        variables=SIGHT["variables"],
        task=SIGHT["task"],
        result=SIGHT["result"],
        item=SIGHT["item"],
        has_item=True,
        status_of=lambda name, _: statuses.get(name, "null"),
        task_of=lambda *_: None,
    )


def test_values(expressions: CompiledExpressions) -> None:
    """Each value is the same, with its type."""
    for vector in VECTORS:
        if "value" in vector:
            value = expressions.evaluate(vector["text"], make_sight())
            assert json.dumps(value) == json.dumps(vector["value"]), vector["text"]


@pytest.mark.parametrize("vector", [v["text"] for v in VECTORS if "refused" in v])
def test_refusals(expressions: CompiledExpressions, vector: str) -> None:
    """What Orquesta refuses is refused, with a message that names the expression."""
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate(vector, make_sight())
    assert caught.value.message.startswith(("<%", "{{", "{%"))
    assert "Error" not in caught.value.message
    assert "\n" not in caught.value.message
