"""`chatops run` as a shell sees it: what is written where, and which exit code it gives."""

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import write_pack
from tests.support.small_packs import alias, shell_action

FILES = {
    "actions/say.yaml": shell_action(
        "say", "echo {{ text | shell_quote }}", "text: {type: string, required: true}"
    ),
    "actions/count.yaml": shell_action(
        "count", "echo {{ n }}", "n: {type: integer, required: true}"
    ),
    "actions/fail.yaml": shell_action("fail", "echo why >&2; exit 3"),
    "actions/slow.yaml": shell_action("slow", "echo started; sleep 60 & sleep 60"),
    "aliases/say.yaml": alias(
        "say", "t.say", "say {{ text }}", more="result: {format: '{{ execution.result.stdout }}'}\n"
    ),
    "aliases/count.yaml": alias("count", "t.count", "count {{ n }}"),
    "aliases/fail.yaml": alias("fail", "t.fail", "fail"),
    "aliases/slow.yaml": alias("slow", "t.slow", "be slow"),
    "aliases/one.yaml": alias("one", "t.say", "both {{ text }}"),
    "aliases/two.yaml": alias("two", "t.say", "both {{ text }}"),
    "aliases/raw.yaml": alias("raw", "t.raw", "raw"),
    "actions/raw.yaml": shell_action("raw", "printf '\\033]0;owned\\007\\033[31mred'"),
}


@pytest.fixture(autouse=True)
def packs(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One pack, `t`; CHATOPS_PACKS names its root."""
    root = isolated / "packs"
    write_pack(root, "t", FILES)
    monkeypatch.setenv("CHATOPS_PACKS", str(root))
    return root


def test_the_result_is_on_stdout_and_the_ack_on_stderr() -> None:
    """A pipeline gets the result alone."""
    result = invoke("run", "say hello")
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "hello\n")
    assert result.stderr.startswith("On it: running t.say (execution ")


def test_no_ack() -> None:
    """`--no-ack` leaves stderr empty."""
    result = invoke("run", "--no-ack", "say", "hello", "world")
    assert (result.stdout, result.stderr) == ("hello world\n", "")


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        pytest.param(["fail"], ExitCode.FAILED, "", id="failed"),
        pytest.param(["nope"], ExitCode.NO_MATCH, "I don't know 'nope'", id="no match"),
        pytest.param(
            ["both", "x"], ExitCode.NO_MATCH, "'both x' could mean 2 things", id="ambiguous"
        ),
        pytest.param(
            ["count", "many"], ExitCode.USAGE, "Nothing was run: t.count: parameter", id="parameter"
        ),
        pytest.param(["  "], ExitCode.USAGE, "error: the message is empty", id="empty"),
        pytest.param(["!"], ExitCode.USAGE, "", id="only the prefix"),
        pytest.param(
            ["--timeout", "nan", "fail"],
            ExitCode.USAGE,
            "nan is no number of seconds; leave it out for no limit",
            id="timeout",
        ),
        pytest.param(
            ["say " + "x" * 1_000_000], ExitCode.USAGE, "the message has 1,000,004 bytes", id="1 MB"
        ),
    ],
)
def test_exit_codes(words: list[str], code: ExitCode, error: str) -> None:
    """Each way it can end has its code and says why."""
    result = invoke("run", "--no-ack", *words)
    assert result.exit_code == code
    assert error in result.stderr


def test_denied(isolated: Path) -> None:
    """Settings that deny give 4, for the person that they name."""
    (isolated / "chatops.yaml").write_text(
        "access: {rules: [{name: no-bob, effect: deny, who: ['local:bob']}]}\n"
    )
    result = invoke("run", "--as", "bob", "say hello")
    assert result.exit_code == ExitCode.DENIED
    assert "rule no-bob (" in result.stderr
    assert "denies t.say to bob" in result.stderr
    assert invoke("run", "say hello").exit_code == ExitCode.OK


def test_the_message_from_stdin() -> None:
    """`-` reads it; a newline at its end isn't part of it."""
    assert invoke("run", "--no-ack", "-", stdin="say hello\n").stdout == "hello\n"
    assert invoke("run", "-", stdin="").exit_code == ExitCode.USAGE
    assert "at most 40,960" in invoke("run", "-", stdin="say " + "x" * 100_000).stderr


def test_nul_bytes() -> None:
    """A NUL can't be an argument of a program: it is refused in one line, or passed as text."""
    result = invoke("run", "--no-ack", "-", stdin="say a\0b")
    assert result.exit_code in {ExitCode.OK, ExitCode.FAILED, ExitCode.USAGE}
    assert "Traceback" not in result.stdout + result.stderr


def test_json() -> None:
    """One object a reply, with stable keys."""
    ack, result = invoke("run", "--json", "say hello").json_lines
    assert isinstance(ack, dict)
    assert isinstance(result, dict)
    assert (ack["kind"], result["kind"]) == ("ack", "result")
    assert (result["text"], result["status"]) == ("hello", "succeeded")
    assert sorted(result) == sorted(
        [
            *("kind", "message_id", "room", "text", "attachments", "thread", "execution_id"),
            *("status", "reason", "extra", "progress"),
        ]
    )


def test_dry_run(isolated: Path) -> None:
    """Alias, parameters and decision; nothing is run or recorded."""
    result = invoke("run", "--dry-run", "count 3")
    assert result.exit_code == ExitCode.OK
    assert "alias:      t.count  (count {{ n }})\naction:     t.count\n" in result.stdout
    assert "parameter:  n = 3\n" in result.stdout
    assert "decision:   allowed: " in result.stdout
    assert not (isolated.parent / "home" / "audit").exists()


@pytest.mark.parametrize(
    ("message", "code", "outcome"),
    [
        pytest.param("count 3", ExitCode.OK, "matched", id="matched"),
        pytest.param("count many", ExitCode.USAGE, "matched", id="parameter"),
        pytest.param("nope", ExitCode.NO_MATCH, "none", id="none"),
        pytest.param("both x", ExitCode.NO_MATCH, "ambiguous", id="ambiguous"),
        pytest.param("x" * 50_000, ExitCode.USAGE, "refused", id="refused"),
    ],
)
def test_dry_run_as_json(message: str, code: ExitCode, outcome: str) -> None:
    """The plan has one shape, and the exit code that a run would begin with."""
    result = invoke("run", "--dry-run", "--json", message)
    assert result.exit_code == code
    plan = result.json
    assert isinstance(plan, dict)
    assert plan["outcome"] == outcome
    assert isinstance(plan["executions"], list)
    assert invoke("run", "--dry-run", message).exit_code == code


def test_output_cannot_drive_the_terminal() -> None:
    """Control sequences of an action's output are taken out; JSON escapes them."""
    assert "\x1b" not in invoke("run", "raw").stdout
    assert "\x1b" not in invoke("run", "--json", "raw").stdout


def test_stream_shows_output_as_it_arrives() -> None:
    """`--stream` writes it to stderr, and the result still comes on stdout."""
    result = invoke("run", "--no-ack", "--stream", "say hello")
    assert (result.stdout, result.stderr) == ("hello\n", "hello\n")


def test_timeout() -> None:
    """`--timeout` ends the action, and says so."""
    result = invoke("run", "--no-ack", "--timeout", "0.5", "be slow")
    assert result.exit_code == ExitCode.FAILED
    assert "0.5 s" in result.stdout


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param([signal.SIGINT], id="Ctrl-C"),
        pytest.param([signal.SIGINT] * 9, id="Ctrl-C again and again"),
        pytest.param([signal.SIGTERM], id="SIGTERM"),
        pytest.param([signal.SIGHUP, signal.SIGTERM], id="the terminal has gone"),
    ],
)
def test_a_signal_ends_everything(isolated: Path, sent: list[signal.Signals]) -> None:
    """What asks it to end ends the action and its children, on record, with exit code 130."""
    process = subprocess.Popen(
        [sys.executable, "-m", "chatops_cli", "run", "--stream", "be slow"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ,
        text=True,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    identifier = line.split("execution ")[1].split(")")[0]
    assert process.stderr.readline() == "started\n"
    for each in sent:
        process.send_signal(each)
        time.sleep(0.02)  # as fast as fingers are, and a terminal that repeats a key
    out, err = process.communicate(timeout=20)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "canceled" in out + err
    for _ in range(50):
        if not processes_of(identifier):
            break
        time.sleep(0.1)
    assert processes_of(identifier) == []
    log = (isolated.parent / "home" / "audit" / "audit.jsonl").read_text().splitlines()
    ends = [r for r in map(json.loads, log) if r["event"] == "execution.finished"]
    assert [record["status"] for record in ends] == ["canceled"]


@pytest.mark.parametrize("options", [["--stream"], ["--json"], []], ids=str)
def test_nobody_reads_any_more(isolated: Path, options: list[str]) -> None:
    """An action that was begun goes on, and its end is on record, whoever has stopped reading."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "chatops_cli", "run", *options, "say hello"],
        stdout=writer,
        stderr=writer,
        check=False,
    )
    os.close(writer)
    assert done.returncode == ExitCode.FAILED
    log = (isolated.parent / "home" / "audit" / "audit.jsonl").read_text().splitlines()
    ends = [r for r in map(json.loads, log) if r["event"] == "execution.finished"]
    assert [record["status"] for record in ends] == ["succeeded"]


@pytest.mark.parametrize("size", [7_000, 30_000])
def test_a_reader_that_does_not_read(size: int) -> None:
    """One signal is enough, also where the answer can't be written and nobody closes the pipe."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    process = subprocess.Popen(
        [sys.executable, "-m", "chatops_cli", "run", "--no-ack", "say " + "x" * size],
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert select.select([reader], [], [], 20)[0]
    process.terminate()
    assert process.wait(20) == ExitCode.INTERRUPTED
    os.close(reader)
    assert process.stderr is not None
    process.stderr.close()


def test_live_output_that_nobody_reads(isolated: Path) -> None:
    """It holds up neither a signal nor the end of the action."""
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    process = subprocess.Popen(
        [sys.executable, "-m", "chatops_cli", "run", "--no-ack", "--stream", "say " + "x" * 30_000],
        stdout=subprocess.PIPE,
        stderr=writer,
    )
    os.close(writer)
    assert select.select([reader], [], [], 20)[0]
    process.terminate()
    process.communicate(timeout=20)
    assert process.returncode == ExitCode.INTERRUPTED
    os.close(reader)
    log = (isolated.parent / "home" / "audit" / "audit.jsonl").read_text().splitlines()
    assert "execution.finished" in [json.loads(line)["event"] for line in log]


def processes_of(identifier: str) -> list[str]:
    """The processes that belong to an execution, by their environment."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"EXECUTION_ID={identifier}".encode() in (folder / "environ").read_bytes():
                    found.append(folder.name)
            except OSError:
                continue
    return found


def test_a_pack_removed_while_running(packs: Path) -> None:
    """What was opened runs on; the next run knows nothing of it."""
    assert invoke("run", "say hello").exit_code == ExitCode.OK
    for file in sorted((packs / "t").rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    result = invoke("run", "say hello")
    assert result.exit_code == ExitCode.NO_MATCH
    assert "Traceback" not in result.stderr


def test_an_unknown_pack_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named, with where to correct it."""
    monkeypatch.setenv("CHATOPS_PACKS", "/no/such/folder")
    result = invoke("run", "say hello")
    assert result.exit_code == ExitCode.USAGE
    assert "error: the folder with packs /no/such/folder does not exist\n" in result.stderr
    assert "hint: correct --packs, CHATOPS_PACKS" in result.stderr


def test_a_state_folder_that_cannot_be_written(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing runs that can't be recorded."""
    (isolated / "file").write_text("")
    monkeypatch.setenv("CHATOPS_HOME", str(isolated / "file" / "home"))
    result = invoke("run", "say hello")
    assert result.exit_code == ExitCode.FAILED
    assert result.stdout == ""
    assert "nothing runs that can't be recorded" in result.stderr


def test_two_at_once(isolated: Path) -> None:
    """Two processes share one chain."""
    command = [sys.executable, "-m", "chatops_cli", "run", "say hello"]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [process.communicate()[0] for process in running] == ["hello\n", "hello\n"]
    verdict = invoke("audit", "verify", "--json")
    assert verdict.exit_code == ExitCode.OK
    assert (isolated.parent / "home" / "audit" / "audit.jsonl").is_file()


def test_plain_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    """LANG=C gets what it can show, and no error."""
    done = subprocess.run(
        [sys.executable, "-m", "chatops_cli", "run", "--no-ack", "say Grüße → ✓"],
        capture_output=True,
        env={
            **os.environ,
            "LANG": "C",
            "LC_ALL": "C",
            "PYTHONUTF8": "0",
            "PYTHONCOERCECLOCALE": "0",
        },
        check=False,
    )
    del monkeypatch
    assert done.returncode == ExitCode.OK
    assert done.stdout.isascii()
    assert b"Traceback" not in done.stderr
