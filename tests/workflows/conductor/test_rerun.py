"""A workflow that has ended goes on: from what failed, or from chosen tasks."""

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.workflows.case import WorkflowStateError
from tests.support.workflows import Driven

LINE = """
    vars: [{x: none}]
    tasks:
      a: {action: core.noop, next: [{publish: [{x: <% result() %>}], do: b}]}
      b: {action: core.noop, next: [{when: <% succeeded() %>, do: c}]}
      c: {action: core.echo, input: {message: <% ctx(x) %>}}
    output: [{x: <% ctx(x) %>}]
"""


def test_it_goes_on_from_what_failed() -> None:
    driven = Driven(LINE).finish("a", result=1).fail("b").rerun()
    assert (driven.names, driven.status(), driven.output) == (["b"], Status.RUNNING, None)
    driven.finish("b", "c")
    assert (driven.status(), driven.output, driven.messages) == (Status.SUCCEEDED, {"x": 1}, [])
    assert driven.told == ["running", "end failed", "running", "end succeeded"]


def test_chosen_tasks_are_run_again_with_all_that_follows() -> None:
    driven = Driven(LINE).finish("a", result=1).finish("b", "c").rerun("a")
    assert driven.names == ["a"]
    driven.finish("a", result=2).finish("b")
    assert driven.started("c").input == {"message": 2}
    assert driven.finish("c").output == {"x": 2}


def test_of_two_chosen_tasks_of_which_one_follows_the_other_the_first_is_run() -> None:
    driven = Driven(LINE).finish("a", "b", "c").rerun("c", "b")
    assert driven.names == ["b"]


def test_the_output_tells_nothing_of_an_end_that_is_run_again() -> None:
    driven = Driven(LINE).finish("a", result=1).finish("b", "c").rerun("a").fail("a").fail("b")
    assert driven.output == {"x": None}


def test_items_that_failed_are_run_again_and_the_others_keep_their_results() -> None:
    text = """
        tasks:
          each:
            with: <% list(1, 2, 3) %>
            action: core.noop
            next: [{when: <% succeeded() %>, publish: [{got: <% result() %>}], do: noop}]
        output: [{got: <% ctx(got) %>}]
    """
    driven = Driven(text)
    driven.finish("each", item=0, result="a").fail("each", item=1).finish(
        "each", item=2, result="c"
    )
    driven.rerun()
    assert driven.names == ["each.1"]
    driven.finish("each", item=1, result="B")
    assert driven.output == {"got": ["a", "B", "c"]}


def test_all_items_are_run_again_where_that_is_wanted() -> None:
    driven = Driven('tasks: {each: {with: "<% list(1, 2) %>", action: core.noop}}')
    driven.finish("each", item=0).fail("each", item=1).rerun("each", reset_items=True)
    assert driven.names == ["each.0", "each.1"]


def test_items_that_all_succeeded_are_worked_out_anew() -> None:
    driven = Driven('tasks: {each: {with: "<% list(1, 2) %>", action: core.noop}}')
    driven.finish("each", item=0).finish("each", item=1).rerun("each")
    assert driven.names == ["each.0", "each.1"]


@pytest.mark.parametrize("needed", ["all", 1, 2])
def test_a_join_is_run_again_and_knows_what_the_other_branches_brought(needed: object) -> None:
    driven = Driven(f"""
        vars: [{{x: 0}}, {{y: 0}}]
        tasks:
          a: {{action: core.noop, next: [{{publish: [{{x: <% result() %>}}], do: z}}]}}
          b: {{action: core.noop, next: [{{publish: [{{y: <% result() %>}}], do: z}}]}}
          z: {{join: {needed}, action: core.noop}}
        output: [{{x: <% ctx(x) %>}}, {{y: <% ctx(y) %>}}]
    """)
    driven.finish("a", "b", result=1).finish("z").rerun("a")
    assert driven.finish("a", result=2).names == ["z"]
    driven.finish("z")
    assert driven.output == {"x": 2, "y": 0 if needed == 1 else 1}


def test_tries_are_counted_anew() -> None:
    driven = Driven("tasks: {a: {action: core.noop, retry: {count: 1}}}").fail("a", "a").rerun()
    assert driven.fail("a").names == ["a"]
    assert driven.fail("a").status() is Status.FAILED


def test_an_error_of_the_output_is_told_again() -> None:
    driven = Driven("tasks: {a: {action: c.x}}\noutput: [{x: <% ctx(no) %>}]").fail("a").rerun()
    driven.finish("a")
    assert driven.status() is Status.FAILED
    assert driven.messages == ["-: <% ctx(no) %>: there is no variable 'no'"]


def test_what_still_runs_or_never_ran_or_did_not_fail_is_refused() -> None:
    driven = Driven(LINE)
    with pytest.raises(WorkflowStateError, match="only one that has ended"):
        driven.rerun()
    driven.finish("a")
    driven.fail("b")
    with pytest.raises(WorkflowStateError, match="has never run c, x"):
        driven.rerun("b", "x", "c")
    driven.rerun().finish("b", "c")
    with pytest.raises(WorkflowStateError, match="no task of the workflow has failed"):
        driven.rerun()


def test_what_was_left_when_the_workflow_failed_is_started_too() -> None:
    driven = (
        Driven("""
        tasks:
          a: {action: core.noop}
          b: {action: core.noop, next: [{do: c}]}
          c: {action: core.noop}
    """)
        .fail("a")
        .finish("b")
        .rerun()
    )
    assert driven.names == ["a", "c"]
