"""Grants by values, groups, networks and operations; what they require, and who can give that."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.access.decide import AccessRequest, decide
from chatops_cli.access.patterns import fits, fits_principal
from chatops_cli.model.access import (
    AccessPolicy,
    AccessRule,
    Approval,
    Confirmation,
    Effect,
    Operation,
    Requirement,
)
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Principal
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place

ALICE = Principal(network="slack", workspace="T1", user="U1", name="alice")
PLACE = Place(file="chatops.yaml", line=3, column=1)


def rule(effect: str = "allow", **parts: Any) -> AccessRule:
    return AccessRule(name="r", effect=Effect(effect), place=PLACE, **parts)


def allowed(*rules: AccessRule, policy: AccessPolicy | None = None, **parts: Any) -> bool:
    asked: dict[str, Any] = {"principal": ALICE, "room": "#ops", "parameters": {}} | parts
    policy = policy or AccessPolicy(rules=rules)
    return decide(AccessRequest(action_ref=ActionRef("web.deploy"), **asked), policy).allowed


@pytest.mark.parametrize(
    ("value", "wanted", "is_allowed", "is_denied"),
    [
        pytest.param("staging", ("staging",), True, True, id="the value"),
        pytest.param("production", ("staging",), False, False, id="another"),
        pytest.param("review-7", ("review-*",), True, True, id="a pattern"),
        pytest.param(5, ("5",), True, True, id="a number, written as text"),
        pytest.param("5", (5,), True, True, id="text, written as a number"),
        pytest.param(5.0, (5,), True, True, id="a whole float"),
        pytest.param(True, (True,), True, True, id="a flag"),
        pytest.param(1, (True,), False, False, id="one is not true"),
        pytest.param(None, ("staging",), False, True, id="no value: in doubt no"),
        pytest.param("{{ st2kv.system.env }}", ("*",), False, True, id="a template"),
        pytest.param("********", ("staging",), False, True, id="a mask"),
        pytest.param({"a": "<% ctx() %>"}, ("*",), False, True, id="a template within"),
        pytest.param(["staging", "dev"], ("staging", "dev"), True, True, id="all items"),
        pytest.param(["staging", "production"], ("staging",), False, True, id="one item"),
        pytest.param(["production", None], ("staging",), False, True, id="an open item"),
        pytest.param([], ("staging",), False, False, id="no item"),
    ],
)
def test_values(value: Json, wanted: tuple[Json, ...], is_allowed: bool, is_denied: bool) -> None:
    """An allow rule fits what it names for certain, a deny rule what may be it."""
    grant = rule(parameters={"env": wanted})
    assert allowed(grant, parameters={"env": value}) is is_allowed
    refusal = rule("deny", parameters={"env": wanted})
    assert allowed(refusal, rule(), parameters={"env": value}) is not is_denied


def test_parameters_that_are_not_there() -> None:
    """An action without the parameter is nothing to the rule; unknown values are in doubt no."""
    grant, refusal = rule(parameters={"env": ("a",)}), rule("deny", parameters={"env": ("a",)})
    assert not allowed(grant, parameters={"host": "a"})
    assert allowed(refusal, rule(), parameters={"host": "a"})
    assert not allowed(grant, parameters=None)
    assert not allowed(refusal, rule(), parameters=None)


def test_an_offer_leaves_values_open() -> None:
    """What is shown before anything is typed is what may be run with some values."""
    grant, refusal = rule(parameters={"env": ("a",)}), rule("deny", parameters={"env": ("a",)})
    assert allowed(grant, parameters=None, is_offer=True)
    assert allowed(refusal, rule(), parameters=None, is_offer=True)
    assert not allowed(rule("deny"), rule(), parameters=None, is_offer=True)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        pytest.param({"networks": ("slack",)}, True, id="network"),
        pytest.param({"networks": ("slack:T1",)}, True, id="workspace"),
        pytest.param({"networks": ("irc", "slack:T2")}, False, id="another network"),
        pytest.param({"packs": ("web",)}, True, id="pack"),
        pytest.param({"packs": ("we",)}, False, id="another pack"),
        pytest.param({"operations": ("run", "cancel")}, True, id="operation"),
        pytest.param({"operations": ("cancel",)}, False, id="another operation"),
        pytest.param({"who": ("%web",)}, True, id="a group of the settings"),
        pytest.param({"who": ("%db",)}, False, id="another group"),
        pytest.param({"who": ("%slack:T1:S9",)}, True, id="a group of the network"),
        pytest.param({"who": ("%irc:T1:S9",)}, False, id="such a group of another network"),
        pytest.param({"who": ("@ops",)}, True, id="a role by a group"),
        pytest.param({"who": ("account:al*",)}, True, id="an account"),
        pytest.param({"who": ("account:bob",)}, False, id="another account"),
        pytest.param({"rooms": ("#[o]ps",)}, False, id="brackets are letters"),
    ],
)
def test_parts(parts: dict[str, Any], expected: bool) -> None:
    """Each part of a rule limits it."""
    policy = AccessPolicy(
        rules=(rule(**parts),),
        groups={"web": ("slack:T1:U1",), "db": ("slack:T1:U2",)},
        roles={"ops": ("%web",)},
    )
    assert allowed(policy=policy, groups=("S9",), account="alice") is expected


def test_who_may_run_may_not_do_everything() -> None:
    """A rule for some operations leaves the others."""
    rules = (rule("deny", operations=("cancel",)), rule())
    assert allowed(*rules)
    assert not allowed(*rules, operation=Operation.CANCEL)


@given(st.text(min_size=1), st.text())
def test_no_id_reaches_over_a_colon(user: str, workspace: str) -> None:
    """Whatever an id holds, it counts in its own place only."""
    principal = Principal(network="irc", workspace=workspace, user=user)
    assert not fits_principal(principal, "slack:T1:U1")
    assert fits_principal(principal, "irc:*")
    literal = {"*", "?"}.isdisjoint(workspace + user) and ":" not in workspace
    if literal and user:
        assert fits_principal(principal, f"irc:{workspace}:{user}")


def test_a_principal_of_two_parts_has_no_workspace() -> None:
    assert fits_principal(Principal(network="local", user="al"), "local:a?")
    assert not fits_principal(ALICE, "slack:U1")
    assert fits("#a[b]", ("#a[b]",))


def needing(approval: Approval | None = None, confirm: Confirmation | None = None) -> AccessRule:
    return rule(require=Requirement(approval=approval, confirm=confirm))


def decided(policy: AccessPolicy, **parts: Any) -> tuple[bool, str]:
    request = AccessRequest(
        principal=ALICE, room="#ops", action_ref=ActionRef("web.deploy"), parameters={}, **parts
    )
    found = decide(request, policy)
    return found.allowed, found.needs or found.reason.partition(", but ")[2]


@pytest.mark.parametrize(
    ("approval", "expected"),
    [
        pytest.param(Approval(by=("@sre",)), (True, "needs approval by @sre"), id="a role"),
        pytest.param(
            Approval(by=("@sre",), count=2),
            (False, "it needs approval by 2 of @sre, and only 1 besides who asks is that"),
            id="too few besides the requester",
        ),
        pytest.param(
            Approval(by=("@sre",), count=2, own=True),
            (True, "needs approval by 2 of @sre"),
            id="the requester counts",
        ),
        pytest.param(
            Approval(by=("slack:T1:U1",)),
            (False, "it needs approval by slack:T1:U1, and nobody besides who asks is that"),
            id="only the requester",
        ),
        pytest.param(
            Approval(by=("@none",)),
            (False, "it needs approval by @none, and nobody is that"),
            id="an empty role",
        ),
        pytest.param(
            Approval(by=()), (False, "it needs approval by nobody, and nobody is that"), id="empty"
        ),
        pytest.param(
            Approval(by=("slack:*",), count=9),
            (True, "needs approval by 9 of slack:*"),
            id="a pattern may be many",
        ),
        pytest.param(
            Approval(by=("%slack:T1:S9",), count=3),
            (True, "needs approval by 3 of %slack:T1:S9"),
            id="a group of the network may be many",
        ),
    ],
)
def test_approval(approval: Approval, expected: tuple[bool, str]) -> None:
    """What nobody can approve is denied at once."""
    roles: dict[str, tuple[str, ...]] = {"sre": ("%sre",), "none": ()}
    groups = {"sre": ("slack:T1:U1", "slack:T1:U2")}
    policy = AccessPolicy(rules=(needing(approval),), roles=roles, groups=groups)
    assert decided(policy) == expected


def test_what_needs_nobody() -> None:
    """Confirmation is named before approval; who wants it cancelled needs neither."""
    both = needing(Approval(by=("slack:*",)), Confirmation())
    policy = AccessPolicy(rules=(both,))
    assert decided(policy) == (True, "needs confirmation and approval by slack:*")
    assert decided(policy, operation=Operation.CANCEL) == (True, "")
    assert decided(AccessPolicy(rules=(rule(), both))) == (True, "")
