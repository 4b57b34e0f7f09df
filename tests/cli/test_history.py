"""`chatops history`: what each command prints, and its exit code."""

import os
from pathlib import Path

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.records.journal import Journal, open_journal
from tests.support.audit import BOB, make_finish, make_message, make_request
from tests.support.cli import invoke
from tests.support.clock import FakeClock


@pytest.fixture
def journal() -> Journal:
    """A journal in the test's state folder."""
    return open_journal(
        Path(os.environ["CHATOPS_HOME"]), clock=FakeClock(step=60), warn=pytest.fail
    )


def run_it(journal: Journal, number: int, result: Json, **how: str) -> None:
    who = BOB if how.get("who") == "bob" else None
    journal.append(make_message(number, text=f"disk {number}"), sync=False)
    request = make_request(number, who=BOB) if who else make_request(number)
    journal.append(request, sync=True)
    stored = journal.put(result)
    status = Status(how.get("status", "succeeded"))
    journal.append(make_finish(number, status=status, digest=stored.digest), sync=True)


def test_executions_are_listed_the_newest_first(journal: Journal) -> None:
    run_it(journal, 1, "a")
    run_it(journal, 2, "b", status="failed", who="bob")
    journal.append(make_request(3), sync=True)
    result = invoke("history", "list")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "2026-01-31 08:22:00Z e3 requested  linux.disk for alice",
        "2026-01-31 08:20:00Z e2 failed in 0.2 s  linux.disk for bob: disk 2",
        "2026-01-31 08:17:00Z e1 succeeded in 0.2 s  linux.disk for alice: disk 1",
    ]


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (["-n", "1"], ["e3"]),
        (["--status", "failed"], ["e2"]),
        (["--who", "bob"], ["e2"]),
        (["--action", "linux.disk", "--alias", "linux.disk_usage"], ["e3", "e2", "e1"]),
        (["--room", "dev"], []),
        (["--since", "2026-01-31T08:20"], ["e3", "e2"]),
    ],
)
def test_a_list_is_narrowed(journal: Journal, options: list[str], ids: list[str]) -> None:
    for number, how in ((1, {}), (2, {"status": "failed", "who": "bob"}), (3, {})):
        run_it(journal, number, number, **how)
    result = invoke("history", "list", "--json", *options)
    found = [line["id"] for line in result.json_lines if isinstance(line, dict)]
    assert (result.exit_code, found) == (0, ids)
    assert result.stderr == ("" if ids else "no execution matches\n")


def test_an_empty_history_is_told() -> None:
    result = invoke("history", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing has run yet\n")


def test_a_status_that_is_none_is_told() -> None:
    result = invoke("history", "list", "--status", "done")
    assert result.exit_code == 2
    assert "'done'" in result.stderr


def test_one_execution_is_shown(journal: Journal) -> None:
    run_it(journal, 1, {"stdout": "x"})
    result = invoke("history", "show", "e")
    assert result.exit_code == 0
    assert "status: succeeded\naction: linux.disk\n" in result.stdout
    assert 'parameters: {"path":"/"}\n' in result.stdout
    assert "operator" not in result.stdout, "what is absent is left out"
    assert result.stderr == "its output: chatops history output e1\n"
    shown = invoke("history", "show", "e1", "--json").json
    assert isinstance(shown, dict)
    assert (shown["id"], shown["operator"], shown["text"]) == ("e1", None, "disk 1")


@pytest.mark.parametrize(
    ("result", "out", "err"),
    [
        pytest.param({"stdout": "a\n", "stderr": "b", "return_code": 0}, "a\n", "b\n", id="shell"),
        pytest.param({"stdout": "", "stderr": ""}, "", "", id="silence"),
        pytest.param(
            {"stdout": "log", "stderr": "", "result": {"n": 1}},
            'log\n{\n  "n": 1\n}\n', "", id="python",
        ),
        pytest.param({"stdout": {"n": 1}, "stderr": ""}, '{\n  "n": 1\n}\n', "", id="json output"),
        pytest.param({"result": "text"}, "text\n", "", id="text result"),
        pytest.param([1, "é"], '[\n  1,\n  "é"\n]\n', "", id="a list"),
        pytest.param("plain", "plain\n", "", id="text"),
        pytest.param(None, "null\n", "", id="null"),
        pytest.param({"stdout": "\x1b[31mred\x07"}, "red\n", "", id="control characters"),
    ],
)  # fmt: skip
def test_output_is_printed_as_it_was(journal: Journal, result: Json, out: str, err: str) -> None:
    run_it(journal, 1, result)
    shown = invoke("history", "output", "e1")
    assert (shown.exit_code, shown.stdout, shown.stderr) == (0, out, err)
    assert invoke("history", "output", "e1", "--json").json == result


def test_raw_output_is_for_a_file(journal: Journal) -> None:
    run_it(journal, 1, {"stdout": "\x1b[31mred"})
    assert invoke("history", "output", "e1", "--raw").stdout == "\x1b[31mred"


def test_output_that_is_not_there_is_told(journal: Journal) -> None:
    journal.append(make_request(1), sync=True)
    result = invoke("history", "output", "e1")
    assert (result.exit_code, result.stderr) == (
        1,
        "error: execution e1 has not ended (requested)\n",
    )
    journal.append(make_finish(1), sync=True)
    assert "e1 gave no result (succeeded)" in invoke("history", "output", "e1").stderr
    run_it(journal, 2, "b")
    for path in journal.results.folder.rglob("*.json"):
        path.write_text("changed")
    damaged = invoke("history", "output", "e2")
    assert damaged.exit_code == 1
    assert "is damaged" in damaged.stderr
    for path in journal.results.folder.rglob("*.json"):
        path.unlink()
    missing = invoke("history", "output", "e2")
    assert missing.exit_code == 1
    assert "is not in" in missing.stderr


@pytest.mark.parametrize("command", ["show", "output"])
def test_an_unknown_execution_is_told(command: str) -> None:
    result = invoke("history", command, "zz")
    assert (result.exit_code, result.stderr) == (
        1,
        "error: no execution has the id 'zz'\nhint: see 'chatops history list'\n",
    )


def test_the_index_is_rebuilt(journal: Journal) -> None:
    run_it(journal, 1, "a")
    journal.close()
    index = Path(os.environ["CHATOPS_HOME"]) / "history.db"
    index.write_bytes(b"damage " * 2000)
    result = invoke("history", "rebuild")
    assert (result.exit_code, result.stdout) == (0, "rebuilt from 3 records\n")
    assert result.stderr == f"note: the history {index} was damaged; a new one was begun\n"
    index.unlink()
    assert invoke("history", "rebuild", "--json").json == {"records": 3}
    assert invoke("history", "show", "e1").exit_code == 0


def test_what_cannot_be_rebuilt_is_told(journal: Journal) -> None:
    run_it(journal, 1, "a")
    journal.close()
    home = Path(os.environ["CHATOPS_HOME"])
    for path in home.glob("history.db*"):
        path.unlink()
    (home / "history.db").mkdir()
    result = invoke("history", "rebuild")
    assert result.exit_code == 1
    assert "cannot be used" in result.stderr
    listed = invoke("history", "list")
    assert (listed.exit_code, len(listed.stdout.splitlines())) == (0, 1)
    assert "this was read from the audit log instead" in listed.stderr


@pytest.mark.parametrize("command", ["list", "show", "output", "rebuild"])
def test_help_has_an_example(command: str) -> None:
    result = invoke("history", command, "--help")
    assert result.exit_code == 0
    assert f"Example: chatops history {command}" in result.stdout
