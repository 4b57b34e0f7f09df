"""A task with items runs its action for each of them."""

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.workflows.events import Finished, RunAction
from tests.support.workflows import Driven

EACH = """
    input: [xs]
    tasks:
      each:
        with: %s
        action: core.echo
        input: {message: "%s"}
        next:
          - {when: <%% succeeded() %%>, publish: [{got: <%% result() %%>}], do: noop}
    output: [{got: <%% ctx(got) %%>}]
"""
PLAIN = EACH % ("<% ctx(xs) %>", "<% item() %>")
BY_TWO = EACH % ("{items: <% ctx(xs) %>, concurrency: 2}", "<% item() %>")


def messages(driven: Driven) -> list[Json]:
    return [command.input["message"] for command in driven.running]


@pytest.mark.parametrize(
    ("items", "message", "given", "expected"),
    [
        pytest.param("<% ctx(xs) %>", "<% item() %>", [1, "b"], [1, "b"], id="a list"),
        pytest.param("x in <% ctx(xs) %>", "<% item(x) %>", [1, 2], [1, 2], id="a name"),
        pytest.param(
            "a, b in <% zip(ctx(xs), ctx(xs)) %>",
            "<% item(a) %>-<% item(b) %>",
            [1, 2],
            ["1-1", "2-2"],
            id="several names",
        ),
        pytest.param("{{ ctx('xs') }}", "{{ item().k }}", [{"k": 1}], [1], id="Jinja"),
    ],
)
def test_each_item_is_run(items: str, message: str, given: Json, expected: list[Json]) -> None:
    assert messages(Driven(EACH % (f'"{items}"', message), {"xs": given})) == expected


def test_the_result_is_a_list_in_the_order_of_the_items() -> None:
    driven = Driven(PLAIN, {"xs": ["a", "b", "c"]})
    for item in (2, 0, 1):
        driven.finish("each", item=item, result=f"r{item}")
    assert driven.output == {"got": ["r0", "r1", "r2"]}


def test_no_items_are_a_success_with_no_results() -> None:
    driven = Driven(PLAIN, {"xs": []})
    assert (driven.status(), driven.output) == (Status.SUCCEEDED, {"got": []})


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        pytest.param("abc", "str", id="a text"),
        pytest.param({"a": 1}, "dict", id="an object"),
        pytest.param(5, "int", id="a number"),
        pytest.param(None, "NoneType", id="null"),
    ],
)
def test_what_is_no_list_is_the_end(given: Json, kind: str) -> None:
    driven = Driven(PLAIN, {"xs": given})
    assert driven.status() is Status.FAILED
    assert f"each: the items of task 'each' are no list but {kind}" in driven.messages


def test_no_more_run_at_a_time_than_the_limit() -> None:
    driven = Driven(BY_TWO, {"xs": [0, 1, 2, 3]})
    assert driven.names == ["each.0", "each.1"]
    assert driven.finish("each", item=1).names == ["each.0", "each.2"]
    assert driven.finish("each", item=0).names == ["each.2", "each.3"]
    driven.finish("each", item=2).finish("each", item=3)
    assert driven.status() is Status.SUCCEEDED


@pytest.mark.parametrize(
    ("limit", "running"),
    [("0", 1), ("<% -3 %>", 1), ("<% 2 + 1 %>", 3), ("'{{ 2 }}'", 2)],
)
def test_the_limit_is_at_least_one_and_may_be_an_expression(limit: str, running: int) -> None:
    text = EACH % (f"{{items: <% ctx(xs) %>, concurrency: {limit}}}", "x")
    assert len(Driven(text, {"xs": [1, 2, 3, 4]}).running) == running


def test_a_limit_that_is_no_number_is_the_end() -> None:
    text = EACH % ("{items: <% ctx(xs) %>, concurrency: <% ctx(xs) %>}", "x")
    assert Driven(text, {"xs": [1]}).messages[0] == (
        "each: the concurrency of task 'each' is no whole number: [1]"
    )


def test_after_a_failure_no_more_items_are_started_and_the_rest_is_awaited() -> None:
    driven = Driven(BY_TWO, {"xs": [0, 1, 2, 3]}).fail("each", item=0, result="bad")
    assert driven.names == ["each.1", "each.2"], "others run: so does the task"
    driven.finish("each", item=1)
    driven.finish("each", item=2).finish("each", item=3)
    assert driven.status() is Status.FAILED


def test_the_last_item_at_work_failing_leaves_those_that_were_not_started() -> None:
    text = EACH % ("{items: <% ctx(xs) %>, concurrency: 1}", "x")
    driven = Driven(text, {"xs": [0, 1, 2]}).finish("each", item=0).fail("each", item=1)
    assert driven.names == []
    assert driven.told[-1] == "end failed"


def test_a_failure_elsewhere_starts_no_more_items_and_the_end_comes() -> None:
    driven = Driven(
        """
        tasks:
          each: {with: {items: "<% list(1, 2, 3) %>", concurrency: 1}, action: core.noop}
          other: {action: core.noop}
        """
    ).fail("other")
    assert driven.ended() is None
    driven.finish("each", item=0)
    assert driven.names == []
    assert driven.ended() is not None
    driven.rerun()
    assert driven.names == ["each.1", "other"], "it goes on where it stood"
    driven.finish("other").finish("each", item=1).finish("each", item=2)
    assert driven.status() is Status.SUCCEEDED


def test_a_cancelled_item_cancels_the_task_when_the_others_have_ended() -> None:
    driven = Driven(PLAIN, {"xs": [0, 1]}).finish("each", item=0, status=Status.CANCELED)
    assert driven.status() is Status.CANCELING
    assert driven.finish("each", item=1).status() is Status.CANCELED


def test_the_delay_is_for_those_that_follow_no_other() -> None:
    driven = Driven("""
        tasks:
          each:
            delay: 7
            with: {items: "<% list(1, 2, 3) %>", concurrency: 2}
            action: core.noop
    """).finish("each", item=0)
    delays = [each.delay for each in driven.log if isinstance(each, RunAction)]
    assert delays == [7, 7, 0]


def test_while_one_item_waits_for_an_answer_the_others_go_on() -> None:
    driven = Driven(BY_TWO, {"xs": [0, 1, 2]}).wait("each", 0).finish("each", item=1)
    assert driven.names == ["each.0", "each.2"]
    driven.finish("each", item=2)
    assert driven.status() is Status.PAUSED
    assert driven.finish("each", item=0, result="yes").status() is Status.SUCCEEDED
    assert driven.output == {"got": ["yes", None, None]}


def test_what_is_told_twice_of_an_item_counts_once() -> None:
    driven = Driven(PLAIN, {"xs": [0, 1]})
    first = driven.started("each", 0).run
    driven.finish("each", item=0, result="right")
    driven.tell(Finished(run=first, status=Status.FAILED, result="late"))
    driven.finish("each", item=1, result="too")
    assert driven.output == {"got": ["right", "too"]}


def test_fifty_thousand_items() -> None:
    driven = Driven(PLAIN, {"xs": list(range(50_000))})
    commands, driven.running = driven.running, []
    assert len(commands) == 50_000
    for command in commands[::-1]:
        driven.tell(Finished(run=command.run, status=Status.SUCCEEDED, result=command.run.item))
    assert driven.output == {"got": list(range(50_000))}
