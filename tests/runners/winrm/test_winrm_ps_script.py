"""The runner `winrm-ps-script`: the script and its arguments, as they arrive."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import winrm_ps_script
from chatops_cli.runners.contract import Call
from tests.support.calls import make_action, make_call, write_pack
from tests.support.powershell import text_of
from tests.support.winrm_server import Host, login

Make = Callable[..., Call]
SCRIPT = 'printf %s "$1" # ends in a comment'
PARAMETERS = (
    Parameter(name="first", position=0),
    Parameter(name="second", position=1),
    Parameter(name="third", position=2),
    Parameter(name="on"),
    Parameter(name="name"),
    Parameter(name="table"),
    Parameter(name="absent"),
)


@pytest.fixture
def make(host: Host, tmp_path: Path) -> Make:
    """A call that runs a script with parameters on the host."""

    def make_for(script: str | bytes, parameters: dict[str, Json], **given: Json) -> Call:
        pack = write_pack(tmp_path, {"act.ps1": ""})
        data = script if isinstance(script, bytes) else script.encode()
        (pack / "actions" / "act.ps1").write_bytes(data)
        action = make_action(
            "winrm-ps-script", pack=pack, entry_point="act.ps1", parameters=PARAMETERS
        )
        return replace(make_call(action, **login(host), **given), parameters=parameters)

    return make_for


async def arguments(call: Call) -> Json:
    """The arguments that the script has got, as it says itself."""
    outcome = await winrm_ps_script.run(call)
    assert outcome.status is Status.SUCCEEDED, outcome
    assert isinstance(outcome.result, dict)
    return outcome.result["stdout"]


HOSTILE = '\'; rm -rf /; \u2019; $(calc) `n "x" } -on\n@{}'


async def test_named_ones_have_their_type_and_positional_ones_are_text(make: Make) -> None:
    given: dict[str, Json] = {
        "third": True,
        "name": HOSTILE,
        "second": [1, "b"],
        "on": False,
        "table": {"k'": [1, None, True, 2.5, HOSTILE]},
        "first": HOSTILE,
        "absent": None,
    }
    assert await arguments(make(SCRIPT, given)) == [
        ["-name", HOSTILE],
        ["-on", False],
        ["-table", {"k'": [1, None, True, 2.5, HOSTILE]}],
        HOSTILE,
        "1,b",
        "1",
    ]


async def test_the_sign_before_a_name_can_be_chosen(make: Make) -> None:
    given: dict[str, Json] = {"name": "x", "on": True}
    plain = {**given, "first": None, "second": None, "third": None}
    assert await arguments(make(SCRIPT, plain, kwarg_op="/")) == [
        *(["/name", "x"], ["/on", True]),
        *("", "", ""),
    ]


async def test_a_secret_is_on_no_command_line(host: Host, make: Make) -> None:
    call = replace(make(SCRIPT, {"name": "canary"}), secrets=frozenset({"name"}))
    assert isinstance(await arguments(call), list)
    assert "canary" not in text_of(host.command().line)


async def test_without_secrets_it_travels_on_the_command_line(host: Host, make: Make) -> None:
    await arguments(make(SCRIPT, {"name": "x"}))
    expected = f"& {{{SCRIPT}\n}} -name 'x' '' '' ''"
    assert text_of(host.command().line) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_a_script_may_come_from_windows(encoding: str, host: Host, make: Make) -> None:
    call = make("echo Grüße\r\n".encode(encoding), {})
    action = replace(call.action, parameters={})
    outcome = await winrm_ps_script.run(replace(call, action=action))
    assert text_of(host.command().line) == "echo Grüße\r\n"
    assert isinstance(outcome.result, dict)
    assert str(outcome.result["stdout"]).startswith("Grüße")


async def test_a_script_in_another_encoding_is_refused(make: Make, host: Host) -> None:
    with pytest.raises(RunnerError, match=r"act.ps1' is not UTF-8: .* at byte 2") as caught:
        await winrm_ps_script.run(make("Grüße".encode("latin-1"), {}))
    assert caught.value.hint == "save it as UTF-8"
    assert host.bodies == []


async def test_a_script_has_to_be_there(make: Make) -> None:
    call = make(SCRIPT, {})
    (Path(call.action.pack_path) / "actions" / "act.ps1").unlink()
    with pytest.raises(RunnerError, match=r"its entry_point .* is no file"):
        await winrm_ps_script.run(call)
