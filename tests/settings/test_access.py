"""The access section: what it means, and how mistakes in it are told."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chatops_cli.errors import SettingsError
from chatops_cli.model.access import (
    AccessPolicy,
    Approval,
    Confirmation,
    Denials,
    Requirement,
)
from chatops_cli.settings.file import read_settings
from chatops_cli.settings.load import load_settings

if TYPE_CHECKING:
    from chatops_cli.model.problem import Problem


def read(folder: Path, text: str) -> AccessPolicy:
    (folder / "chatops.yaml").write_text(text)
    return load_settings(folder=folder).access


def test_everything_at_once(isolated: Path) -> None:
    """Each key arrives where it belongs."""
    policy = read(
        isolated,
        """\
access:
  denials: silent
  groups: {web: ["slack:T1:U2", "account:ann", "%slack:T1:S1"]}
  roles: {leads: ["%web", "telegram::5"]}
  rules:
    - name: r
      effect: allow
      who: ["%web", "account:ann", "irc:libera:ann", "xmpp::a@b.c", "matrix::@a:b.c", "discord:*"]
      packs: web
      networks: slack
      operations: [run, cancel]
      parameters: {env: [staging, 5, true], mode: x}
      require:
        approval: {by: ["@leads"], count: 2, own: true, within: 15m}
        confirm: {word: really, within: 30}
    - {effect: allow, require: {confirm: true}}
    - {effect: allow, require: {confirm: deploy}}
    - {effect: allow, require: {confirm: false}}
""",
    )
    assert (policy.denials, policy.groups["web"][2]) == (Denials.SILENT, "%slack:T1:S1")
    first, second, third, fourth = policy.rules
    assert (first.packs, first.networks, first.operations) == (
        ("web",),
        ("slack",),
        ("run", "cancel"),
    )
    assert first.parameters == {"env": ("staging", 5, True), "mode": ("x",)}
    assert first.require == Requirement(
        approval=Approval(by=("@leads",), count=2, own=True, within=900.0),
        confirm=Confirmation(word="really", within=30.0),
    )
    assert second.require == Requirement(confirm=Confirmation())
    assert third.require == Requirement(confirm=Confirmation(word="deploy"))
    assert fourth.require is None


RULE = "access: {{rules: [{{effect: allow, {}}}]}}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            RULE.format("who: ['slack:T1:alice']"),
            "error[display-name] 'slack:T1:alice' has no id as slack gives them: names that people "
            "show are anybody's (write slack:T1:ID; a user's id there looks like U2147483697)",
            id="a display name",
        ),
        pytest.param(
            RULE.format("who: ['slack:acme:U1']"), "error[display-name]", id="a workspace's name"
        ),
        pytest.param(RULE.format("who: ['telegram::ann']"), "error[display-name]", id="telegram"),
        pytest.param(RULE.format("who: ['mattermost::ann']"), "[display-name]", id="mattermost"),
        pytest.param(RULE.format("who: ['matrix::ann']"), "[display-name]", id="matrix"),
        pytest.param(RULE.format("who: ['xmpp::ann']"), "[display-name]", id="xmpp"),
        pytest.param(RULE.format("who: ['irc:x:a!b@c']"), "[display-name]", id="a hostmask"),
        pytest.param(
            RULE.format("who: ['slack:U1']"),
            "error[not-a-principal] 'slack:U1' is not network:workspace:user "
            "(leave the workspace empty where a network has none: telegram::136817688)",
            id="two parts",
        ),
        pytest.param(RULE.format("who: ['slack:T1:']"), "[not-a-principal]", id="no user"),
        pytest.param(RULE.format("who: ['local:']"), "[not-a-principal]", id="nobody"),
        pytest.param(
            "access: {roles: {a: ['@b']}}\n",
            "error[not-a-principal] access.roles.a has '@b': it can't be made of roles "
            "(name the people themselves)",
            id="a role of a role",
        ),
        pytest.param("access: {groups: {a: ['%b']}}\n", "[not-a-principal]", id="nested groups"),
        pytest.param("access: {roles: {a: ['x']}}\n", "[not-a-principal]", id="a role's member"),
        pytest.param(
            "access: {roles: {a: ['%b']}}\n",
            "error[unknown-group] the group %b of the role a is not in access.groups "
            "(defined are none)",
            id="a role's group",
        ),
        pytest.param(RULE.format("who: ['%b']"), "error[unknown-group]", id="a rule's group"),
        pytest.param(
            RULE.format("require: {approval: {by: ['@b']}}"), "[unknown-role]", id="approvers"
        ),
        pytest.param(RULE.format("require: {approval: {}}"), "[missing-key]", id="by nobody said"),
        pytest.param(
            RULE.format("require: {}"),
            "error[require] require names neither approval nor confirm",
            id="nothing required",
        ),
        pytest.param(
            "access: {rules: [{effect: deny, require: {confirm: true}}]}\n",
            "stands in a rule that denies",
            id="a denial requires",
        ),
        pytest.param(
            RULE.format("require: {confirm: {within: 1y}}"),
            "must be seconds, or a time such as 30s, 15m, 2h or 1d, not '1y'",
            id="no time",
        ),
        pytest.param(RULE.format("require: {confirm: {within: 0}}"), "[out-of-range]", id="0 s"),
        pytest.param(
            RULE.format("require: {confirm: {within: 31d}}"), "[out-of-range]", id="too long"
        ),
        pytest.param(RULE.format("operations: [runn]"), "did you mean run?", id="an operation"),
        pytest.param(RULE.format("parameters: {env: [{a: 1}]}"), "[wrong-type]", id="a value"),
        pytest.param(RULE.format("parameters: {env: []}"), "[wrong-type]", id="no values"),
    ],
)
def test_mistakes(isolated: Path, text: str, expected: str) -> None:
    """What would be for nobody, or for anybody, is an error with its place."""
    with pytest.raises(SettingsError) as caught:
        read(isolated, text)
    assert expected in caught.value.message
    assert "chatops.yaml:1:" in caught.value.message


def test_a_rule_that_is_never_asked(isolated: Path) -> None:
    """A wider rule before one that requires something is told."""
    file = isolated / "chatops.yaml"
    wide = "{name: all, effect: allow, packs: [web, db]}"
    strict = "{name: ask, effect: allow, packs: [web], require: {confirm: true}}"
    narrow = "{name: some, effect: allow, packs: [web], parameters: {env: [a]}}"
    problems: list[Problem] = []
    for order, count in (((wide, strict), 1), ((strict, wide), 0), ((narrow, strict), 0)):
        file.write_text(f"access: {{rules: [{', '.join(order)}]}}\n")
        problems.clear()
        read_settings(file, bundled=isolated, problems=problems)
        assert [each.rule for each in problems] == ["shadowed-rule"] * count
