"""Policies that can't do what they say are told by doctor, which is content otherwise."""

from pathlib import Path

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, write_pack

POLICY = """
name: one
resource_ref: t.act
policy_type: action.concurrency.attr
parameters: {threshold: 1, attributes: [host, hsot, cmd]}
"""
SETTINGS = """packs: [packs]
bundled: false
policies:
  - {action: "t.*", type: action.concurrency.attr, parameters: {threshold: 1, attributes: [host]}}
  - {action: "t.*", type: action.concurrency, parameters: {threshold: 1}}
  - {action: t.atc, type: action.retry, parameters: {retry_on: failure}}
"""


def test_attributes_and_actions_are_looked_for(isolated: Path) -> None:
    files = {
        "actions/act.yaml": action_text("act", "local-shell-cmd", "parameters: {host: {}}\n"),
        "actions/other.yaml": action_text("other", "nobody-has-it"),
        "policies/one.yaml": POLICY,
    }
    write_pack(isolated / "packs", "t", files)
    (isolated / "chatops.yaml").write_text(SETTINGS)
    told = invoke("doctor").stdout
    found = [line.strip() for line in told.splitlines() if ": warning[" in line]
    assert found == [
        "chatops.yaml:6:5: warning[missing-action] no action fits t.atc (did you mean t.act?)",
        (
            "packs/t/policies/one.yaml:2:1: warning[policy-attribute] the attribute 'hsot' is no "
            "parameter of t.act, so its executions all count together (did you mean host?)"
        ),
    ]
    (isolated / "packs/t/actions/other.yaml").unlink()
    assert invoke("doctor").exit_code == ExitCode.OK
