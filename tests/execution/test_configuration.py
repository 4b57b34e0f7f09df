"""What a configuration reads from the datastore is looked up, or the key is named."""

import pytest

from chatops_cli.errors import ParameterError
from chatops_cli.execution.configuration import looked_up
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.rendering.templates import Templates
from tests.support.parameters import FakeDatastore

STORE = FakeDatastore({("system", "region"): "eu", ("user", "token"): "t0ken", ("system", "e"): ""})


def look_up(config: JsonObject, datastore: FakeDatastore | None = STORE) -> JsonObject:
    return looked_up(config, pack="demo", templates=Templates(), datastore=datastore)


def test_references_are_looked_up_at_any_depth() -> None:
    config: dict[str, Json] = {
        "url": "http://{{ st2kv.system.region }}/",
        "deep": {"list": ["{{ st2kv.user.token }}", "{{st2kv('system.region')}}", 5]},
        "empty": "{{ st2kv.system.e }}",
        "plain": None,
    }
    assert look_up(config) == {
        "url": "http://eu/",
        "deep": {"list": ["t0ken", "eu", 5]},
        "empty": None,
        "plain": None,
    }


def test_configuration_without_references_needs_no_datastore() -> None:
    config: dict[str, Json] = {"a": {"b": 1}}
    assert look_up(config, None) is config


def test_missing_datastore_is_told() -> None:
    with pytest.raises(ParameterError) as raised:
        look_up({"a": 1, "token": ["{{ st2kv.system.token }}"]}, None)
    assert raised.value.message == (
        "the configuration of pack demo reads the datastore (st2kv) for 'token', and there is none "
        "here"
    )


def test_missing_item_is_told_with_the_key_that_needs_it() -> None:
    with pytest.raises(ParameterError) as raised:
        look_up({"token": "{{ st2kv.system.token }}"})
    assert raised.value.message.startswith(
        "the configuration of pack demo has no value for 'token': the datastore has no item 'token'"
    )
