"""`chatops approval`, and `chatops run` of what has to be allowed first: one after the other."""

from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import write_pack
from tests.support.small_packs import alias, shell_action

SETTINGS = """\
packs: [packs]
access:
  local: deny
  roles: {leads: ["local:bob", "local:cat"]}
  rules:
    - {name: test, effect: allow, parameters: {stage: [test]}}
    - name: live
      effect: allow
      parameters: {stage: [live]}
      require: {approval: {by: ["@leads"]}, confirm: live}
"""


@pytest.fixture(autouse=True)
def site(isolated: Path) -> None:
    files = {
        "actions/go.yaml": shell_action("go", "echo went to {{ stage }}", "stage: {type: string}"),
        "aliases/go.yaml": alias(
            "go", "t.go", "go {{ stage }}", more="result: {format: '{{ execution.result.stdout }}'}"
        ),
    }
    write_pack(isolated / "packs", "t", files)
    (isolated / "chatops.yaml").write_text(SETTINGS)


def waiting() -> str:
    (found,) = invoke("approval", "list", "--json").json_lines
    assert isinstance(found, dict)
    return str(found["id"])


def test_values_decide() -> None:
    """What the rule names runs; what it doesn't is denied; what needs people waits."""
    assert invoke("run", "--as", "ann", "go test").stdout == "went to test\n"
    denied = invoke("run", "--as", "ann", "go prod")
    assert denied.exit_code == ExitCode.DENIED
    dry = invoke("run", "--as", "ann", "--dry-run", "go live")
    assert "then:       it needs confirmation and approval by @leads" in dry.stdout
    asked = invoke("run", "--as", "ann", "go live")
    assert asked.exit_code == ExitCode.WAITING
    assert asked.stdout.startswith("t.go for ann waits for your confirmation (until ")


def test_from_asking_to_the_end() -> None:
    """Each step in another process: asked for, confirmed, approved, run."""
    assert invoke("approval", "list").stderr == "nothing waits to be allowed\n"
    invoke("run", "--as", "ann", "go live")
    found = waiting()
    assert invoke("approval", "confirm", found, "--as", "ann").exit_code == ExitCode.FAILED
    assert invoke("approval", "confirm", found, "live", "--as", "ann").exit_code == ExitCode.WAITING
    listed = invoke("approval", "list").stdout
    assert "approval by @leads" in listed
    shown = invoke("approval", "show", found[:10])
    assert '  stage = "live"' in shown.stdout
    assert f"approve: chatops approval approve {found}" in shown.stderr
    assert invoke("approval", "approve", found, "--as", "dan").exit_code == ExitCode.DENIED
    done = invoke("approval", "approve", found, "--as", "bob")
    assert (done.exit_code, done.stdout) == (ExitCode.OK, "went to live\n")
    assert invoke("approval", "approve", found, "--as", "cat").exit_code == ExitCode.FAILED
    assert invoke("audit", "verify").exit_code == ExitCode.OK


def test_refused() -> None:
    invoke("run", "--as", "ann", "go live")
    found = waiting()
    invoke("approval", "confirm", found, "live", "--as", "ann")
    done = invoke("approval", "deny", found, "not", "now", "--as", "cat")
    assert done.stdout == f"t.go for ann is not run (denied): cat: not now ({found}).\n"
    assert invoke("approval", "show", found).exit_code == ExitCode.FAILED
