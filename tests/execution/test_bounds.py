"""The bounds checked by hand say what the validator says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.execution.bounds import are_simple, out_of_bounds
from chatops_cli.execution.schema import SchemaChecker
from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json

SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "minLength": st.integers(0, 6),
        "maxLength": st.integers(0, 6),
        "minimum": st.integers(-5, 5) | st.floats(-5, 5),
        "maximum": st.integers(-5, 5) | st.floats(-5, 5),
        "pattern": st.sampled_from(["^a", "b$", "[0-9]+", "a|b", "."]),
    },
)
VALUES = st.text("ab01 ", max_size=8) | st.integers(-9, 9) | st.floats(-9, 9) | st.booleans()


def by_validator(value: Json, schema: dict[str, Json]) -> bool:
    """Whether the validator finds fault: a keyword that is not simple makes it be asked."""
    parameter = Parameter(name="p", schema={**schema, "not": {"enum": [["never"]]}})
    return SchemaChecker().mistake(value, parameter, is_secret=False) is not None


@given(VALUES, SCHEMAS)
def test_both_agree(value: Json, schema: dict[str, Json]) -> None:
    """Whatever the bounds and the value."""
    parameter = Parameter(name="p", schema=schema)
    assert (out_of_bounds(value, parameter) is not None) == by_validator(value, schema)


@pytest.mark.parametrize(
    ("value", "schema", "message"),
    [
        pytest.param("abc", {"maxLength": 2}, "must have at most 2 characters, not 3", id="long"),
        pytest.param("a", {"minLength": 2}, "must have at least 2 characters, not 1", id="short"),
        pytest.param(1, {"minimum": 2}, "must be at least 2, not 1", id="small"),
        pytest.param(3, {"maximum": 2}, "must be at most 2, not 3", id="large"),
        pytest.param("x", {"pattern": "^/"}, "must match ^/ (An absolute path)", id="pattern"),
    ],
)
def test_messages(value: Json, schema: dict[str, Json], message: str) -> None:
    """Each in plain words; a pattern with what the parameter is."""
    parameter = Parameter(name="p", schema=schema, description="An absolute path.")
    assert out_of_bounds(value, parameter) == message


@pytest.mark.parametrize(
    "schema",
    [{"minLength": "1"}, {"maximum": True}, {"pattern": "("}, {"pattern": "a(?=b)"}],
    ids=str,
)
def test_what_is_not_simple_is_left_to_the_validator(schema: dict[str, Json]) -> None:
    """Broken bounds, and patterns that RE2 doesn't take."""
    assert not are_simple(schema)


def test_a_secret_is_not_told() -> None:
    """Not even its length."""
    parameter = Parameter(name="p", schema={"maxLength": 2})
    message = SchemaChecker().mistake("abc", parameter, is_secret=True)
    assert message == "does not fit its schema"
