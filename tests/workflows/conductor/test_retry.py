"""A task is tried again: when, how often, and after how long."""

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.workflows.events import Finished, Wish
from tests.support.workflows import Driven


def retried(retry: str, more: str = "") -> str:
    return f"""
        vars: [{{n: 2}}]
        tasks:
          a: {{action: core.noop, delay: 9, retry: {{{retry}}}, next: [{{do: b}}]}}
          b: {{action: core.noop{more}}}
    """


def test_a_task_that_fails_is_tried_again_as_often_as_it_says() -> None:
    driven = Driven(retried("count: 2")).fail("a").fail("a")
    assert driven.names == ["a"]
    assert driven.status() is Status.RUNNING
    assert driven.fail("a").names == ["b"], "then its ways are looked at"
    assert [task for task, _, _ in driven.conductor.sequence] == ["a", "b"]


def test_a_success_ends_the_tries() -> None:
    assert Driven(retried("count: 2")).fail("a").finish("a").names == ["b"]


def test_a_condition_decides_whatever_the_status() -> None:
    driven = Driven(retried("count: 3, when: <% result() != 'ready' %>"))
    assert driven.finish("a", result="no").names == ["a"]
    assert driven.fail("a", result="no").names == ["a"]
    assert driven.finish("a", result="ready").names == ["b"]


@pytest.mark.parametrize(
    ("retry", "tries", "delay"),
    [
        pytest.param("count: 1", 1, 0.0, id="no delay"),
        pytest.param("count: 1, delay: 5", 1, 5.0, id="a number"),
        pytest.param("count: <% ctx(n) %>, delay: <% ctx(n) + 1 %>", 2, 3.0, id="YAQL"),
        pytest.param("count: '{{ ctx().n }}', delay: '{{ ctx().n }}'", 2, 2.0, id="Jinja"),
        pytest.param("count: 0, delay: 1", 0, 0.0, id="never"),
    ],
)
def test_count_and_delay_are_numbers_or_expressions(retry: str, tries: int, delay: float) -> None:
    driven = Driven(retried(retry))
    assert driven.running[0].delay == 9, "its own delay is for the first try"
    for _ in range(tries):
        driven.fail("a")
        assert [(command.run.task, command.delay) for command in driven.running] == [("a", delay)]
    assert driven.fail("a").names == ["b"]


def test_the_command_retry_tries_three_times() -> None:
    driven = Driven("""
        tasks:
          a:
            action: core.noop
            next:
              - {when: <% failed() %>, do: retry}
              - {when: <% succeeded() %>, do: b}
          b: {action: core.noop}
    """)
    for _ in range(3):
        assert driven.fail("a").names == ["a"]
    assert driven.fail("a").status() is Status.FAILED


def test_all_items_are_run_again() -> None:
    driven = Driven("""
        tasks:
          a: {with: "<% list(1, 2) %>", action: core.noop, retry: {count: 1}}
    """)
    driven.finish("a", item=0).fail("a", item=1)
    assert driven.names == ["a.0", "a.1"]
    driven.finish("a", item=0).finish("a", item=1)
    assert driven.status() is Status.SUCCEEDED


def test_what_is_told_late_of_an_earlier_try_changes_nothing() -> None:
    driven = Driven(retried("count: 1"))
    first = driven.running[0].run
    driven.fail("a")
    driven.tell(Finished(run=first, status=Status.SUCCEEDED))
    assert driven.names == ["a"]
    assert driven.running[0].run.number != first.number


def test_a_workflow_that_is_paused_tries_again_when_it_goes_on() -> None:
    driven = Driven(retried("count: 1"))
    driven.wish(Wish.PAUSE)
    driven.fail("a")
    assert (driven.names, driven.status()) == ([], Status.PAUSED)
    driven.wish(Wish.RESUME)
    assert driven.names == ["a"]


def test_a_workflow_that_is_cancelled_tries_nothing_again() -> None:
    driven = Driven(retried("count: 1"))
    driven.wish(Wish.CANCEL)
    driven.fail("a")
    assert (driven.names, driven.status()) == ([], Status.CANCELED)
    assert driven.ended() is not None
