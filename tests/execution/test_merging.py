"""Runner parameters stand below the action's, and chat may set a closed list of them."""

from dataclasses import replace

import pytest

from chatops_cli.errors import ParameterError
from chatops_cli.execution.merging import chat_settable, merge
from chatops_cli.model.json import JsonObject
from tests.support.parameters import make_action, make_alias, make_parameter, make_parameters

RUNNER = make_parameters(
    {
        "cmd": {"type": "string"},
        "sudo": {"type": "boolean", "default": False},
        "password": {"type": "string", "secret": True, "immutable": True, "required": True},
        "timeout": {"type": "integer", "default": 60},
    }
)


def test_action_overrides_what_it_may_and_inherits_the_rest() -> None:
    override: JsonObject = {
        "default": "id",
        "immutable": True,
        "required": True,
        "enum": ["id", "who"],
        "position": 2,
        "secret": True,
    }
    merged = merge(make_action({"host": {"type": "string"}, "cmd": override}), RUNNER)
    assert list(merged.parameters) == ["host", "cmd", "sudo", "password", "timeout"]
    assert merged.of_runner == {"cmd", "sudo", "password", "timeout"}
    assert merged.parameters["cmd"] == make_parameter("cmd", {"type": "string", **override})
    assert merged.parameters["sudo"] == RUNNER["sudo"]
    assert merged.secrets == {"cmd", "password"}


def test_null_overrides_a_default() -> None:
    merged = merge(make_action({"timeout": {"type": "integer", "default": None}}), RUNNER)
    assert merged.parameters["timeout"].default is None


def test_what_the_runner_says_of_secrecy_and_immutability_holds() -> None:
    merged = merge(make_action({"password": {"secret": False, "immutable": False}}), RUNNER)
    assert merged.parameters["password"] == RUNNER["password"]


def test_description_and_position_come_from_the_runner_where_the_action_is_silent() -> None:
    runner = {"cmd": replace(RUNNER["cmd"], description="what to run", position=3)}
    merged = merge(make_action({"cmd": {"default": "id"}}), runner)
    assert merged.parameters["cmd"].description == "what to run"
    assert merged.parameters["cmd"].position == 3


def test_action_may_not_change_the_type_of_a_runner_parameter() -> None:
    with pytest.raises(ParameterError) as raised:
        merge(make_action({"timeout": {"type": "string"}}), RUNNER)
    assert raised.value.message == (
        "action demo.try overrides 'type' of the runner parameter 'timeout'"
    )
    assert raised.value.hint == (
        "fake says 'integer' there; an action may override only default, immutable, required, "
        "description, enum, position, secret"
    )


DECLARED: dict[str, JsonObject] = {
    "host": {"type": "string"},
    "token": {"type": "string", "secret": True},
    "fixed": {"type": "string", "immutable": True},
    "cmd": {"default": "ping {{ host }}"},
}


@pytest.mark.parametrize(
    ("opened", "fixed", "expected"),
    [
        pytest.param((), {}, {"host"}, id="only what the action declares"),
        pytest.param((), {"host": "h1"}, set(), id="not what the alias fixes"),
        pytest.param(("sudo", "cmd"), {}, {"host", "sudo", "cmd"}, id="runner parameters opened"),
        pytest.param(("token",), {}, {"host", "token"}, id="a secret opened"),
        pytest.param(("fixed", "password"), {}, {"host"}, id="nothing opens an immutable one"),
        pytest.param(("sudo",), {"sudo": True}, {"host"}, id="nor what the alias fixes"),
        pytest.param(("nothing",), {}, {"host"}, id="nor what does not exist"),
    ],
)
def test_chat_may_set_a_closed_list(
    opened: tuple[str, ...], fixed: JsonObject, expected: set[str]
) -> None:
    alias = make_alias(fixed=fixed)
    assert chat_settable(make_action(DECLARED), alias, RUNNER, opened) == expected


def test_chat_may_set_the_same_without_an_alias() -> None:
    assert chat_settable(make_action(DECLARED), None, RUNNER) == {"host"}
