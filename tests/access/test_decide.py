"""Who may run what: the table of cases that the settings can express."""

from typing import Any

import pytest

from chatops_cli.access.decide import AccessRequest, decide
from chatops_cli.model.access import AccessPolicy, AccessRule, Effect
from chatops_cli.model.action import ActionRef
from chatops_cli.model.chat import Principal
from chatops_cli.model.problem import Place

ALICE = Principal(network="slack", workspace="T1", user="U1", name="alice")
LOCAL = Principal(network="local", user="root")
PLACE = Place(file="chatops.yaml", line=3, column=1)


def rule(name: str, effect: Effect, **parts: Any) -> AccessRule:
    return AccessRule(name=name, effect=effect, place=PLACE, **parts)


def request(
    principal: Principal, action: str = "ops.deploy", alias: str | None = "ops.deploy"
) -> AccessRequest:
    return AccessRequest(
        principal=principal, room="#ops", action_ref=ActionRef(action), alias_ref=alias
    )


ALLOW_ALL = rule("everyone", Effect.ALLOW)
DENY_ALICE = rule("not-alice", Effect.DENY, who=("slack:T1:U1",))


@pytest.mark.parametrize(
    ("policy", "asked", "expected"),
    [
        pytest.param(AccessPolicy(), request(ALICE), (False, "default-deny"), id="chat: no rule"),
        pytest.param(AccessPolicy(), request(LOCAL), (True, "access.local"), id="local: no rule"),
        pytest.param(
            AccessPolicy(local=Effect.DENY),
            request(LOCAL),
            (False, "access.local"),
            id="local closed by settings",
        ),
        pytest.param(
            AccessPolicy(rules=(ALLOW_ALL, DENY_ALICE)),
            request(ALICE),
            (False, "not-alice"),
            id="deny beats an earlier allow",
        ),
        pytest.param(
            AccessPolicy(rules=(DENY_ALICE,)),
            request(LOCAL),
            (True, "access.local"),
            id="a rule for another person says nothing",
        ),
        pytest.param(
            AccessPolicy(rules=(rule("ops", Effect.ALLOW, actions=("ops.*",)),)),
            request(ALICE, action="core.local"),
            (False, "default-deny"),
            id="another action",
        ),
        pytest.param(
            AccessPolicy(rules=(rule("ops", Effect.ALLOW, rooms=("#dev",)),)),
            request(ALICE),
            (False, "default-deny"),
            id="another room",
        ),
        pytest.param(
            AccessPolicy(rules=(rule("ops", Effect.ALLOW, aliases=("ops.*",)),)),
            request(ALICE, alias=None),
            (False, "default-deny"),
            id="an action by name has no alias",
        ),
        pytest.param(
            AccessPolicy(
                roles={"ops": ("slack:T1:*",)}, rules=(rule("r", Effect.ALLOW, who=("@ops",)),)
            ),
            request(ALICE),
            (True, "r"),
            id="by role",
        ),
        pytest.param(
            AccessPolicy(rules=(rule("r", Effect.ALLOW, who=("@ops",)),)),
            request(ALICE),
            (False, "default-deny"),
            id="a role nobody has",
        ),
        pytest.param(
            AccessPolicy(rules=(rule("r", Effect.ALLOW, who=("alice",)),)),
            request(ALICE),
            (False, "default-deny"),
            id="a display name is no principal",
        ),
    ],
)
def test_decide(policy: AccessPolicy, asked: AccessRequest, expected: tuple[bool, str]) -> None:
    """The rule that decides is the one that the settings make decide."""
    decision = decide(asked, policy)
    assert (decision.allowed, decision.rule) == expected


def test_a_decision_names_the_place_of_its_rule() -> None:
    """The reason tells who, what, and where the rule stands."""
    decision = decide(request(ALICE), AccessPolicy(rules=(DENY_ALICE,)))
    assert decision.reason == "rule not-alice (chatops.yaml:3:1) denies ops.deploy to alice"
