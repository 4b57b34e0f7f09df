"""Whoever changes the datastore is on record before it changes, and the value never is."""

import os
from pathlib import Path

import pytest

from chatops_cli.cli.session import user_name
from chatops_cli.errors import ExitCode
from chatops_cli.model.json import Json
from tests.support.cli import invoke
from tests.support.packs import write_pack

CANARY = "c4n4ry-s3cret"
ACTION = "name: keep\nrunner_type: python-script\nentry_point: keep.py\n"
CODE = f"""
from st2common.runners.base_action import Action


class Keep(Action):
    def run(self):
        self.action_service.set_value("mine", "{CANARY}", local=False, encrypt=True, scope="user")
        self.action_service.set_value("count", "1")
        self.action_service.delete_value("count")
        self.action_service.delete_value("absent")
        return "done"
"""


def changes() -> list[dict[str, Json]]:
    """The records of changes, without what every record has."""
    records = invoke("audit", "search", "--event", "datastore", "--json").json_lines
    every = {"v", "seq", "time", "prev", "hash"}
    return [
        {key: value for key, value in record.items() if key not in every}
        for record in records
        if isinstance(record, dict)
    ]


def keep(*arguments: str, stdin: str = "") -> None:
    result = invoke("key", *arguments, stdin=stdin)
    assert result.exit_code == ExitCode.OK, result.stderr


def test_commands_are_on_record() -> None:
    """Setting, loading, deleting what is there; reading isn't."""
    keep("generate")
    keep("set", "region", CANARY)
    keep("set", "--encrypt", "--user", "alice", "--ttl", "60", "token", stdin=CANARY)
    keep("load", "-", stdin="[{name: a, value: one}, {name: b, value: two}]")
    keep("get", "region")
    keep("list")
    keep("delete", "a", "b")
    assert invoke("key", "delete", "absent").exit_code == ExitCode.FAILED
    found = changes()
    me = {"network": "local", "workspace": "", "user": user_name(), "name": ""}
    assert [(c["event"], c["name"], c["scope"], c["user"]) for c in found] == [
        ("datastore.set", "region", "system", None),
        ("datastore.set", "token", "user", "alice"),
        ("datastore.set", "a", "system", None),
        ("datastore.set", "b", "system", None),
        ("datastore.deleted", "a", "system", None),
        ("datastore.deleted", "b", "system", None),
    ]
    assert all(c["principal"] == me and c["execution_id"] is None for c in found)
    assert (found[0]["secret"], found[0]["expires"]) == (False, None)
    assert found[1]["secret"] is True
    assert str(found[1]["expires"]).endswith("Z")
    assert CANARY not in (Path(os.environ["CHATOPS_HOME"]) / "audit" / "audit.jsonl").read_text()
    assert invoke("audit", "verify").exit_code == ExitCode.OK
    assert f"region in scope system, by local:{user_name()}" in invoke("audit", "tail").stdout
    assert "token in scope user of alice, by" in invoke("audit", "tail").stdout


def test_actions_are_on_record_with_their_execution(isolated: Path) -> None:
    keep("generate")
    write_pack(isolated / "p", "t", {"actions/keep.yaml": ACTION, "actions/keep.py": CODE})
    (isolated / "chatops.yaml").write_text("packs: [p]\nbundled: false\n")
    result = invoke("action", "run", "t.keep", "--json")
    assert result.exit_code == ExitCode.OK, result.stdout
    reply = result.json_lines[-1]
    assert isinstance(reply, dict)
    found = changes()
    assert [(c["event"], c["name"], c["user"]) for c in found] == [
        ("datastore.set", "mine", user_name()),
        ("datastore.set", "t.Keep:count", None),
        ("datastore.deleted", "t.Keep:count", None),
    ]
    assert {c["execution_id"] for c in found} == {reply["execution_id"]}
    assert all(c["principal"] is None for c in found)
    mine = invoke("audit", "search", "--who", user_name(), "--event", "datastore", "--json")
    assert len(mine.json_lines) == len(found)


@pytest.mark.parametrize("command", [["set", "a", "2"], ["delete", "a"]])
def test_what_can_not_be_recorded_is_not_done(command: list[str]) -> None:
    keep("set", "a", "1")
    audit = Path(os.environ["CHATOPS_HOME"]) / "audit"
    audit.rename(audit.with_name("elsewhere"))
    audit.write_text("in the way")
    result = invoke("key", *command)
    assert result.exit_code == ExitCode.FAILED
    assert "the audit log" in result.stderr
    assert invoke("key", "get", "a").stdout == "1\n"
