"""A rule fits where all of its criteria hold of what has happened."""

from datetime import UTC, datetime

import pytest

from chatops_cli.model.action import ActionRef
from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Place
from chatops_cli.model.rule import NOTIFY_TRIGGER, Condition, Criterion, Operator, Rule
from chatops_cli.notifications.matching import CriterionError, Matcher
from chatops_cli.rendering.templates import Templates

MATCHER = Matcher(
    templates=Templates(), clock=lambda: datetime(2026, 5, 4, tzinfo=UTC), values={"site": "x"}
)
PAYLOAD: JsonObject = {
    "route": "ops",
    "count": 3,
    "limit": 3,
    "nothing": None,
    "data": {
        "a b": "spaced",
        "rows": [{"name": "disk", "full": 90}, {"name": "memory", "full": 10}],
        "template": "{{ trigger.route }}",
    },
}


def make_rule(*criteria: Criterion, name: str = "r", is_backstop: bool = False) -> Rule:
    return Rule(
        ref=f"p.{name}",
        pack="p",
        name=name,
        trigger=NOTIFY_TRIGGER,
        action_ref=ActionRef("core.noop"),
        place=Place(file="r.yaml"),
        criteria=criteria,
        is_backstop=is_backstop,
    )


def equal(key: str, pattern: Json) -> Criterion:
    return Criterion(key=key, operator=Operator.EQUALS, pattern=pattern)


def fits(*criteria: Criterion) -> bool:
    return MATCHER.fits(make_rule(*criteria), PAYLOAD)


@pytest.mark.parametrize(
    ("key", "pattern"),
    [
        pytest.param("trigger.route", "ops", id="path"),
        pytest.param("trigger.route#2", "ops", id="number sign"),
        pytest.param("trigger.data.rows[1].name", "memory", id="index"),
        pytest.param("trigger.data['a b']", "spaced", id="quoted name"),
        pytest.param("trigger.data.rows[*].name", "disk", id="the first of several"),
        pytest.param("trigger.count", "{{ trigger.limit }}", id="template keeps its type"),
        pytest.param("trigger.data", "{{ trigger.data }}", id="an object, too"),
        pytest.param("trigger.route", "{{ 'o' }}ps", id="template in a text"),
        pytest.param("trigger.data.template", "{{ '{{ trigger.route }}' }}", id="data is data"),
        pytest.param("trigger.route", "{% if site %}ops{% endif %}", id="statement"),
    ],
)
def test_paths_and_patterns(key: str, pattern: Json) -> None:
    assert fits(equal(key, pattern))


@pytest.mark.parametrize("key", ["trigger.no", "route", "trigger.count.x", "trigger.rows[9].name"])
def test_where_nothing_is_nothing_fits(key: str) -> None:
    assert not fits(equal(key, "ops"))
    assert fits(Criterion(key=key, operator=Operator.NEXISTS))


def test_all_criteria_must_hold() -> None:
    assert fits(equal("trigger.route", "ops"), equal("trigger.count", 3))
    assert not fits(equal("trigger.route", "ops"), equal("trigger.count", 4))
    assert fits()


def search(condition: Condition, *inner: Criterion, key: str = "trigger.data.rows") -> Criterion:
    return Criterion(key=key, operator=Operator.SEARCH, condition=condition, inner=inner)


FULL = Criterion(key="item.full", operator=Operator.GREATERTHAN, pattern=50)
DISK, MEMORY = equal("item.name", "disk"), equal("item.name#2", "memory")


@pytest.mark.parametrize(
    ("condition", "inner", "expected"),
    [
        (Condition.ANY, (DISK, FULL), True),
        (Condition.ANY, (MEMORY, FULL), False),
        (Condition.ALL, (FULL,), False),
        (Condition.ALL2ANY, (DISK, MEMORY), True),
        (Condition.ALL2ANY, (DISK, FULL), False),
        (Condition.ANY2ANY, (equal("item.name", "x"), FULL), True),
        (Condition.ANY2ANY, (equal("item.name", "x"),), False),
    ],
)
def test_search_asks_items_of_a_list(
    condition: Condition, inner: tuple[Criterion, ...], expected: bool
) -> None:
    assert fits(search(condition, *inner)) is expected


def test_search_takes_an_object_for_a_list_of_one() -> None:
    assert fits(search(Condition.ALL, equal("item.full", 90), key="trigger.data.rows[0]"))


@pytest.mark.parametrize(
    ("criterion", "told"),
    [
        (search(Condition.ANY, DISK, key="trigger.count"), "there is no list to search"),
        (equal("trigger..", 1), "'trigger..' isn't a JSONPath"),
        (equal("trigger.route", "{{ trigger.no.more }}"), "there is no 'no'"),
        (equal("trigger.route", "{{ trigger"), "unexpected end of template"),
    ],
)
def test_what_can_not_be_asked_is_said(criterion: Criterion, told: str) -> None:
    with pytest.raises(CriterionError, match=r"^the criterion trigger"):
        fits(criterion)
    with pytest.raises(CriterionError) as caught:
        fits(criterion)
    assert told in caught.value.message


def test_a_backstop_rule_is_asked_where_no_other_fits() -> None:
    ops, other = equal("trigger.route", "ops"), equal("trigger.route", "dev")
    first, second = make_rule(ops, name="first"), make_rule(other, name="second")
    backstop = make_rule(name="backstop", is_backstop=True)
    refused: list[object] = []

    def matching(*rules: Rule) -> list[str]:
        found = MATCHER.matching(rules, PAYLOAD, lambda rule, _: refused.append(rule))
        return [rule.name for rule in found]

    assert matching(backstop, first, second) == ["first"]
    assert matching(backstop, second) == ["backstop"]
    assert refused == []


def test_a_rule_that_can_not_be_asked_leaves_the_others_alone() -> None:
    broken = make_rule(equal("trigger..", 1), name="broken")
    refused: list[str] = []
    found = MATCHER.matching(
        (broken, make_rule(name="good")), PAYLOAD, lambda rule, _: refused.append(rule.name)
    )
    assert ([rule.name for rule in found], refused) == (["good"], ["broken"])
