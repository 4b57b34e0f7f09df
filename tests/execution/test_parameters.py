"""Given values, defaults and runner parameters come together, or one message says why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.errors import ParameterError
from chatops_cli.execution.masking import Masker
from chatops_cli.execution.parameters import Binder, Bound
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.templates import Templates
from tests.support.parameters import FakeDatastore, make_action, make_parameters

RUNNER: dict[str, JsonObject] = {
    "cmd": {"type": "string"},
    "sudo": {"type": "boolean", "default": False},
    "sudo_password": {"type": "string", "secret": True},
    "timeout": {"type": "integer", "default": 60},
}


STORE = FakeDatastore({("system", "region"): "eu"})


def bind(
    parameters: dict[str, JsonObject],
    values: JsonObject | None = None,
    *,
    runner: dict[str, JsonObject] | None = None,
    fixed: JsonObject | None = None,
    context: JsonObject | None = None,
    config: JsonObject | None = None,
    datastore: FakeDatastore | None = None,
) -> Bound:
    return Binder(Templates()).bind(
        make_action(parameters),
        make_parameters(runner or {}),
        values or {},
        fixed=fixed,
        context=context,
        config=config,
        datastore=datastore,
    )


def test_given_values_are_cast_and_the_rest_gets_defaults_or_null() -> None:
    bound = bind(
        {"n": {"type": "integer"}, "to": {"type": "array", "default": ["a"]}, "x": {}},
        {"n": "3"},
    )
    assert bound.parameters == {"n": 3, "to": ["a"], "x": None}
    assert bound.runner_parameters == {}


def test_overridden_runner_parameters_go_to_the_runner() -> None:
    bound = bind(
        {
            "host": {"type": "string"},
            "cmd": {"default": "ping {{ host }}"},
            "timeout": {"default": 5},
        },
        {"host": "h1"},
        runner=RUNNER,
    )
    assert bound.parameters == {"host": "h1"}
    assert bound.runner_parameters == {
        "cmd": "ping h1",
        "timeout": 5,
        "sudo": False,
        "sudo_password": None,
    }
    assert bound.secrets == {"sudo_password"}
    assert bound.all == {**bound.parameters, **bound.runner_parameters}


def test_given_values_are_never_rendered() -> None:
    """What a person types is data, also where a default shows it."""
    text = "{{ st2kv.system.region }}{% for x in y %}"
    bound = bind(
        {"a": {"type": "string"}, "b": {"type": "string", "default": "<{{ a }}>"}},
        {"a": text},
        datastore=STORE,
    )
    assert bound.parameters == {"a": text, "b": f"<{text}>"}


@given(st.text())
def test_no_given_text_changes_on_its_way(text: str) -> None:
    bound = bind({"a": {"type": "string"}, "b": {"default": {"{{a}}": "{{a}}"}}}, {"a": text})
    assert bound.parameters["a"] == text
    assert bound.parameters["b"] == {text: text}


def test_defaults_see_each_other_cast_and_in_order_of_need() -> None:
    bound = bind(
        {
            "c": {"type": "integer", "default": "{{ b * 2 }}"},
            "b": {"type": "integer", "default": "{{ a + 1 }}"},
            "a": {"type": "integer"},
            "flag": {"type": "boolean", "default": "{{ c > 5 }}"},
            "list": {"type": "array", "default": "{{ [a, b] }}"},
            "none": {"type": "string", "default": "{{ a and None | use_none }}"},
        },
        {"a": "2"},
    )
    assert bound.parameters == {
        "a": 2, "b": 3, "c": 6, "flag": True, "list": [2, 3], "none": None,
    }  # fmt: skip


def test_defaults_see_context_configuration_and_datastore() -> None:
    bound = bind(
        {
            "who": {"default": "{{ action_context.api_user }}"},
            "url": {"default": "{{ config_context.url }}"},
            "region": {"default": "{{ st2kv.system.region }}"},
        },
        context={"api_user": "alice"},
        config={"url": "http://x"},
        datastore=STORE,
    )
    assert bound.parameters == {"who": "alice", "url": "http://x", "region": "eu"}


def test_templates_inside_lists_and_objects_keep_types_of_plain_references() -> None:
    bound = bind(
        {
            "n": {"type": "integer", "default": 4},
            "data": {"type": "object", "default": {"n": "{{n}}", "list": ["n is {{ n }}"]}},
        }
    )
    assert bound.parameters["data"] == {"n": 4, "list": ["n is 4"]}


def test_default_that_is_no_jinja_is_plain_text() -> None:
    assert bind({"a": {"default": "{{ awk '{print $1}' }"}}).parameters == {
        "a": "{{ awk '{print $1}' }"
    }


def test_null_counts_as_not_given() -> None:
    """An optional group of a format that didn't match gives null."""
    bound = bind({"n": {"type": "integer", "default": 3}, "i": {"immutable": True}},
                 {"n": None, "i": None})  # fmt: skip
    assert bound.parameters == {"n": 3, "i": None}


def test_immutable_parameter_has_its_default() -> None:
    assert bind({"a": {"immutable": True, "default": 1}}).parameters == {"a": 1}


def test_fixed_values_are_rendered_with_the_context_and_may_set_runner_parameters() -> None:
    bound = bind(
        {"who": {"type": "string"}, "n": {"type": "integer"}},
        fixed={"who": "{{ api_user }}/{{ action_context.api_user }}", "n": "7", "cmd": "ls"},
        context={"api_user": "alice"},
        runner=RUNNER,
    )
    assert bound.parameters == {"who": "alice/alice", "n": 7}
    assert bound.runner_parameters["cmd"] == "ls"


@pytest.mark.parametrize(
    ("parameters", "values", "message", "hint"),
    [
        pytest.param(
            {"hosts": {"type": "string", "required": True}, "n": {"type": "integer"},
             "i": {"immutable": True, "default": 1}},
            {"hosst": "a", "n": "many", "i": 2},
            "demo.try: no parameter 'hosst' (did you mean 'hosts'?); parameter 'n' must be a whole "
            "number, not 'many'; parameter 'i' is immutable; parameter 'hosts' is missing",
            "its parameters are hosts (required), n",
            id="all that is wrong at once",
        ),
        pytest.param(
            {"a": {"immutable": True}}, {"zzz": 1},
            "demo.try: no parameter 'zzz'", "its parameters are none",
            id="no parameters to give",
        ),
        pytest.param(
            {"a": {"required": True}}, {"a": None}, "demo.try: parameter 'a' is missing",
            "its parameters are a (required)", id="null for a required one",
        ),
        pytest.param(
            {"a": {"required": True, "type": "string", "default": "{{ b | use_none }}"}, "b": {}},
            {}, "demo.try: parameter 'a' is missing", "its parameters are a (required), b",
            id="required, and its default renders to null",
        ),
        pytest.param(
            {"level": {"type": "string", "enum": ["low", "high"]}}, {"level": "mid"},
            "demo.try: parameter 'level' must be one of low, high, not 'mid'",
            "its parameters are level", id="not in the enum",
        ),
        pytest.param(
            {"n": {"type": "integer", "maximum": 3}}, {"n": "4"},
            "demo.try: parameter 'n' must be at most 3, not 4",
            "its parameters are n", id="above the maximum",
        ),
        pytest.param(
            {"pin": {"type": "integer", "secret": True}}, {"pin": "hunter2"},
            "demo.try: parameter 'pin' must be a whole number, not ********",
            "its parameters are pin", id="a secret",
        ),
        pytest.param(
            {"o": {"type": "object", "properties": {"p": {"secret": True}}}}, {"o": "hunter2"},
            "demo.try: parameter 'o' must be an object, such as {\"key\": \"value\"}, not ********",
            "its parameters are o", id="a secret inside an object",
        ),
        pytest.param(
            {"p": {"type": "wibble"}}, {"p": "1"},
            "demo.try: the schema of parameter 'p' is broken: there is no type 'wibble'; types are "
            "array, boolean, integer, null, number, object, string",
            "its parameters are p", id="a broken schema",
        ),
        pytest.param(
            {"latest": {"type": "number", "default": "now"}}, {},
            "demo.try: the default of parameter 'latest' must be a number, not 'now'",
            "its parameters are latest", id="a default that is not of its type",
        ),
        pytest.param(
            {f"p{n}": {} for n in range(14)}, {"q": 1},
            "demo.try: no parameter 'q'",
            "its parameters are " + ", ".join(f"p{n}" for n in range(12)) + ", and 2 more",
            id="many parameters",
        ),
        pytest.param(
            {"a": {"default": "{{ b }}"}, "b": {"default": "{{ c }}"},
             "c": {"default": "{{ b }}{{ d }}"}, "d": {}},
            {},
            "defaults of demo.try need each other in a circle: b → c → b",
            "give one of them a value", id="a circle",
        ),
        pytest.param(
            {"a": {"default": "{{ a }}"}}, {},
            "defaults of demo.try need each other in a circle: a → a",
            "give one of them a value", id="a default that needs itself",
        ),
        pytest.param(
            {"a": {"default": "{{ st2kv.system.region }}"}}, {},
            "the default of 'a' of demo.try reads the datastore (st2kv), and there is none here",
            "give 'a' yourself, or set up the datastore", id="no datastore",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(
    parameters: dict[str, JsonObject], values: dict[str, Json], message: str, hint: str
) -> None:
    with pytest.raises(ParameterError) as raised:
        bind(parameters, values)
    assert raised.value.message == message
    assert raised.value.hint == hint


def test_an_action_without_parameters_names_its_runners() -> None:
    with pytest.raises(ParameterError) as raised:
        bind({"cmd": {"immutable": True}}, {"sudo": "maybe"}, runner=RUNNER)
    assert raised.value.hint == (
        "it has none of its own, its runner's are sudo, sudo_password, timeout"
    )


def test_circle_opens_where_one_is_given() -> None:
    parameters: dict[str, JsonObject] = {"a": {"default": "{{ b }}"}, "b": {"default": "{{ a }}"}}
    assert bind(parameters, {"b": "x"}).parameters == {"a": "x", "b": "x"}


def test_default_that_can_not_be_rendered_names_the_parameter_and_the_file() -> None:
    with pytest.raises(ParameterError) as raised:
        bind({"a": {"default": "{{ nothing }}"}})
    assert raised.value.message == (
        "the default of 'a' of demo.try can't be rendered: 'nothing' is undefined"
    )


def test_words_of_jinja_about_a_value_show_no_secret() -> None:
    with pytest.raises(ParameterError) as raised:
        bind({"s": {"secret": True}, "a": {"default": "{{ {}[s] }}"}}, {"s": "hunter22"})
    assert "hunter22" not in raised.value.message
    assert "********" in raised.value.message


def test_default_that_renders_to_more_than_is_kept_is_refused() -> None:
    with pytest.raises(ParameterError) as raised:
        bind({"a": {"default": "{% for i in range(200) %}{{ b }}{% endfor %}"}, "b": {}},
             {"b": "x" * 10_000})  # fmt: skip
    assert raised.value.message == (
        "the default of 'a' of demo.try renders to more than 1,048,576 characters"
    )


def test_what_the_alias_fixes_can_not_be_given() -> None:
    with pytest.raises(ParameterError) as raised:
        bind({"a": {}, "b": {}}, {"a": 1, "b": 2}, fixed={"a": 3, "b": 4})
    assert raised.value.message == "demo.try: the alias fixes 'a', 'b'; it can't be set"


def test_what_the_alias_fixes_must_be_renderable() -> None:
    with pytest.raises(ParameterError) as raised:
        bind({"a": {}}, fixed={"a": "{{ nobody }}"})
    assert raised.value.message == (
        "what the alias fixes for 'a' of demo.try can't be rendered: 'nobody' is undefined"
    )


def test_secrets_are_masked_by_schema_and_known_by_value() -> None:
    bound = bind(
        {
            "token": {"type": "string", "secret": True},
            "login": {
                "type": "object",
                "properties": {"user": {"type": "string"}, "password": {"secret": True}},
            },
            "n": {"type": "integer", "default": 1},
        },
        {"token": "t0ken", "login": {"user": "bob", "password": "p4ss"}},
    )
    assert bound.secrets == {"token"}
    assert bound.secret_values == ("t0ken", "p4ss")
    assert Masker(bound.secret_values, bound.schemas).parameters(bound.all) == {
        "token": "********",
        "login": {"user": "bob", "password": "********"},
        "n": 1,
    }


@pytest.mark.parametrize("text", ["plain", "{ {", "100%"])
def test_plain_defaults_need_no_rendering(text: str) -> None:
    class NoTemplates(Templates):
        def names(self, value: Json) -> frozenset[str]:
            raise AssertionError(value)

    bound = Binder(NoTemplates()).bind(make_action({"a": {"default": text}}), {}, {})
    assert bound.parameters == {"a": text}


def test_where_nothing_is_declared_everything_may_be_given() -> None:
    """As with `core.noop` behind an alias whose reply shows what was typed."""
    given: JsonObject = {"phrase": "hello", "n": [1]}
    assert bind({}, given).parameters == given
    with pytest.raises(ParameterError, match="no parameter 'phrase'"):
        bind({"other": {"type": "string"}}, given)
