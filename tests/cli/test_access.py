"""`chatops access`: which rule decides, which came near, and what of them doesn't fit."""

from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import write_pack
from tests.support.small_packs import alias, shell_action

SETTINGS = """\
packs: [packs]
access:
  roles: {leads: ["slack:T1:U1"]}
  groups: {web: ["slack:T1:U1"]}
  rules:
    - {name: leads, effect: allow, who: ["@leads"], rooms: ["#ops"], parameters: {stage: [live]}}
    - {name: confirmed, effect: allow, who: ["%web"], require: {confirm: true}}
    - {name: secrets, effect: allow, who: ["slack:T1:U9"], parameters: {pin: [a]}}
    - {name: never, effect: deny, parameters: {stage: [prod]}}
"""


@pytest.fixture(autouse=True)
def site(isolated: Path) -> None:
    parameters = "stage: {type: string}\n  pin: {type: string, secret: true}"
    files = {
        "actions/go.yaml": shell_action("go", "echo", parameters),
        "aliases/go.yaml": alias("go", "t.go", "go {{ stage }}"),
        "aliases/pin.yaml": alias("pin", "t.go", "pin {{ pin }}"),
    }
    write_pack(isolated / "packs", "t", files)
    (isolated / "chatops.yaml").write_text(SETTINGS)


def test_the_rule_that_decides(isolated: Path) -> None:
    """With its place, what it requires, what fits besides, and what nearly does."""
    found = invoke("access", "explain", "slack:T1:U1", "go live", "--room", "#ops")
    file = isolated / "chatops.yaml"
    assert (found.exit_code, found.stdout.splitlines()) == (
        ExitCode.OK,
        [
            f"allowed: rule leads ({file}:6:7) allows t.go to U1",
            f"fits too, and is not asked: confirmed ({file}:7:7), which allows",
            f"near: never ({file}:9:7), which denies",
            "  parameters: stage is live, none of prod",
            f"near: secrets ({file}:8:7), which allows",
            "  who: slack:T1:U1 (%web, @leads) is none of slack:T1:U9",
            "  parameters: pin is nothing, none of a",
        ],
    )
    elsewhere = invoke("access", "explain", "U1", "go live", "--network", "slack:T1")
    assert "it needs confirmation" in elsewhere.stdout
    assert "  rooms: terminal is none of #ops" in elsewhere.stdout


def test_why_not() -> None:
    """A denial names the values that led to it, but no secrets."""
    denied = invoke("access", "explain", "slack:T1:U1", "go", "prod", "--json")
    assert denied.exit_code == ExitCode.DENIED
    assert isinstance(denied.json, dict)
    assert (denied.json["rule"], denied.json["allowed"]) == ("never", False)
    secret = invoke("access", "explain", "slack:T1:U9", "pin canary-1")
    assert secret.exit_code == ExitCode.DENIED
    assert "parameters: pin is ********, none of a" in secret.stdout
    assert "canary" not in secret.stdout + secret.stderr


def test_what_means_nothing() -> None:
    assert invoke("access", "explain", "ann", "nonsense").exit_code == ExitCode.NO_MATCH
    assert invoke("access", "explain", "slack:", "go live").stderr.startswith(
        "error: 'slack:' names nobody"
    )


def test_the_list() -> None:
    """Rules that deny come first, as they are asked first."""
    listed = invoke("access", "list")
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [
        *("RULE", "never", "leads", "confirmed", "secrets", "@leads:", "%web:")
    ]
    assert "where no rule fits: allow at the terminal" in listed.stderr
    found = invoke("access", "list", "--json").json
    assert isinstance(found, dict)
    assert found["roles"] == {"leads": ["slack:T1:U1"]}
