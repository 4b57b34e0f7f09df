"""Values as typed become values of the declared type."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.execution.casting import NONE_MARK, CastError, cast, describe, shown
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.filters.data import NONE_TEXT

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        pytest.param("integer", "120", 120, id="digits"),
        pytest.param("integer", " -7 ", -7, id="sign and spaces"),
        pytest.param("integer", 12.0, 12, id="a float without a fraction"),
        pytest.param("number", "2", 2.0, id="a whole number as a number"),
        pytest.param("number", "1e3", 1000.0, id="an exponent"),
        pytest.param("number", 5, 5.0, id="an int as a number"),
        pytest.param("boolean", "true", True, id="true"),
        pytest.param("boolean", " FALSE ", False, id="false in capitals"),
        pytest.param("boolean", True, True, id="a boolean already"),
        pytest.param("array", "a,b", ["a", "b"], id="a list by commas"),
        pytest.param("array", " a , b c ", ["a", "b c"], id="items without spaces around"),
        pytest.param("array", "one", ["one"], id="a single item"),
        pytest.param("array", "", [], id="an empty list"),
        pytest.param("array", '["a", 1]', ["a", 1], id="a list as JSON"),
        pytest.param("array", "['a', 'b']", ["a", "b"], id="a list as Python writes it"),
        pytest.param("array", "('a', 'b')", ["a", "b"], id="a tuple as Python writes it"),
        pytest.param("array", ["x"], ["x"], id="a list already"),
        pytest.param("object", '{"a": {"b": 1}}', {"a": {"b": 1}}, id="an object as JSON"),
        pytest.param("object", "{'a': None, 1: True}", {"a": None, "1": True}, id="Python's dict"),
        pytest.param("object", {"a": 1}, {"a": 1}, id="an object already"),
        pytest.param("string", "120", "120", id="text stays text"),
        pytest.param("string", "", "", id="empty text"),
        pytest.param("string", None, None, id="null"),
        pytest.param("integer", NONE_MARK, None, id="the mark of use_none"),
        pytest.param("null", "x", "x", id="a type without a cast"),
    ],
)
def test_value_is_read_as_its_type(kind: str, value: Json, expected: Json) -> None:
    result = cast(value, {"type": kind})
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        pytest.param("integer", "abc", "must be a whole number", id="word for integer"),
        pytest.param("integer", "1_000", "must be a whole number", id="underscore"),
        pytest.param("integer", "", "must be a whole number", id="empty integer"),
        pytest.param("integer", 12.7, "must be a whole number", id="a fraction"),
        pytest.param("integer", math.inf, "must be a whole number", id="infinity for integer"),
        pytest.param("integer", True, "must be a whole number", id="true for integer"),
        pytest.param("integer", [1], "must be a whole number", id="list for integer"),
        pytest.param("integer", "9" * 5000, "must be a whole number of fewer digits", id="long"),
        pytest.param("number", "x", "must be a number", id="word for number"),
        pytest.param("number", False, "must be a number", id="false for number"),
        pytest.param("number", 10**400, "must be a number", id="more than a float holds"),
        pytest.param("number", "nan", "must be a finite number", id="nan"),
        pytest.param("number", "-inf", "must be a finite number", id="minus infinity"),
        pytest.param("boolean", "1", "must be true or false", id="one for true"),
        pytest.param("boolean", 0, "must be true or false", id="zero for false"),
        pytest.param("boolean", "yes", "must be true or false", id="yes"),
        pytest.param("array", 5, "must be a list", id="number for list"),
        pytest.param("array", {"a": 1}, "must be a list", id="object for list"),
        pytest.param("array", "[a, b]", 'must be a list, such as a,b or ["a", "b"]', id="no JSON"),
        pytest.param("array", "(1)", 'must be a list, such as a,b or ["a", "b"]', id="no tuple"),
        pytest.param("object", "a=1", 'must be an object, such as {"key": "value"}', id="pairs"),
        pytest.param("object", "[1]", 'must be an object, such as {"key": "value"}', id="a list"),
        pytest.param("object", "{1, 2}", 'must be an object, such as {"key": "value"}', id="set"),
        pytest.param(
            "object", '{"a": NaN}', 'must be an object, such as {"key": "value"}', id="nan inside"
        ),
        pytest.param("array", "[1e999]", 'must be a list, such as a,b or ["a", "b"]', id="1e999"),
        pytest.param("string", 8080, "must be a text", id="number for text"),
    ],
)
def test_value_that_is_not_of_the_type_is_refused(kind: str, value: Json, message: str) -> None:
    with pytest.raises(CastError) as raised:
        cast(value, {"type": kind})
    assert str(raised.value) == message


@pytest.mark.parametrize("opening", ["[", "{'a':", "(", "-"])
def test_deep_nesting_is_refused_and_does_not_crash(opening: str) -> None:
    with pytest.raises(CastError):
        cast(opening * 20_000, {"type": "object"})


@pytest.mark.parametrize("schema", [{}, {"type": ["string", "null"]}], ids=["none", "a list"])
def test_without_a_single_type_the_value_stays(schema: JsonObject) -> None:
    assert cast("120", schema) == "120"


def test_items_of_a_list_by_commas_are_cast_to_their_own_type() -> None:
    assert cast("1,2", {"type": "array", "items": {"type": "integer"}}) == [1, 2]


def test_item_that_is_not_of_its_type_is_refused() -> None:
    with pytest.raises(CastError) as raised:
        cast("1,x", {"type": "array", "items": {"type": "integer"}})
    assert str(raised.value) == "must be a list, and each item must be a whole number"


def test_mark_of_a_null_is_the_one_that_the_filter_renders() -> None:
    assert NONE_MARK == NONE_TEXT


@given(st.integers(min_value=-(10**4000), max_value=10**4000))
def test_a_whole_number_comes_back(number: int) -> None:
    assert cast(str(number), {"type": "integer"}) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_comes_back(number: float) -> None:
    assert cast(str(number), {"type": "number"}) == number


@given(st.lists(st.text(st.characters(exclude_characters=",[]()"), min_size=1).map(str.strip)))
def test_a_list_by_commas_comes_back(items: list[str]) -> None:
    expected = [] if not "".join(items) and len(items) <= 1 else items
    assert cast(",".join(items), {"type": "array"}) == expected


@given(st.lists(JSON))
def test_a_list_as_json_comes_back(items: list[Json]) -> None:
    assert cast(json.dumps(items), {"type": "array"}) == items


@given(st.dictionaries(st.text(), JSON))
def test_an_object_comes_back_from_json_and_from_python(value: dict[str, Json]) -> None:
    assert cast(json.dumps(value), {"type": "object"}) == value
    assert cast(repr(value), {"type": "object"}) == value


@given(JSON, st.sampled_from(["string", "integer", "number", "boolean", "array", "object"]))
def test_a_cast_twice_is_a_cast_once(value: Json, kind: str) -> None:
    try:
        once = cast(value, {"type": kind})
    except CastError:
        return
    assert cast(once, {"type": kind}) == once


def test_what_is_shown_is_short_one_line_and_no_secret() -> None:
    assert shown("a\nb") == r"'a\nb'"
    assert shown("x" * 100) == "'" + "x" * 58 + "…"
    assert shown("hunter2", is_secret=True) == "********"
    assert describe("integer") == "a whole number"
    assert describe("wibble") == "wibble"
