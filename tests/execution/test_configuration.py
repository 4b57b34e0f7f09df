"""What a configuration reads from elsewhere is looked up, cast and checked, or the key is named."""

from collections.abc import Mapping

import pytest

from chatops_cli.errors import ParameterError
from chatops_cli.execution.configuration import Site, Sources, looked_up
from chatops_cli.execution.schema_references import inlined
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.templates import Templates
from chatops_cli.rendering.variables import PermittedVariables
from tests.support.parameters import FakeDatastore, make_parameters

STORE = FakeDatastore(
    {
        ("system", "region"): "eu",
        ("user", "token"): "t0ken",
        ("system", "empty"): "",
        ("system", "port"): "8080",
        ("system", "tags"): "a, b",
        ("system", "evil"): "{{ st2kv.user.token }}",
    }
)
ENVIRONMENT = {"TOKEN": "fr0m-env", "PATH": "/bin"}


class Locked:
    """A datastore whose values are encrypted."""

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:
        return f"{scope} {name} in clear" if decrypt else "ciphertext"


def look_up(
    values: JsonObject,
    schema: Mapping[str, JsonObject] | None = None,
    *,
    datastore: FakeDatastore | Locked | None = STORE,
    learned: list[str] | None = None,
) -> JsonObject:
    learn = (learned if learned is not None else []).append
    sources = Sources(
        templates=Templates(),
        datastore=datastore,
        variables=PermittedVariables(ENVIRONMENT, {"TOKEN", "ABSENT"}, learn),
    )
    site = Site(values=values, schema=inlined(make_parameters(schema or {})))
    return looked_up(site, pack="demo", sources=sources)


def refused(values: JsonObject, schema: Mapping[str, JsonObject] | None = None) -> str:
    with pytest.raises(ParameterError) as raised:
        look_up(values, schema)
    return raised.value.message


def test_references_are_looked_up_at_any_depth() -> None:
    config: dict[str, Json] = {
        "url": "http://{{ st2kv.system.region }}/",
        "deep": {"list": ["{{ st2kv.user.token }}", "{{st2kv('system.region')}}", 5]},
        "empty": "{{ st2kv.system.empty }}",
        "plain": None,
    }
    assert look_up(config) == {
        "url": "http://eu/",
        "deep": {"list": ["t0ken", "eu", 5]},
        "empty": None,
        "plain": None,
    }


def test_configuration_without_references_needs_no_datastore() -> None:
    assert look_up({"a": {"b": 1}}, datastore=None) == {"a": {"b": 1}}


def test_what_is_looked_up_is_cast_to_its_type() -> None:
    schema: dict[str, JsonObject] = {
        "port": {"type": "integer"},
        "list": {"type": "array", "items": {"type": "object", "properties": {
            "port": {"type": "number"}}}},
        "tags": {"type": "array"},
        "text": {"type": "string"},
    }  # fmt: skip
    port = "{{ st2kv.system.port }}"
    found = look_up(
        {"port": port, "list": [{"port": port}], "tags": "{{ st2kv.system.tags }}", "text": port},
        schema,
    )
    assert found == {"port": 8080, "list": [{"port": 8080.0}], "tags": ["a", "b"], "text": "8080"}


def test_what_is_looked_up_is_checked_and_never_shown() -> None:
    schema: dict[str, JsonObject] = {"a": {"properties": {"n": {"type": "integer"}}}}
    assert refused({"a": {"n": "{{ st2kv.user.token }}"}}, schema) == (
        "the configuration of pack demo is not what its schema permits: "
        "a.n must be a whole number, not ********"
    )
    required: dict[str, JsonObject] = {"e": {"type": "string", "required": True}}
    assert refused({"e": "{{ st2kv.system.empty }}"}, required).endswith(": e is missing")


def test_what_nobody_set_is_not_checked() -> None:
    """An object is there for its defaults alone, though something in it would be required."""
    schema: dict[str, JsonObject] = {
        "group": {"type": "object", "properties": {"user": {"required": True}}},
        "region": {"type": "string"},
    }
    found = look_up({"region": "{{ st2kv.system.region }}"}, schema)
    assert found == {"region": "eu", "group": {}}


def test_what_is_looked_up_is_no_template() -> None:
    assert look_up({"a": "{{ st2kv.system.evil }}"}) == {"a": "{{ st2kv.user.token }}"}


def test_secret_values_are_decrypted_unasked() -> None:
    """As StackStorm does: by the schema, in nested objects too; others stay encrypted."""
    schema: dict[str, JsonObject] = {
        "group": {"properties": {"token": {"secret": True}}},
        "all": {"$ref": "#/properties/group"},
    }
    reference = "{{ st2kv.system.t }}"
    values: dict[str, Json] = {
        "group": {"token": reference}, "all": {"token": reference}, "plain": reference,
        "asked": "{{ st2kv.system.t | decrypt_kv }}",
    }  # fmt: skip
    clear = "system t in clear"
    assert look_up(values, schema, datastore=Locked()) == {
        "group": {"token": clear}, "all": {"token": clear}, "plain": "ciphertext", "asked": clear,
    }  # fmt: skip


def test_defaults_are_filled_in_and_read_the_datastore() -> None:
    schema: dict[str, JsonObject] = {
        "region": {"type": "string", "default": "{{ st2kv.system.region }}"},
        "absent": {"type": "string", "default": "{{ st2kv.system.nothing }}"},
        "hosts": {"type": "array", "items": {"type": "object", "properties": {
            "port": {"type": "integer", "default": 22}}}},
        "more": {"type": "object", "additionalProperties": {"properties": {"a": {"default": 1}}}},
        "named": {"type": "object", "patternProperties": {"^x": {"properties": {
            "b": {"default": 2}}}}},
        "free": {"type": "object"},
        "pair": {"type": "array", "items": [{"default": "one"}]},
    }  # fmt: skip
    assert look_up({}, schema) == {
        "region": "eu", "hosts": [], "more": {}, "named": {}, "pair": [],
    }  # fmt: skip
    given: dict[str, Json] = {
        "region": "us", "hosts": [{}, {"port": 1}], "more": {"k": {}}, "named": {"x1": {}, "y": {}},
        "pair": [None, None],
    }  # fmt: skip
    assert look_up(given, schema) == {
        "region": "us",
        "hosts": [{"port": 22}, {"port": 1}],
        "more": {"k": {"a": 1}},
        "named": {"x1": {"b": 2}, "y": {}},
        "pair": ["one", None],
    }


def test_the_environment_is_read_where_it_is_permitted() -> None:
    learned: list[str] = []
    assert look_up({"a": "{{ env.TOKEN }}"}, learned=learned) == {"a": "fr0m-env"}
    assert learned == ["fr0m-env"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("{{ env.PATH }}", "the settings do not let a configuration read the "
                     "environment variable 'PATH'", id="not listed"),
        pytest.param("{{ env.OTHER }}", "the settings do not let a configuration read the "
                     "environment variable 'OTHER'", id="not listed, and not there"),
        pytest.param("{{ env.ABSENT }}", "the environment variable 'ABSENT' is not set",
                     id="not set"),
        pytest.param("{{ env }}", "a configuration reads one variable of env: {{ env.NAME }}",
                     id="all of it"),
        pytest.param("{{ env._values }}", None, id="its inside"),
        pytest.param("{% for n in env %}{{ n }}{% endfor %}", None, id="one after the other"),
        pytest.param("{{ st2kv.system.nothing }}", "the datastore has no item 'nothing' in scope "
                     "system", id="an absent item"),
        pytest.param("{{ nothing }}", None, id="an undefined name"),
    ],
)  # fmt: skip
def test_what_can_not_be_looked_up_is_told_with_its_key(text: str, says: str | None) -> None:
    message = refused({"a": [text]})
    before = "the configuration of pack demo has no value for 'a[0]': "
    assert message.startswith(before)
    assert "fr0m-env" not in message
    assert "/bin" not in message
    if says is not None:
        assert message == before + says


def test_a_default_reads_no_environment() -> None:
    schema: dict[str, JsonObject] = {"a": {"default": "{{ env.TOKEN }}"}}
    assert refused({}, schema).startswith(
        "a default in the configuration schema of pack demo can't be rendered: "
    )


def test_missing_datastore_is_told() -> None:
    with pytest.raises(ParameterError) as raised:
        look_up({"a": 1, "token": ["{{ st2kv.system.token }}"]}, datastore=None)
    assert raised.value.message == (
        "the configuration of pack demo has no value for 'token[0]': it reads the datastore "
        "(st2kv), and there is none here"
    )
