"""What waits for an answer, as the command line, the history and the audit log tell it."""

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke


def test_the_exit_code_says_that_nothing_is_decided_yet() -> None:
    done = invoke("action", "run", "core.ask", "users=alice,bob")
    assert (done.exit_code, done.stderr) == (ExitCode.WAITING, "")
    assert ExitCode.WAITING.value == 6
    headline, *lines = done.stdout.splitlines()
    assert headline.startswith("core.ask is waiting for an answer (execution ")
    execution_id = headline.rpartition(" ")[2].rstrip(")")
    assert lines == [
        "May answer: alice, bob",
        "Waits for: 1 day",
        "- continue (boolean, required): Shall the workflow go on?",
        f"To answer, say: answer {execution_id} continue=...",
    ]


def test_json_says_it_too() -> None:
    reply = invoke("action", "run", "--json", "core.ask").json
    assert isinstance(reply, dict)
    assert (reply["kind"], reply["status"]) == ("info", "pending")


def test_history_and_audit_show_it_as_waiting() -> None:
    invoke("action", "run", "core.ask", "ttl=7")
    (entry,) = invoke("history", "list", "--status", "pending", "--json").json_lines
    assert isinstance(entry, dict)
    assert (entry["status"], entry["ended"], entry["elapsed"]) == ("pending", None, None)
    asked = invoke("history", "output", str(entry["id"]), "--json").json
    assert isinstance(asked, dict)
    assert asked["ttl"] == 7
    assert f"{entry['id']} pending\n" in invoke("audit", "tail").stdout
    assert invoke("audit", "verify").exit_code == ExitCode.OK
    assert invoke("history", "rebuild").exit_code == ExitCode.OK
    assert invoke("history", "list", "--json").json_lines == [entry]


def test_a_wrong_schema_is_refused_before_anybody_is_asked() -> None:
    done = invoke("action", "run", "core.ask", "schema=yes")
    assert done.exit_code == ExitCode.USAGE
    assert "schema" in done.stderr
