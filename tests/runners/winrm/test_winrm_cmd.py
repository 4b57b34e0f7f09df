"""The runner `winrm-cmd` against a server that speaks its protocol and really runs commands."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import winrm_cmd
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.winrm import session, shell
from chatops_cli.runners.winrm.login import read_login
from tests.support.calls import make_action, make_call
from tests.support.http_servers import server_context
from tests.support.process_list import is_listed, wait_until
from tests.support.winrm_server import PASSWORD, Host, login, serve_winrm, write_ntlm_users

Make = Callable[..., Call]


@pytest.fixture
def make(host: Host) -> Make:
    """A call that runs a line on the host."""

    def make_for(line: str, **given: Json) -> Call:
        return make_call(make_action("winrm-cmd"), **{**login(host), "cmd": line, **given})

    return make_for


def result_of(outcome: Outcome) -> dict[str, Json]:
    assert isinstance(outcome.result, dict)
    return outcome.result


async def test_streams_and_return_code_are_the_result(host: Host, make: Make) -> None:
    outcome = await winrm_cmd.run(make("echo Grüße; echo Ärger >&2; exit 3"))
    assert outcome == Outcome(
        status=Status.FAILED,
        result={
            "failed": True,
            "succeeded": False,
            "return_code": 3,
            "stdout": "Grüße\n",
            "stderr": "Ärger\n",
        },
    )
    assert host.asked[:3] == ["Create", "Command", "Send"]
    assert host.asked[-3:] == ["Receive", "Signal", "Delete"]
    assert host.gone[0].options == {"WINRS_CODEPAGE": "65001"}


@pytest.mark.parametrize("value", [{"a": [1, "ü"]}, [1, None]])
async def test_json_is_its_value(value: Json, make: Make) -> None:
    text = json.dumps(value)
    outcome = await winrm_cmd.run(make(f"echo '{text}'; echo '{text}' >&2"))
    assert outcome.status is Status.SUCCEEDED
    assert (result_of(outcome)["stdout"], result_of(outcome)["stderr"]) == (value, value)


async def test_folder_and_environment_are_the_shells(
    host: Host, make: Make, tmp_path: Path
) -> None:
    env: Json = {"GREETING": "a <b> & 'c'", "NUMBER": 3, "NONE": None}
    line = 'pwd; echo "$GREETING $NUMBER ${NONE-unset}"; env | grep -c ST2_'
    outcome = await winrm_cmd.run(make(line, cwd=str(tmp_path), env=env))
    said = f"{tmp_path}\na <b> & 'c' 3 unset\n0\n"
    assert result_of(outcome)["stdout"] == said
    assert host.gone[0].environment == {"GREETING": "a <b> & 'c'", "NUMBER": "3"}


async def test_stdin_is_empty(make: Make) -> None:
    outcome = await winrm_cmd.run(make("cat; echo end"))
    assert result_of(outcome)["stdout"] == "end\n"


async def test_output_is_streamed_and_bounded(make: Make) -> None:
    seen: dict[str, int] = {}

    def count(stream: str, chunk: bytes) -> None:
        seen[stream] = seen.get(stream, 0) + len(chunk)

    call = replace(make("head -c 300000 /dev/zero"), output_limit=1000, on_output=count)
    result = result_of(await winrm_cmd.run(call))
    assert seen == {"stdout": 300_000}
    assert "298000 bytes dropped here" in str(result["stdout"])


async def test_what_listens_and_fails_ends_the_command(
    host: Host, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "POLL", 0.2)

    def fail(stream: str, chunk: bytes) -> None:
        raise OSError(f"{stream} {chunk!r}")

    call = replace(make("echo one; exec sleep 60"), on_output=fail)
    with pytest.raises(OSError, match=r"stdout b'one\\n'"):
        await winrm_cmd.run(call)
    assert host.command().signalled
    assert host.shells == {}


async def test_the_time_limit_ends_it_there(
    host: Host, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "POLL", 0.2)
    outcome = await winrm_cmd.run(make("echo begun; sleep 4711.5; true", timeout=1))
    assert outcome.status is Status.TIMEOUT
    assert outcome.result == {
        "failed": True,
        "succeeded": False,
        "return_code": -1,
        "stdout": "begun\n",
        "stderr": "",
        "error": "timed out after 1 s; the host has ended it",
    }
    assert host.asked[-2:] == ["Signal", "Delete"]
    await wait_until(lambda: not is_listed("sleep 4711.5"))


async def test_cancelling_ends_it_there(
    host: Host, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "POLL", 0.2)
    running = asyncio.create_task(winrm_cmd.run(make("sleep 4712.5; true")))
    await wait_until(lambda: is_listed("sleep 4712.5"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert host.asked[-2:] == ["Signal", "Delete"]
    await wait_until(lambda: not is_listed("sleep 4712.5"))


async def test_a_host_that_confirms_nothing_is_told_of(
    host: Host, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "POLL", 0.2)
    host.broken.add("Signal")
    outcome = await winrm_cmd.run(make("sleep 60", timeout=1))
    assert result_of(outcome)["error"] == (
        "timed out after 1 s; the host has not confirmed that it is ended, and it may still run"
    )


@pytest.mark.parametrize(
    ("silent", "said"),
    [
        ("Create", "timed out after 1 s, before anything was run"),
        (
            "Receive",
            "timed out after 1 s; the host has not confirmed that it is ended, and it may ",
        ),
    ],
)
async def test_a_host_that_falls_silent_holds_nobody_up(
    silent: str, said: str, host: Host, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "ENDING", 0.2)
    host.silent.add(silent)
    outcome = await winrm_cmd.run(make("sleep 60", timeout=1))
    assert outcome.status is Status.TIMEOUT
    assert str(result_of(outcome)["error"]).startswith(said)


async def test_a_fault_in_the_middle_keeps_what_there_was(host: Host, make: Make) -> None:
    def break_off(stream: str, chunk: bytes) -> None:
        assert (stream, chunk) == ("stdout", b"one\n")
        host.broken.add("Receive")

    call = replace(make("echo one; sleep 60"), on_output=break_off)
    outcome = await winrm_cmd.run(call)
    assert outcome.status is Status.FAILED
    assert outcome.result == {
        "failed": True,
        "succeeded": False,
        "return_code": 255,
        "stdout": "one\n",
        "stderr": "",
        "error": f"the connection was lost: https://127.0.0.1:{host.port} refuses: "
        "Receive is not possible here (code 1234)",
    }
    assert host.command().signalled


async def test_an_end_that_cannot_be_tidied_up_is_an_end(host: Host, make: Make) -> None:
    host.broken.update({"Signal", "Delete"})
    outcome = await winrm_cmd.run(make("echo done"))
    assert (outcome.status, result_of(outcome)["stdout"]) == (Status.SUCCEEDED, "done\n")


async def test_a_command_that_has_ended_need_not_read(host: Host, make: Make) -> None:
    host.broken.add("Send")
    outcome = await winrm_cmd.run(make("echo done"))
    assert outcome.status is Status.SUCCEEDED


async def test_ntlm_encrypts_what_http_would_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NTLM_USER_FILE", str(write_ntlm_users(tmp_path)))
    with serve_winrm(ntlm=True) as host:
        given = {**login(host), "transport": "ntlm", "scheme": "http"}
        action = make_action("winrm-cmd")
        call = make_call(action, **{**given, "cmd": "echo canary; exit 0"})
        outcome = await winrm_cmd.run(call)
        assert (outcome.status, result_of(outcome)["stdout"]) == (Status.SUCCEEDED, "canary\n")
        assert len(host.bodies) > 5
        assert not [body for body in host.bodies if b"canary" in body or b"Envelope" in body]
        wrong = replace(call, runner_parameters={**call.runner_parameters, "password": "wrong"})
        with pytest.raises(RunnerError, match="doesn't let 'administrator' in with ntlm"):
            await winrm_cmd.run(wrong)


async def test_ntlm_by_https(
    tmp_path: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setenv("NTLM_USER_FILE", str(write_ntlm_users(tmp_path)))
    with serve_winrm(tls=server_context(certificate), ntlm=True) as host:
        call = make_call(make_action("winrm-cmd"), **{**login(host), "cmd": "echo x"})
        outcome = await winrm_cmd.run(
            replace(call, runner_parameters={**call.runner_parameters, "transport": "ntlm"})
        )
        assert outcome.status is Status.SUCCEEDED


async def refused(call: Call) -> RunnerError:
    with pytest.raises(RunnerError) as caught:
        await winrm_cmd.run(call)
    assert PASSWORD not in f"{caught.value.message} {caught.value.hint}"
    return caught.value


async def test_a_wrong_password_is_told(host: Host, make: Make) -> None:
    error = await refused(make("true", password="wrong"))
    assert error.message == (
        f"https://127.0.0.1:{host.port} doesn't let 'administrator' in with basic"
    )
    assert "winrm get winrm/config/service/auth" in str(error.hint)
    assert host.asked == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    host: Host, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    error = await refused(make("true"))
    assert error.message == (
        f"https://127.0.0.1:{host.port} has no certificate that this machine trusts: "
        "self-signed certificate"
    )
    assert host.bodies == []


async def test_a_certificate_need_not_be_checked(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    outcome = await winrm_cmd.run(make("true", verify_ssl_cert=False))
    assert outcome.status is Status.SUCCEEDED


async def test_a_host_that_is_not_there_is_told(make: Make, unused_port: int) -> None:
    error = await refused(make("true", port=unused_port))
    assert error.message == f"https://127.0.0.1:{unused_port} can't be reached: Connection refused"
    assert error.hint == "is WinRM set up there? (winrm quickconfig)"


async def test_a_name_that_nobody_knows_is_told(make: Make) -> None:
    error = await refused(make("true", host="no-such-host.invalid"))
    assert "can't be reached: " in error.message


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ((200, b"<html>hello"), "doesn't answer as WinRM does: ParseError: "),
        ((404, b"nothing here"), "answers with HTTP status 404, not as WinRM does"),
        ((200, b"<x/>"), "doesn't answer as WinRM does: WinRMError: "),
        ((500, b"<x/>"), "refuses: without a reason"),
    ],
)
async def test_what_is_no_winrm_is_told(
    instead: tuple[int, bytes], said: str, host: Host, make: Make
) -> None:
    host.instead = instead
    assert said in (await refused(make("true"))).message


async def test_a_fault_is_told_in_one_line(host: Host, make: Make) -> None:
    host.broken.add("Create")
    error = await refused(make("true"))
    assert error.message.endswith("refuses: Create is not possible here (code 1234)")


async def test_nothing_is_logged(host: Host, make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """The library would log what it sends, and each thing that goes wrong with a traceback."""
    caplog.set_level(1)
    await winrm_cmd.run(make("echo canary"))
    host.instead = (404, b"nothing here")
    await refused(make("true"))
    assert [each for each in caplog.records if each.name.startswith("pypsrp")] == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scheme": "http"}, "the password would travel unencrypted by http"),
        ({"transport": "plaintext", "port": 5985}, "the password would travel unencrypted"),
        ({"transport": "ssl", "scheme": "HTTP"}, "the password would travel unencrypted"),
        ({"transport": "certificate"}, "needs a certificate of ours"),
        ({"password": "zażółć"}, "basic authentication can't carry characters such as"),
        ({"scheme": "ftp"}, "scheme must be https or http, got 'ftp'"),
        ({"port": 0}, "port must be from 1 to 65535, got 0"),
        ({"port": True}, "port must be from 1 to 65535, got True"),
        ({"host": ""}, "host must be a name or an address, got ''"),
        ({"host": "web1:5986"}, "host must be a name or an address, got 'web1:5986'"),
        ({"host": "web1/x?"}, "host must be a name"),
        ({"host": "user@web1"}, "host must be a name"),
        ({"host": "-web1"}, "host must be a name"),
        ({"cmd": None}, "has no cmd, and its runner winrm-cmd needs one"),
        ({"cmd": "x" * 8192}, "cmd has 8192 characters, and Windows takes 8191"),
        ({"cmd": "a\0b"}, r"the command holds a character that can't be sent: '\\x00'"),
        ({"cwd": "a\x1bb"}, r"cwd holds a character that can't be sent: '\\x1b'"),
        ({"env": {"A": "\ud800"}}, r"the variable A holds a character that can't be sent"),
        ({"env": {"A=B": "x"}}, "names a variable that can't exist"),
        ({"timeout": 0}, "timeout must be a number of seconds above 0"),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_anybody_is_asked(
    given: dict[str, Json], said: str, host: Host, make: Make
) -> None:
    with pytest.raises(RunnerError, match=said):
        await winrm_cmd.run(make(**{"line": "true", **given}))
    assert host.bodies == []


async def test_an_address_of_version_6_is_one(make: Make, unused_port: int) -> None:
    error = await refused(make("true", host="[::1]", port=unused_port))
    assert error.message.startswith(f"https://[::1]:{unused_port} can't be reached")


@pytest.mark.parametrize("transport", ["kerberos", "credssp"])
async def test_a_transport_that_needs_more_says_what(
    transport: str, make: Make, host: Host
) -> None:
    """Where its library isn't installed, as here."""
    error = await refused(make("true", transport=transport))
    assert host.asked == []
    assert transport in error.message


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def test_a_bug_of_the_library_is_not_hidden(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr(shell, "_authorities", fail)
    with pytest.raises(RecursionError, match="too deep"):
        await winrm_cmd.run(make("true"))


async def test_the_password_shows_in_no_traceback(make: Make) -> None:
    shown = repr(read_login(make("true")))
    assert "administrator" in shown
    assert PASSWORD not in shown
