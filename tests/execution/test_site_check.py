"""All that is wrong with a configuration is found at once, each with the path of its value."""

from collections.abc import Mapping

import pytest

from chatops_cli.execution.schema_references import inlined
from chatops_cli.execution.site_check import SiteChecker
from chatops_cli.model.json import Json, JsonObject
from tests.support.parameters import make_parameters

SCHEMA: dict[str, JsonObject] = {
    "url": {"type": "string", "required": True},
    "port": {"type": "integer", "minimum": 1},
    "mode": {"type": "string", "enum": ["fast", "safe"], "default": "fast", "required": True},
    "token": {"type": "string", "secret": True, "maxLength": 8},
    "limits": {
        "type": "object",
        "properties": {
            "low": {"type": "integer", "required": True},
            "high": {"type": "integer", "required": True, "default": 9},
            "deep": {"type": "object", "properties": {"a": {"type": "string", "required": True}}},
        },
    },
    "strict": {"type": "object", "properties": {"a": {}}, "additionalProperties": False},
    "outer": {"properties": {"listed": {"properties": {"a": {}}, "required": ["a"]}}},
    "devices": {
        "type": "array",
        "items": {"type": "object", "properties": {"name": {"type": "string", "required": True}}},
    },
    "credentials": {
        "type": "object",
        "patternProperties": {"^\\w+": {"$ref": "#/properties/group"}},
        "additionalProperties": False,
    },
    "group": {
        "type": "object",
        "properties": {
            "user": {"type": "string", "required": True},
            "password": {"type": "string", "secret": True},
        },
        "additionalProperties": False,
    },
    "either": {"anyOf": [{"type": "string"}, {"type": "array", "minItems": 2}]},
    "both": {"allOf": [{"required": ["x"]}, {"properties": {"x": {"type": "integer"}}}]},
}
GOOD: dict[str, Json] = {"url": "http://x"}


def found(values: JsonObject, schema: Mapping[str, JsonObject] = SCHEMA) -> list[str]:
    """Messages with their rules, the hints behind them."""
    checker = SiteChecker(inlined(make_parameters(schema)))
    return [
        f"{m.severity}[{m.rule}] {m.message}" + (f" ({m.hint})" if m.hint else "")
        for m in checker.mistakes(values)
    ]


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="the least"),
        pytest.param({"port": None, "limits": None, "token": None}, id="null is left out"),
        pytest.param({"port": "{{ st2kv.system.port }}"}, id="a template, which nobody knows yet"),
        pytest.param({"devices": "{{ st2kv.system.all }}"}, id="a template in place of a list"),
        pytest.param({"limits": {"low": 1}}, id="a required key has a default"),
        pytest.param({"limits": {"low": 1, "more": 2}}, id="further keys of an object"),
        pytest.param({"credentials": {"lab": {"user": "u", "password": "p"}}}, id="by reference"),
        pytest.param({"either": "x"}, id="the first alternative"),
        pytest.param({"either": [1, 2]}, id="the second alternative"),
        pytest.param({"both": {"x": 1}}, id="all of several"),
    ],
)
def test_what_is_permitted(values: JsonObject) -> None:
    assert found({**GOOD, **values}) == []


@pytest.mark.parametrize(
    ("values", "says"),
    [
        pytest.param({"url": None}, ["error[missing-key] url is missing"], id="missing"),
        pytest.param({"port": "x"}, [
            "error[config-value] port must be a whole number, not 'x'"], id="type"),
        pytest.param({"port": "8080"}, [
            "error[config-value] port must be a whole number, not '8080'"], id="text for number"),
        pytest.param({"port": True}, [
            "error[config-value] port must be a whole number, not True"], id="true is no number"),
        pytest.param({"port": 0}, [
            "error[config-value] port must be at least 1, not 0"], id="bound"),
        pytest.param({"mode": "slow"}, [
            "error[config-value] mode must be one of fast, safe, not 'slow'"], id="choice"),
        pytest.param({"token": "s3cret-too-long"}, [
            "error[config-value] token does not fit its schema"], id="a secret is not shown"),
        pytest.param({"token": 12345678}, [
            "error[config-value] token must be a text, not ********"], id="nor a wrong one"),
        pytest.param({"limits": {"deep": {}}}, [
            "error[missing-key] limits.low is missing",
            "error[missing-key] limits.deep.a is missing"], id="boolean required, nested"),
        pytest.param({"limits": []}, [
            "error[config-value] limits must be an object, not []"], id="list for object"),
        pytest.param({"limits": {"low": 1, "hgih": 2}}, [
            "warning[unknown-key] the key 'limits.hgih' is not known (did you mean high?)"],
            id="a slip in an object"),
        pytest.param({"strict": {"b": 1}}, [
            "error[unknown-key] the key 'strict.b' is not known"], id="a key too many"),
        pytest.param({"outer": {"listed": {}}}, [
            "error[missing-key] outer.listed.a is missing"], id="draft 4's own required"),
        pytest.param({"devices": [{"name": "a"}, {"name": 5}, {}]}, [
            "error[config-value] devices[1].name must be a text, not 5",
            "error[missing-key] devices[2].name is missing"], id="items"),
        pytest.param({"credentials": {"lab": {"password": 5, "pass": 1}}}, [
            "error[missing-key] credentials.lab.user is missing",
            "error[config-value] credentials.lab.password must be a text, not ********",
            ("error[unknown-key] the key 'credentials.lab.pass' is not known "
             "(did you mean password?)")], id="behind a reference"),
        pytest.param({"credentials": {"-": {}}}, [
            "error[unknown-key] the key 'credentials.-' is not known"], id="no pattern fits"),
        pytest.param({"prot": 1}, [
            "warning[unknown-key] the key 'prot' is not known (did you mean port?)"], id="a slip"),
        pytest.param({"zzzzzz": 1}, [
            "warning[unknown-key] the key 'zzzzzz' is not known"], id="a strange key"),
    ],
)  # fmt: skip
def test_what_is_wrong(values: JsonObject, says: list[str]) -> None:
    assert found({**GOOD, **values}) == says


def test_alternatives_are_checked() -> None:
    (either,) = found({**GOOD, "either": [1]})
    assert either.startswith("error[config-value] either does not fit its schema")
    (both,) = found({**GOOD, "both": {"x": "a"}})
    assert both.startswith("error[config-value] both does not fit its schema")


@pytest.mark.parametrize(
    "reference", ["#/properties/nothing", "other.json#/a", "#/properties/a/enum/0", "#"]
)
def test_a_reference_to_nothing_is_the_packs_mistake(reference: str) -> None:
    (says,) = found({"a": 1}, {"a": {"$ref": reference, "enum": ["x"]}})
    assert says.startswith(("error[config-schema] the schema of a is broken", "error[config-value"))


def test_references_may_go_in_a_circle() -> None:
    """The second time around anything goes; it stays secret where it was."""
    schema: dict[str, JsonObject] = {
        "tree": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "secret": True},
                "child": {"$ref": "#/properties/tree"},
            },
        },
        "self": {"$ref": "#/properties/self"},
    }
    parameters = inlined(make_parameters(schema))
    child = parameters["tree"].schema["properties"]
    assert isinstance(child, dict)
    assert "secret" in str(child["child"])
    assert found({"tree": {"name": "x", "child": {"name": "y"}}, "self": 1}, schema) == []


def test_references_that_multiply_are_bounded() -> None:
    """A billion schemas are not written out."""
    schema: dict[str, JsonObject] = {"k0": {"type": "string"}}
    for n in range(1, 40):
        before: Json = {"$ref": f"#/properties/k{n - 1}"}
        schema[f"k{n}"] = {"properties": {"a": before, "b": before}}
    assert len(str(inlined(make_parameters(schema))["k39"].schema)) < 3_000_000


def test_without_a_schema_nothing_is_wrong() -> None:
    assert found({"a": 1}, {}) == []
