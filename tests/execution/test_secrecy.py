"""What a schema calls secret, at any depth."""

import pytest

from chatops_cli.execution.secrecy import (
    has_secret,
    masked,
    masked_object,
    schemas_of,
    secret_values,
)
from chatops_cli.model.json import Json, JsonObject
from tests.support.parameters import make_parameters

MASK = "********"
SECRET: JsonObject = {"secret": True}


@pytest.mark.parametrize(
    ("value", "schema", "expected", "found"),
    [
        pytest.param("s1", SECRET, MASK, ["s1"], id="a secret text"),
        pytest.param({"a": ["s1"]}, SECRET, MASK, [{"a": ["s1"]}], id="a secret object as a whole"),
        pytest.param(None, SECRET, None, [], id="no value"),
        pytest.param("open", {}, "open", [], id="nothing secret"),
        pytest.param(
            {"a": "s1", "b": 2},
            {"properties": {"a": SECRET, "b": {}}},
            {"a": MASK, "b": 2},
            ["s1"],
            id="a property",
        ),
        pytest.param(
            ["s1", "s2"], {"items": SECRET}, [MASK, MASK], ["s1", "s2"], id="every item"
        ),
        pytest.param(
            ["s1", "x", "s2"],
            {"items": [SECRET, {}], "additionalItems": SECRET},
            [MASK, "x", MASK],
            ["s1", "s2"],
            id="items by place, and further ones",
        ),
        pytest.param(
            {"key1": "s1", "x": "s2", "y": "z"},
            {
                "properties": {"y": {}},
                "patternProperties": {"^key": SECRET},
                "additionalProperties": SECRET,
            },
            {"key1": MASK, "x": MASK, "y": "z"},
            ["s1", "s2"],
            id="patterns, and further properties",
        ),
        pytest.param(
            {"a": "s1"}, {"patternProperties": {"(": SECRET}}, {"a": MASK}, ["s1"],
            id="a broken pattern masks",
        ),
        pytest.param(
            {"a": {"b": [{"c": "s1"}]}},
            {"properties": {"a": {"properties": {"b": {"items": {"properties": {"c": SECRET}}}}}}},
            {"a": {"b": [{"c": MASK}]}},
            ["s1"],
            id="deep",
        ),
        pytest.param("s1", {"oneOf": [{}, SECRET]}, MASK, ["s1"], id="an alternative"),
        pytest.param(
            {"a": "s1"}, {"anyOf": [{"properties": {"a": SECRET}}]}, {"a": MASK}, ["s1"],
            id="a property of an alternative",
        ),
        pytest.param(
            ["s1"], {"allOf": [{"items": SECRET}]}, [MASK], ["s1"], id="an item of an alternative"
        ),
        pytest.param(
            {"a": 1}, {"properties": [SECRET], "items": True}, {"a": 1}, [], id="a broken schema"
        ),
    ],
)  # fmt: skip
def test_secret_parts_are_masked_and_known(
    value: Json, schema: JsonObject, expected: Json, found: list[Json]
) -> None:
    assert masked(value, schema) == expected
    assert list(secret_values({"p": value}, {"p": schema})) == found


def test_only_parameters_with_something_secret_have_a_schema_to_mask_by() -> None:
    parameters = make_parameters(
        {
            "token": {"type": "string", "secret": True},
            "open": {"type": "string"},
            "login": {"type": "object", "properties": {"password": {"secret": True}}},
        }
    )
    schemas = schemas_of(parameters)
    assert set(schemas) == {"token", "login"}
    values: JsonObject = {"token": "t", "open": "o", "login": {"password": "p", "user": "u"}}
    assert masked_object(values, schemas) == {
        "token": MASK,
        "open": "o",
        "login": {"password": MASK, "user": "u"},
    }


def test_secret_has_to_be_said_with_true() -> None:
    assert not has_secret({"secret": "yes", "properties": {"a": {"secret": False}}})
    assert has_secret({"anyOf": [{"not": {"secret": True}}]})
