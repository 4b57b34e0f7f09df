"""`chatops audit`: what each command prints, and its exit code."""

import contextlib
import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.records.audit import AuditLog
from chatops_cli.records.chain import verify
from chatops_cli.records.events import Decided, MatchOutcome, MessageMatched, ReplySent
from chatops_cli.rendering.cells import width_of
from tests.support.audit import BOB, make_log, make_message, make_request, run_one
from tests.support.cli import invoke
from tests.support.clock import FakeClock


@pytest.fixture
def log() -> AuditLog:
    """An empty audit log in the test's state folder; an hour lies between its records."""
    return make_log(Path(os.environ["CHATOPS_HOME"]) / "audit", clock=FakeClock(step=3600))


@pytest.fixture
def busy(log: AuditLog) -> AuditLog:
    """Alice has looked at a disk; Bob's deployment failed."""
    run_one(log, 1)
    run_one(log, 2, who=BOB, action="web.deploy", status=Status.FAILED)
    return log


def test_the_last_records_are_shown_a_line_each(busy: AuditLog) -> None:
    busy.append(
        ReplySent(message_id="m2", execution_id="e2", kind="result", digest="d", size=80),
        sync=False,
    )
    result = invoke("audit", "tail", "-n", "6")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "2026-01-31 14:15:00Z #6 message  bob in ops: disk",
        "2026-01-31 15:15:00Z #7 match  matched linux.disk",
        "2026-01-31 16:15:00Z #8 decision  allowed web.deploy by default: no grants are configured",
        "2026-01-31 17:15:00Z #9 execution.requested  e2 web.deploy for bob",
        "2026-01-31 18:15:00Z #10 execution.finished  e2 failed in 0.25 s: exit code 1",
        "2026-01-31 19:15:00Z #11 reply  result to m2, 80 bytes",
    ]


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(("number", "shown"), [("0", 0), ("1", 1), ("10", 10), ("99", 10)])
def test_as_many_records_as_asked_are_shown(number: str, shown: int) -> None:
    assert len(invoke("audit", "tail", "-n", number).stdout.splitlines()) == shown


def test_an_empty_log_is_told() -> None:
    for command in (("tail",), ("search",), ("stats",), ("verify",), ("verify", "--json")):
        assert invoke("audit", *command).exit_code == 0
    assert invoke("audit", "tail").stderr == "the audit log has no record yet\n"
    assert invoke("audit", "stats").stdout == "0 records, 0 denied\n"
    assert invoke("audit", "tail", "--json").stdout == ""


def test_json_is_the_line_of_the_log(busy: AuditLog) -> None:
    for command in (("tail",), ("search",), ("tail", "-n", "10")):
        assert invoke("audit", *command, "--json").stdout == busy.path.read_text()


def test_stored_text_never_controls_the_terminal(log: AuditLog) -> None:
    log.append(make_message(text="a\x1b]0;title\x07\x9b31m\u202eb\r\nc \ud800"), sync=False)
    for command in (("tail",), ("show", "1"), ("search",), ("tail", "--json"), ("show", "m1")):
        out = invoke("audit", *command).stdout
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800]", out), out


def test_it_can_be_read_on_forty_columns(busy: AuditLog, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("COLUMNS", "40")
    busy.append(make_message(9, text="日本語" * 20), sync=False)
    for command in ("audit tail", "audit show 1", "history list", "audit stats"):
        screen = Terminal()
        with contextlib.redirect_stdout(screen):
            from chatops_cli.cli.main import run

            assert run(command.split()) == 0
        lines = screen.getvalue().splitlines()
        assert len(lines) > 4
        if command in {"audit tail", "history list"}:
            assert max(map(width_of, lines)) <= 40
            assert any(line.startswith("  ") for line in lines)


@pytest.mark.usefixtures("busy")
def test_one_record_is_shown_in_full() -> None:
    result = invoke("audit", "show", "6")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "event: message\n" in result.stdout
    assert 'principal: {"network":"slack","workspace":"T1","user":"U2","name":"bob"}\n' in (
        result.stdout
    )


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("which", "found"),
    [
        pytest.param("4", [4], id="number"),
        pytest.param("m2", [6, 7, 8, 9], id="message"),
        pytest.param("e2", [8, 9, 10], id="execution"),
    ],
)
def test_records_are_shown_by_number_or_id(which: str, found: list[int]) -> None:
    lines = invoke("audit", "show", which, "--json").json_lines
    assert [line["seq"] for line in lines if isinstance(line, dict)] == found
    assert invoke("audit", "show", which).stdout.count("event: ") == len(found)


def test_an_id_of_digits_is_found_too(log: AuditLog) -> None:
    """Networks number messages with many digits: more than there are records."""
    log.append(make_request(), sync=False)
    line = log.path.read_text()
    log.path.write_text(line.replace('"m1"', '"112233445566"'))
    assert invoke("audit", "show", "1122334").exit_code == 0


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("which", "message"),
    [
        pytest.param("0", "record 0 is not in the log", id="zero"),
        pytest.param("77", "no record has the number or id '77'", id="beyond the end"),
        pytest.param("x", "no record has the number or id 'x'", id="unknown id"),
        pytest.param("", "no record has the number or id ''", id="nothing"),
        pytest.param("e", "several ids begin with 'e': e1, e2", id="several"),
    ],
)
def test_what_is_not_there_is_told(which: str, message: str) -> None:
    result = invoke("audit", "show", which)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"error: {message}\n")


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--who", "alice"], [1, 2, 3, 4, 5]),
        (["--who", "bob", "--event", "execution"], [9, 10]),
        (["--action", "web.deploy"], [8, 9, 10]),
        (["--status", "failed"], [10]),
        (["--room", "nowhere"], []),
        (["--text", "GRANTS", "-n", "1"], [3]),
        (["--since", "2026-01-31T18:15"], [10]),
        (["--since", "2026-01-31T19:15+01:00"], [10]),
        (["--until", "2026-01-31T10:15:00Z"], [1]),
        (["--since", "1h"], []),
    ],
)
def test_records_are_searched(options: list[str], found: list[int]) -> None:
    result = invoke("audit", "search", "--json", *options)
    seqs = [line["seq"] for line in result.json_lines if isinstance(line, dict)]
    assert (result.exit_code, seqs) == (0, found)
    assert result.stderr == ("" if found else "no record matches\n")


@pytest.mark.parametrize("text", ["yesterday", "99999999d", "2026-13-01", "999999w"])
def test_a_time_that_is_none_is_told(text: str) -> None:
    result = invoke("audit", "search", "--since", text)
    assert (result.exit_code, result.stderr) == (
        2,
        (
            f"error: '{text}' is no point in time\n"
            "hint: write 2h, 7d, 2026-01-31 or 2026-01-31T08:15\n"
        ),
    )


def test_a_sound_log_is_said_to_be(busy: AuditLog) -> None:
    head = f"10:{verify(busy.folder).head.hash}"
    result = invoke("audit", "verify", "--expect", head)
    assert (result.exit_code, result.stdout, result.stderr) == (
        0,
        f"sound: 10 records\nhead: {head}\n",
        "",
    )
    assert invoke("audit", "verify", "--json").json == {
        "sound": True, "records": 10, "first": 1, "head": head, "torn": 0, "findings": [],
    }  # fmt: skip


def test_a_changed_log_gives_exit_code_three_and_the_place(busy: AuditLog) -> None:
    busy.path.write_text(busy.path.read_text().replace("bob", "eve", 1))
    result = invoke("audit", "verify")
    assert (result.exit_code, result.stdout) == (
        3,
        (
            f"{busy.path}:6: changed: the bytes of record 6 aren't those of its hash\n"
            "not sound: 1 breach in 10 records\n"
        ),
    )
    found = invoke("audit", "verify", "--json")
    assert found.exit_code == 3
    assert isinstance(found.json, dict)
    assert found.json["findings"] == [
        {
            "file": str(busy.path),
            "line": 6,
            "breach": "changed",
            "message": "the bytes of record 6 aren't those of its hash",
        }
    ]


@pytest.mark.usefixtures("busy")
def test_a_head_from_elsewhere_is_compared() -> None:
    result = invoke("audit", "verify", "--expect", f"12:{'a' * 64}", "--expect", f"1:{'b' * 64}")
    assert result.exit_code == 3
    assert "record 1 was known by the hash bbb" in result.stdout
    assert "records 11 to 12 are missing" in result.stdout
    assert "not sound: 2 breaches in 10 records" in result.stdout


@pytest.mark.parametrize("text", ["", "12", "12:abc", f"x:{'a' * 64}", f"1:{'A' * 64}"])
def test_a_head_that_is_none_is_told(text: str) -> None:
    result = invoke("audit", "verify", "--expect", text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"'{text}' is no head" in result.stderr


def test_odd_ends_are_noted_not_blamed(busy: AuditLog) -> None:
    small = make_log(busy.folder, rotate_at=1)
    small.append(make_message(3), sync=True)
    next(busy.folder.glob("audit-*.jsonl")).unlink()
    with busy.path.open("a") as file:
        file.write("torn")
    result = invoke("audit", "verify")
    assert (result.exit_code, result.stderr) == (
        0,
        (
            "the end is torn (4 bytes); the next record mends that\n"
            "the log begins with record 11; older files are not here\n"
        ),
    )


def test_an_unreadable_line_is_told_and_the_rest_is_shown(busy: AuditLog) -> None:
    lines = busy.path.read_text().splitlines(keepends=True)
    busy.path.write_text("".join([*lines[:3], "poem\n", *lines[3:]]))
    result = invoke("audit", "search", "--who", "bob")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 5
    assert result.stderr == (
        f"warning: {busy.path}:4: this line is no record; see 'chatops audit verify'\n"
    )


def test_the_log_is_added_up(busy: AuditLog) -> None:
    busy.append(
        Decided(message_id="m", action="db.drop", allowed=False, rule="dba", reason="no"),
        sync=False,
    )
    busy.append(
        MessageMatched(message_id="m", outcome=MatchOutcome.AMBIGUOUS, candidates=("a.b", "c.d")),
        sync=False,
    )
    out = invoke("audit", "stats").stdout
    assert out.startswith("12 records, 1 denied\n2026-01-31T09:15:00Z to 2026-01-31T20:15:00Z\n")
    assert "\npeople\n       1  slack:T1:U1\n       1  slack:T1:U2\n" in out
    assert "\nactions\n       1  linux.disk\n       1  web.deploy\n" in out
    counted = invoke("audit", "stats", "--since", "2026-01-31T19:00", "--json").json
    assert isinstance(counted, dict)
    assert counted["events"] == {"decision": 1, "match": 1}
    assert "denied db.drop by dba: no" in invoke("audit", "tail").stdout
    assert "match  ambiguous a.b, c.d" in invoke("audit", "tail").stdout


def test_a_log_that_cannot_be_read_is_told(log: AuditLog) -> None:
    log.path.mkdir(parents=True)
    result = invoke("audit", "tail")
    assert result.exit_code == 1
    assert f"error: the audit log {log.path} cannot be read: Is a directory\nhint: " in (
        result.stderr
    )


def test_new_records_are_followed_until_ctrl_c(busy: AuditLog) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "chatops_cli", "audit", "tail", "-n", "1", "--follow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    ) as process:
        assert process.stdout is not None
        assert "#10 execution.finished" in process.stdout.readline()
        busy.append(make_message(3), sync=False)
        assert "#11 message" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "")


@pytest.mark.parametrize("command", ["tail", "show", "search", "verify", "stats"])
def test_help_has_an_example(command: str) -> None:
    result = invoke("audit", command, "--help")
    assert result.exit_code == 0
    assert f"Example: chatops audit {command}" in result.stdout
