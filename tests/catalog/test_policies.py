"""Policies in packs: what they say, which hold for an action, and what is wrong with them."""

from pathlib import Path

import pytest

from chatops_cli.catalog.cache import Cache
from chatops_cli.catalog.catalog import Catalog, open_catalog
from chatops_cli.model.policy import AtThreshold, ConcurrencyPolicy, RetryOn, RetryPolicy
from chatops_cli.model.problem import Place
from tests.support.packs import action_text, write_pack

FILE = "packs/p/policies/a.yaml"
LIMIT = """\
name: limit
description: d
resource_ref: p.go
policy_type: action.concurrency
parameters: {threshold: 3}
"""
RETRY = LIMIT.replace("limit", "again").replace(".concurrency", ".retry")


def opened(*, cache: Cache | None = None, **policies: str) -> Catalog:
    files = {f"policies/{name}.yaml": text for name, text in policies.items()}
    write_pack(Path("packs"), "p", {"actions/go.yaml": action_text("go"), **files})
    return open_catalog([Path("packs")], cache=cache)


def with_parameters(text: str, parameters: str) -> str:
    return text.replace("{threshold: 3}", parameters)


def test_every_kind_of_policy_is_read(isolated: Path) -> None:
    """With StackStorm's defaults; from the cache as from the file."""
    attribute = with_parameters(
        LIMIT.replace("action.concurrency", "action.concurrency.attr").replace("limit", "each"),
        "{threshold: 1, action: cancel, attributes: [host, port, host]}",
    )
    retry = with_parameters(RETRY, "{retry_on: timeout, delay: 1.5}")
    cache = Cache(isolated / "cache.db")
    expected = (
        ConcurrencyPolicy(
            ref="p.limit", action_ref="p.go", threshold=3, place=Place(file=FILE, line=1, column=1)
        ),
        ConcurrencyPolicy(
            ref="p.each",
            action_ref="p.go",
            threshold=1,
            at_threshold=AtThreshold.CANCEL,
            attributes=("host", "port"),
            place=Place(file="packs/p/policies/b.yaml", line=1, column=1),
        ),
        RetryPolicy(
            ref="p.again",
            action_ref="p.go",
            retry_on=RetryOn.TIMEOUT,
            max_retry_count=2,
            delay=1.5,
            place=Place(file="packs/p/policies/c.yaml", line=1, column=1),
        ),
    )
    for _ in range(2):
        catalog = opened(cache=cache, a=LIMIT, b=attribute, c=retry)
        assert (catalog.policies("p.go"), catalog.problems) == (expected, ())
    assert opened(a=LIMIT).policies("p.other") == ()


def test_a_disabled_policy_does_not_hold() -> None:
    assert opened(a=LIMIT + "enabled: false\n").policies("p.go") == ()


def test_of_a_repeated_name_the_first_holds() -> None:
    catalog = opened(a=LIMIT, b=with_parameters(LIMIT, "{threshold: 4}"))
    assert [p.place.file for p in catalog.policies("p.go") if p.place] == [FILE]
    assert [problem.rule for problem in catalog.problems] == ["repeated-policy"]


def test_an_action_that_is_not_there_is_told() -> None:
    catalog = opened(a=LIMIT.replace("p.go", "p.goo"))
    assert [str(problem) for problem in catalog.problems] == [
        f"{FILE}:3:1: error[missing-action] there is no action p.goo (did you mean p.go?)"
    ]


BROKEN = [
    pytest.param(
        LIMIT.replace("action.concurrency", "action.concurency"),
        f"{FILE}:4:14: error[unknown-value] policy_type is 'action.concurency', which is none of"
        " action.concurrency, action.concurrency.attr, action.retry (did you mean"
        " action.concurrency?)",
        id="unknown type",
    ),
    pytest.param(
        with_parameters(LIMIT, "{}"),
        f"{FILE}:5:13: error[missing-key] parameters.threshold is missing",
        id="no threshold",
    ),
    pytest.param(
        LIMIT.replace("parameters: {threshold: 3}", ""),
        f"{FILE}:1:1: error[missing-key] parameters is missing",
        id="no parameters",
    ),
    pytest.param(
        with_parameters(LIMIT, "{threshold: 0}"),
        f"{FILE}:5:25: error[out-of-range] parameters.threshold must be at least 1, not 0",
        id="threshold too small",
    ),
    pytest.param(
        with_parameters(LIMIT, "{threshold: 1, action: wait}"),
        f"{FILE}:5:36: error[unknown-value] parameters.action is 'wait', which is none of cancel,"
        " delay",
        id="action",
    ),
    pytest.param(
        with_parameters(LIMIT, "{threshold: 1, attributes: [a]}"),
        f"{FILE}:5:28: error[unknown-key] the key 'parameters.attributes' is not known",
        id="attributes of the other type",
    ),
    pytest.param(
        with_parameters(RETRY, "{retry_on: failure, max_retry_count: 6}"),
        f"{FILE}:5:50: error[out-of-range] parameters.max_retry_count must be at most 5, not 6",
        id="too many tries",
    ),
    pytest.param(
        with_parameters(RETRY, "{retry_on: failure, delay: 121}"),
        f"{FILE}:5:40: error[out-of-range] parameters.delay must be at most 120, not 121",
        id="too long a delay",
    ),
    pytest.param(
        with_parameters(RETRY, "{delay: 1}"),
        f"{FILE}:5:13: error[missing-key] parameters.retry_on is missing",
        id="retry on nothing",
    ),
    pytest.param(
        LIMIT + "tags: []\n",
        f"{FILE}:6:1: error[unknown-key] the key 'tags' is not known",
        id="unknown key",
    ),
    pytest.param(
        LIMIT.replace("resource_ref: p.go\n", ""),
        f"{FILE}:1:1: error[missing-key] resource_ref is missing",
        id="no action",
    ),
]


@pytest.mark.parametrize(("text", "told"), BROKEN)
def test_mistakes_are_told_with_their_place(text: str, told: str) -> None:
    assert [str(problem) for problem in opened(a=text).problems] == [told]


@pytest.mark.parametrize("text", [param.values[0] for param in BROKEN if param.id != "unknown key"])
def test_a_broken_policy_does_not_hold(text: object) -> None:
    assert opened(a=str(text)).policies("p.go") == ()
