"""Rules in packs: what they say, and what is wrong with them."""

from pathlib import Path

import pytest

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.model.action import ActionRef
from chatops_cli.model.problem import Place
from chatops_cli.model.rule import Condition, Criterion, Operator, Rule
from tests.support.packs import action_text, write_pack

FILE = "packs/p/rules/a.yaml"
RULE = """\
name: tell
description: d
enabled: true
trigger:
  type: core.st2.generic.notifytrigger
action:
  ref: p.go
  parameters: {text: "{{ trigger.message }}"}
"""


def opened(*, cache: Cache | None = None, **rules: str) -> Catalog:
    files = {f"rules/{name}.yaml": text for name, text in rules.items()}
    write_pack(Path("packs"), "p", {"actions/go.yaml": action_text("go"), **files})
    return open_catalog([Path("packs")], cache=cache)


def told(text: str) -> list[str]:
    return [str(problem) for problem in opened(a=text).problems]


def test_a_rule_is_read_from_the_cache_as_from_the_file(isolated: Path) -> None:
    text = (
        RULE
        + """\
type: {ref: backstop, parameters: {}}
context: {user: x}
tags: []
criteria:
  trigger.route: {type: eq, pattern: chat}
  trigger.data.user: {type: exists}
  trigger.data.rows:
    type: search
    condition: any
    pattern:
      item.name: {type: startswith, pattern: a}
      item.name#2: {type: matchregex, pattern: ".*z"}
"""
    )
    cache = Cache(isolated / "cache.db")
    expected = Rule(
        ref="p.tell",
        pack="p",
        name="tell",
        trigger="core.st2.generic.notifytrigger",
        action_ref=ActionRef("p.go"),
        place=Place(file=FILE, line=1, column=1),
        description="d",
        enabled=True,
        criteria=(
            Criterion(key="trigger.route", operator=Operator.EQUALS, pattern="chat"),
            Criterion(key="trigger.data.user", operator=Operator.EXISTS),
            Criterion(
                key="trigger.data.rows",
                operator=Operator.SEARCH,
                condition=Condition.ANY,
                inner=(
                    Criterion(key="item.name", operator=Operator.STARTSWITH, pattern="a"),
                    Criterion(key="item.name#2", operator=Operator.MATCHREGEX, pattern=".*z"),
                ),
            ),
        ),
        parameters={"text": "{{ trigger.message }}"},
        is_backstop=True,
    )
    for _ in range(2):
        catalog = opened(cache=cache, a=text)
        assert (catalog.rules, catalog.problems) == ((expected,), ())


def test_a_rule_that_does_not_say_so_is_disabled() -> None:
    """As in StackStorm, and unlike actions and aliases."""
    (rule,) = opened(a=RULE.replace("enabled: true\n", "")).rules
    assert not rule.enabled


@pytest.mark.parametrize(
    "trigger",
    ["{type: core.st2.CronTimer, parameters: {hour: 1}}", "{type: web.hook, ref: x, pack: p}"],
)
def test_a_rule_whose_trigger_never_fires_here_loads_without_complaint(trigger: str) -> None:
    text = RULE.replace("\n  type: core.st2.generic.notifytrigger", f" {trigger}")
    catalog = opened(a=text.replace("p.go", "nowhere.go"))
    assert ([rule.fires for rule in catalog.rules], catalog.problems) == ([False], ())


def test_a_policy_among_the_rules_is_called_one() -> None:
    text = """\
    name: again
    resource_ref: p.go
    policy_type: action.retry
    parameters: {retry_on: timeout}
    """
    (found,) = told(text)
    assert found == (
        f"{FILE}:3:1: error[misplaced-policy] this is a policy, not a rule; it is not used"
        " (move the file to policies/)"
    )


def test_of_a_repeated_name_the_first_is_used() -> None:
    catalog = opened(a=RULE, b=RULE)
    assert [rule.place.file for rule in catalog.rules] == [FILE]
    assert [problem.rule for problem in catalog.problems] == ["repeated-rule"]


CRITERIA = RULE + "criteria:\n  trigger.route: "
BROKEN = [
    pytest.param(
        RULE.replace("p.go", "p.goo"),
        "7:3: error[missing-action] there is no action p.goo (did you mean p.go?)",
        id="no such action",
    ),
    pytest.param(
        CRITERIA + "{type: equal, pattern: a}\n",
        "10:25: error[unknown-value] criteria.trigger.route.type is 'equal', which is none of ",
        id="unknown operator",
    ),
    pytest.param(
        CRITERIA + "{pattern: a}\n",
        "10:18: error[missing-key] criteria.trigger.route.type is missing",
        id="no operator",
    ),
    pytest.param(
        CRITERIA + "{type: eq}\n",
        "10:18: error[missing-key] criteria.trigger.route.pattern is missing",
        id="no pattern",
    ),
    pytest.param(
        CRITERIA + "chat\n",
        "10:18: error[wrong-type] criteria.trigger.route must be a mapping, not 'chat'",
        id="no mapping",
    ),
    pytest.param(
        CRITERIA + "{type: search, pattern: {item.a: {type: eq, pattern: 1}}}\n",
        "10:18: error[missing-key] criteria.trigger.route.condition is missing",
        id="search without condition",
    ),
    pytest.param(
        CRITERIA + "{type: search, condition: any, pattern: {item.a: {type: is}}}\n",
        "10:74: error[unknown-value] criteria.trigger.route.pattern.item.a.type is 'is', which",
        id="broken inner criterion",
    ),
    pytest.param(
        RULE.replace("  ref: p.go\n", ""),
        "7:3: error[missing-key] action.ref is missing",
        id="no action",
    ),
    pytest.param(
        RULE.replace("type: core", "kind: core"),
        "5:3: error[missing-key] trigger.type is missing",
        id="no trigger",
    ),
    pytest.param(
        RULE + "type: {ref: backstopp}\n",
        "9:13: error[unknown-value] type.ref is 'backstopp', which is none of backstop, standard",
        id="type",
    ),
    pytest.param(
        RULE + "criterion: {}\n",
        "9:1: error[unknown-key] the key 'criterion' is not known (did you mean criteria?)",
        id="unknown key",
    ),
]


@pytest.mark.parametrize(("text", "line"), BROKEN)
def test_mistakes_are_told_with_their_place(text: str, line: str) -> None:
    (found,) = told(text)
    assert found.startswith(f"{FILE}:{line}")


@pytest.mark.parametrize(
    "text", [p.values[0] for p in BROKEN if p.id not in ("no such action", "type", "unknown key")]
)
def test_a_rule_of_which_a_part_is_broken_is_left_out(text: object) -> None:
    """With a criterion less it would fire for too much."""
    assert opened(a=str(text)).rules == ()
