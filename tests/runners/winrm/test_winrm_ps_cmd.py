"""The runner `winrm-ps-cmd`: what arrives is what the action says; the server runs it by `sh`."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import winrm_ps_cmd
from chatops_cli.runners.contract import Call, Outcome
from tests.support.calls import make_action, make_call
from tests.support.powershell import text_of
from tests.support.winrm_server import PASSWORD, Host, login

Make = Callable[..., Call]


@pytest.fixture
def make(host: Host) -> Make:
    """A call that runs PowerShell text on the host."""

    def make_for(text: str, **given: Json) -> Call:
        action = make_action("winrm-ps-cmd", parameters=[Parameter(name="pin", secret=True)])
        return make_call(action, **{**login(host), "cmd": text, **given})

    return make_for


async def test_the_text_arrives_as_it_is(host: Host, make: Make) -> None:
    text = "echo 'Grüße $env:x `n 😀'; exit 3"
    outcome = await winrm_ps_cmd.run(make(text))
    assert text_of(host.command().line) == text
    assert host.command().stdin == b""
    assert isinstance(outcome.result, dict)
    assert outcome == Outcome(
        status=Status.FAILED,
        result={
            "failed": True,
            "succeeded": False,
            "return_code": 3,
            "stdout": "Grüße $env:x `n 😀\n",
            "stderr": "",
        },
    )


async def test_errors_are_in_words(make: Make) -> None:
    seen: list[tuple[str, bytes]] = []

    def see(stream: str, chunk: bytes) -> None:
        seen.append((stream, chunk))

    text = "echo '{\"a\": 1}'; echo 'a <b>' >&2; echo again >&2; exit 1"
    outcome = await winrm_ps_cmd.run(replace(make(text), on_output=see))
    assert isinstance(outcome.result, dict)
    assert outcome.result["stderr"] == "a <b>\r\nagain"
    assert outcome.result["stdout"] == {"a": 1}
    # In whatever chunks they came, and whichever stream came first.
    assert b"".join(chunk for stream, chunk in seen if stream == "stdout") == b'{"a": 1}\n'
    assert b"".join(chunk for stream, chunk in seen if stream == "stderr") == b"a <b>\r\nagain"


async def test_a_long_text_arrives_whole(host: Host, make: Make) -> None:
    """In several parts: one message holds about 100 KB."""
    text = f"echo begun; : {'x' * 100_000}; echo done"
    outcome = await winrm_ps_cmd.run(make(text))
    assert host.command().script == text
    assert host.asked.count("Send") == 2
    assert isinstance(outcome.result, dict)
    assert outcome.result["stdout"] == "begun\ndone\n"


async def test_a_secret_is_on_no_command_line(host: Host, make: Make) -> None:
    call = replace(make("echo canary"), parameters={"pin": "canary"}, secrets=frozenset({"pin"}))
    outcome = await winrm_ps_cmd.run(call)
    assert "canary" not in text_of(host.command().line)
    assert isinstance(outcome.result, dict)
    assert outcome.result["stdout"] == "canary\n"


async def test_nor_is_the_password(host: Host, make: Make) -> None:
    await winrm_ps_cmd.run(make(f"echo hi # {PASSWORD}"))
    assert PASSWORD not in text_of(host.command().line)
    assert PASSWORD in host.command().script


async def test_without_a_text_it_is_refused(make: Make) -> None:
    with pytest.raises(RunnerError, match="has no cmd, and its runner winrm-ps-cmd needs one"):
        await winrm_ps_cmd.run(make("x", cmd=None))
