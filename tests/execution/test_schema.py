"""What a parameter's schema permits."""

import pytest

from chatops_cli.execution.draft4 import DEEPEST, SchemaError, draft4
from chatops_cli.execution.schema import SchemaChecker, is_of_type
from chatops_cli.model.json import Json, JsonObject
from tests.support.parameters import make_parameter


def check(value: Json, schema: JsonObject, *, is_secret: bool = False) -> str | None:
    return SchemaChecker().mistake(value, make_parameter("p", schema), is_secret=is_secret)


NESTED: JsonObject = {
    "type": "object",
    "properties": {
        "host": {"type": "string", "required": True},
        "port": {"type": "integer"},
        "user": {"type": "string", "default": "root", "required": True},
        "tls": {"type": "object", "properties": {"key": {"type": "string", "required": True}}},
    },
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        pytest.param("a", {"type": "string"}, id="text"),
        pytest.param(1, {"type": "number"}, id="a whole number is a number"),
        pytest.param(None, {"type": "null"}, id="null"),
        pytest.param({"any": [1]}, {}, id="no type"),
        pytest.param("b", {"type": "string", "enum": ["a", "b"]}, id="in the enum"),
        pytest.param(None, {"enum": [None, "a"]}, id="null in the enum"),
        pytest.param(5, {"type": "integer", "minimum": 5}, id="at the minimum"),
        pytest.param(None, {"type": ["string", "null"]}, id="one of two types"),
        pytest.param("x@y", {"type": "string", "format": "email"}, id="formats aren't checked"),
        pytest.param({"host": "a"}, NESTED, id="nested default stands in"),
        pytest.param({"host": "a", "port": None}, NESTED, id="optional may be null"),
        pytest.param({"host": "a", "tls": {"key": "k"}}, NESTED, id="deeper"),
        pytest.param("aab", {"type": "string", "pattern": "^a+b$"}, id="pattern"),
        pytest.param("ab", {"type": "string", "pattern": "a(?=b)"}, id="pattern with a look-ahead"),
        pytest.param(
            {"x1": 1},
            {"type": "object", "patternProperties": {"^x": {"type": "integer"}}},
            id="pattern properties",
        ),
        pytest.param({"a": "s"}, {"type": "object", "properties": {"a": {"$ref": "#/d"}}, "d": {}},
                     id="reference inside"),
    ],
)  # fmt: skip
def test_value_fits(value: Json, schema: JsonObject) -> None:
    assert check(value, schema) is None


@pytest.mark.parametrize(
    ("value", "schema", "message"),
    [
        pytest.param(True, {"type": "integer"}, "must be a whole number, not True", id="boolean"),
        pytest.param("a", {"type": "array"}, "must be a list, not 'a'", id="text for a list"),
        pytest.param(
            1, {"type": ["string", "null"]}, "must be a text or null, not 1", id="one of two types"
        ),
        pytest.param("c", {"enum": ["a", "b", 1, ""]}, "must be one of a, b, 1, \"\", not 'c'",
                     id="not in the enum"),
        pytest.param(True, {"enum": [1]}, "must be one of 1, not True", id="true is not 1"),
        pytest.param(
            4,
            {"type": "integer", "minimum": 5},
            "must be at least 5, not 4",
            id="minimum",
        ),
        pytest.param(
            5,
            {"type": "integer", "minimum": 5, "exclusiveMinimum": True},
            "does not fit its schema: p must be bigger than 5",
            id="exclusive minimum is a boolean",
        ),
        pytest.param(
            ["a", "a"],
            {"type": "array", "uniqueItems": True},
            "does not fit its schema: p must contain unique items",
            id="unique items",
        ),
        pytest.param(
            [1, "a"],
            {"type": "array", "items": {"type": "integer"}},
            "does not fit its schema: p[1] must be integer",
            id="items",
        ),
        pytest.param(
            {"port": 1},
            NESTED,
            "does not fit its schema: p lacks 'host'",
            id="required in a property",
        ),
        pytest.param(
            {"host": "a", "tls": {}},
            NESTED,
            "does not fit its schema: p.tls lacks 'key'",
            id="required deeper",
        ),
        pytest.param(
            {"host": "a", "prot": 1},
            NESTED,
            "does not fit its schema: p must not have 'prot'",
            id="additional properties",
        ),
        pytest.param(
            "b",
            {"type": "string", "pattern": "^a+$"},
            "must match ^a+$",
            id="pattern",
        ),
        pytest.param(
            {"a": {"a": {}}},
            {"properties": {"a": {"$ref": "#"}}, "maxProperties": 0},
            "does not fit its schema: p must contain less than or equal to 0 properties",
            id="schema that refers to itself",
        ),
    ],
)  # fmt: skip
def test_value_does_not_fit(value: Json, schema: JsonObject, message: str) -> None:
    assert check(value, schema) == message


def test_secret_value_is_never_in_the_message() -> None:
    assert check("hunter2", {"type": "integer"}, is_secret=True) == (
        "must be a whole number, not ********"
    )
    assert check("hunter2", {"enum": ["a"]}, is_secret=True) == "must be one of a, not ********"
    assert check({"hunter2": 1}, NESTED, is_secret=True) == "does not fit its schema (required)"


def test_checking_leaves_the_value_as_it_is() -> None:
    value: Json = {"host": "a"}
    assert check(value, NESTED) is None
    assert value == {"host": "a"}


def test_a_value_can_not_make_a_pattern_take_for_ever() -> None:
    assert check("a" * 30_000 + "b", {"type": "string", "pattern": "^(a+)+$"}) is not None


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        pytest.param(
            {"type": "any"},
            "there is no type 'any'; types are array, boolean, integer, null, number, object, "
            "string",
            id="unknown type",
        ),
        pytest.param({"type": {}}, "its type is {}, which is no name of a type", id="type: {}"),
        pytest.param({"type": []}, "its type is [], which is no name of a type", id="type: []"),
        pytest.param({"minimum": "x"}, "minimum must be a number", id="text as minimum"),
        pytest.param({"pattern": "("}, "missing ), unterminated subpattern at position 0",
                     id="broken pattern"),
        pytest.param({"properties": []}, "'list' object has no attribute 'items'",
                     id="properties is a list"),
        pytest.param({"anyOf": None}, "'NoneType' object is not iterable", id="anyOf is null"),
        pytest.param(
            {"items": {"$ref": "http://127.0.0.1:9/x"}},
            "$ref may only point into the schema itself, not to 'http://127.0.0.1:9/x'",
            id="reference to elsewhere",
        ),
        pytest.param({"$ref": "#/none"}, "Unresolvable ref: none", id="reference to nothing"),
    ],
)  # fmt: skip
def test_broken_schema_is_told(schema: JsonObject, message: str) -> None:
    with pytest.raises(SchemaError) as raised:
        check("1", schema)
    assert str(raised.value) == message


def test_schema_that_loops_is_no_endless_recursion() -> None:
    assert check("x", {"allOf": [{"$ref": "#"}]}) == (
        "does not fit its schema: it nests too deeply"
    )


def test_rewriting_knows_where_keywords_are_names() -> None:
    written: JsonObject = {
        "type": "object",
        "id": "http://elsewhere/",
        "properties": {"id": {"type": "string"}, "required": {"type": "boolean", "secret": True}},
        "required": ["id"],
        "items": [{"position": 1}],
        "anyOf": [True, {"required": True}],
    }
    assert draft4(written) == {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "properties": {"id": {"type": "string"}, "required": {"type": ["boolean", "null"]}},
        "required": ["id"],
        "items": [{}],
        "anyOf": [True, {}],
    }


def test_schema_may_not_nest_without_end() -> None:
    schema: JsonObject = {}
    for _ in range(DEEPEST + 2):
        schema = {"not": dict(schema)}
    with pytest.raises(SchemaError, match=f"^it nests deeper than {DEEPEST} levels$"):
        draft4(schema)


def test_compiled_schemas_are_kept() -> None:
    checker = SchemaChecker()
    parameter = make_parameter("p", {"type": "integer", "multipleOf": 3})
    assert checker.mistake(3, parameter, is_secret=False) is None
    assert checker.mistake(4, parameter, is_secret=False) is not None
    assert len(checker._validators) == 1


def test_json_types_are_not_pythons() -> None:
    assert is_of_type(1.5, "number")
    assert not is_of_type(True, "number")
    assert not is_of_type(1.0, "integer")
