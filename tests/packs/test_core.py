"""The core pack: what workflows of other packs rely on."""

import email
import email.policy
import uuid
from pathlib import Path

import pytest

from chatops_cli.errors import ParameterError
from chatops_cli.model.execution import Execution, Status
from chatops_cli.model.json import Json
from tests.support import bundled

ODD = "$(id) `id` '; id' \"quoted\" \\n {{ 7 * 7 }} <% $.x %> -e %s\nsecond line"


def streams(execution: Execution) -> tuple[Json, Json]:
    assert isinstance(execution.result, dict)
    return execution.result["stdout"], execution.result["stderr"]


def test_echo_prints_the_message_as_it_is() -> None:
    execution = bundled.run("core.echo", message=ODD)
    assert execution.status is Status.SUCCEEDED
    assert streams(execution) == (ODD, "")
    assert bundled.said("core.echo", execution) == ODD


def test_error_prints_the_message_to_stderr_and_succeeds() -> None:
    execution = bundled.run("core.error", message=ODD)
    assert execution.status is Status.SUCCEEDED
    assert streams(execution) == ("", ODD)


@pytest.mark.parametrize("ref", ["core.echo", "core.error"])
@pytest.mark.parametrize("name", ["cmd", "sudo", "sudo_password", "kwarg_op"])
def test_nothing_but_the_message_can_be_set(ref: str, name: str) -> None:
    with pytest.raises(ParameterError, match="immutable"):
        bundled.prepare(ref, {"message": "x", name: "true"})


def test_local_runs_a_command_line() -> None:
    execution = bundled.run("core.local", cmd="echo out; echo err >&2; exit 3")
    assert execution.status is Status.FAILED
    assert execution.result == {
        "stdout": "out",
        "stderr": "err",
        "return_code": 3,
        "succeeded": False,
        "failed": True,
    }
    assert bundled.said("core.local", execution) == "Exit code 3\n```\nouterr\n```"


@pytest.mark.parametrize(("ref", "sudo"), [("core.local", False), ("core.local_sudo", True)])
def test_whether_to_be_root_is_the_choice_of_the_action(ref: str, sudo: bool) -> None:
    prepared = bundled.prepare(ref, {"cmd": "id"})
    assert prepared.bound.runner_parameters["sudo"] is sudo
    with pytest.raises(ParameterError, match="'sudo' is immutable"):
        bundled.prepare(ref, {"cmd": "id", "sudo": not sudo})


@pytest.mark.parametrize(("ref", "sudo"), [("core.remote", False), ("core.remote_sudo", True)])
def test_remote_takes_what_its_runner_takes_but_sudo(ref: str, sudo: bool) -> None:
    prepared = bundled.prepare(ref, {"cmd": "id", "hosts": "web1", "parallel": True})
    assert prepared.bound.runner_parameters["sudo"] is sudo
    assert prepared.bound.runner_parameters["host_key_policy"] == "strict"
    with pytest.raises(ParameterError, match="'sudo' is immutable"):
        bundled.prepare(ref, {"cmd": "id", "hosts": "web1", "sudo": not sudo})
    with pytest.raises(ParameterError, match="hosts"):
        bundled.prepare(ref, {"cmd": "id"})


@pytest.mark.parametrize("ref", ["core.winrm_cmd", "core.winrm_ps_cmd"])
def test_winrm_takes_what_its_runner_takes(ref: str) -> None:
    given: dict[str, Json] = {"cmd": "dir", "host": "win1", "username": "u", "password": "canary"}
    prepared = bundled.prepare(ref, given)
    runner = prepared.bound.runner_parameters
    assert (runner["verify_ssl_cert"], runner["transport"], runner["port"]) == (True, "ntlm", 5986)
    assert prepared.masked_parameters()["password"] == "********"
    with pytest.raises(ParameterError, match="'password' is missing"):
        bundled.prepare(ref, {"cmd": "dir", "host": "win1", "username": "u"})


def test_announcement_tells_an_object() -> None:
    execution = bundled.succeed("core.announcement", message='{"text": "hi"}', route="ops")
    told: Json = {"message": {"text": "hi"}}
    assert execution.result == {"message": {"text": "hi"}, "output": told}
    with pytest.raises(ParameterError, match="'experimental' is immutable"):
        bundled.prepare("core.announcement", {"experimental": False})
    with pytest.raises(ParameterError, match="route"):
        bundled.prepare("core.announcement", {"route": "x" * 256})


def test_ask_waits() -> None:
    execution = bundled.run("core.ask", ttl="5", users="alice,bob")
    assert (execution.status, execution.ended) == (Status.PENDING, None)
    assert isinstance(execution.result, dict)
    assert (execution.result["ttl"], execution.result["users"]) == (5, ["alice", "bob"])


def test_noop_does_nothing() -> None:
    assert bundled.run("core.noop").status is Status.SUCCEEDED


@pytest.mark.parametrize("given", [{"max_pause": "0"}, {"max_pause": 0, "random": "true"}])
def test_pause_answers_how_long_it_waited(given: dict[str, Json]) -> None:
    execution = bundled.run("core.pause", **given)
    assert isinstance(execution.result, dict)
    assert (execution.status, execution.result["result"]) == (Status.SUCCEEDED, 0)
    assert bundled.said("core.pause", execution) == "Back after 0 s."


def test_pause_never_waits_for_less_than_nothing() -> None:
    with pytest.raises(ParameterError, match="max_pause"):
        bundled.prepare("core.pause", {"max_pause": "-1"})


@pytest.mark.parametrize(("kind", "version"), [("uuid1", 1), ("uuid4", 4)])
def test_uuid_is_of_the_kind_asked_for(kind: str, version: int) -> None:
    execution = bundled.run("core.uuid", uuid_type=kind)
    assert uuid.UUID(bundled.said("core.uuid", execution)).version == version


@pytest.fixture
def sendmail(tmp_path: Path) -> Path:
    """A sendmail program that keeps the mail, and the arguments it was given."""
    script = tmp_path / "sendmail"
    script.write_text(
        f'#!/bin/sh\ncat >{tmp_path}/mail\nprintf "%s\\n" "$@" >{tmp_path}/arguments\n'
        f'[ ! -e {tmp_path}/broken ] || {{ echo "queue is full" >&2; exit 75; }}\n'
    )
    script.chmod(0o755)
    return script


def test_sendmail_hands_over_a_mail(sendmail: Path, tmp_path: Path) -> None:
    attached = tmp_path / "data.bin"
    attached.write_bytes(b"\0\1")
    execution = bundled.run(
        "core.sendmail",
        **{"from": "bot@example.com"},
        to="a@example.com, b@example.com",
        subject="Größe `id`",
        body="<b>Grüße</b> $(id)",
        attachments=str(attached),
        sendmail_binary=f"{sendmail} -t -i",
    )
    assert execution.status is Status.SUCCEEDED, execution.result
    content = (tmp_path / "mail").read_bytes()
    assert b"\r" not in content
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "bot@example.com",
        "a@example.com, b@example.com",
        "Größe `id`",
    )
    body, attachment = mail.iter_parts()
    assert body.get_content_type() == "text/html"
    assert body.get_content() == "<b>Grüße</b> $(id)\n"
    assert (attachment.get_filename(), attachment.get_content()) == ("data.bin", b"\0\1")
    assert (tmp_path / "arguments").read_text() == "-t\n-i\n"


def test_sendmail_adds_this_machine_to_a_bare_name(sendmail: Path, tmp_path: Path) -> None:
    bundled.run("core.sendmail", to="a@x.org", subject="s", body="b", sendmail_binary=str(sendmail))
    assert "From: chatops@" in (tmp_path / "mail").read_text()


def test_sendmail_sends_an_empty_body_only_if_told(sendmail: Path, tmp_path: Path) -> None:
    given: dict[str, Json] = {"to": "a@x.org", "subject": "s", "body": " "}
    given["sendmail_binary"] = str(sendmail)
    execution = bundled.run("core.sendmail", **given, send_empty_body=False)
    assert streams(execution) == ("Nothing to send", "")
    assert not (tmp_path / "mail").exists()
    assert bundled.run("core.sendmail", **given).status is Status.SUCCEEDED
    assert (tmp_path / "mail").exists()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"to": "a@x.org\nBcc: b@x.org"}, r"To is not usable in a mail: 'a@x.org\nBcc: b@x.org'"),
        ({"subject": "s\nBcc: b@x.org"}, r"Subject is not usable in a mail: 's\nBcc: b@x.org'"),
        ({"from": "c@x.org\nBcc: b@x.org"}, r"From is not usable in a mail: "),
        ({"content_type": "text/html\nX: y"}, "content_type must be text/html or text/plain"),
        ({"attachments": "/no/such/file"}, "/no/such/file cannot be attached: No such file"),
        ({"sendmail_binary": "/no/such/program"}, "/no/such/program cannot be started"),
        ({"sendmail_binary": "'/unclosed"}, "sendmail_binary is not a command: '/unclosed"),
    ],
    ids=["to", "subject", "from", "content type", "attachment", "program", "quotes"],
)
def test_sendmail_refuses_what_would_be_another_mail(
    sendmail: Path, tmp_path: Path, changed: dict[str, Json], reason: str
) -> None:
    given: dict[str, Json] = {"to": "a@x.org", "subject": "s", "body": "b"}
    given["sendmail_binary"] = str(sendmail)
    execution = bundled.run("core.sendmail", **(given | changed))
    assert isinstance(execution.result, dict)
    assert (execution.status, execution.result["return_code"]) == (Status.FAILED, 2)
    assert str(execution.result["stderr"]).startswith(f"The mail was not sent: {reason}")
    assert not (tmp_path / "mail").exists()


def test_sendmail_says_what_the_program_complained_of(sendmail: Path, tmp_path: Path) -> None:
    (tmp_path / "broken").touch()
    execution = bundled.run(
        "core.sendmail", to="a@x.org", subject="s", body="b", sendmail_binary=str(sendmail)
    )
    assert execution.status is Status.FAILED
    assert "answered with exit code 75. queue is full" in str(streams(execution)[1])
