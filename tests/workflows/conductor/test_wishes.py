"""A workflow is paused, resumed, cancelled; it waits for answers."""

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.workflows.case import WorkflowStateError
from chatops_cli.workflows.events import Finished, Run, Waiting, Wish
from tests.support.workflows import Driven

TWO = """
    tasks:
      a: {action: core.ask, next: [{when: <% succeeded() %>, do: b}]}
      b: {action: core.noop}
      c: {action: core.noop}
"""
EACH = """
    tasks:
      each: {with: {items: "<% list(1, 2, 3) %>", concurrency: 1}, action: core.noop}
"""


def test_a_paused_workflow_starts_nothing_and_what_runs_ends() -> None:
    driven = Driven(TWO)
    driven.wish(Wish.PAUSE)
    assert driven.status() is Status.PAUSING
    driven.finish("a")
    assert driven.status() is Status.PAUSING
    driven.finish("c")
    assert (driven.names, driven.status()) == ([], Status.PAUSED)
    driven.wish(Wish.RESUME)
    assert driven.names == ["b"]
    driven.finish("b")
    assert driven.told == ["running", "stop pause", "pausing", "paused", "running", "end succeeded"]


def test_resumed_before_all_had_ended_it_just_goes_on() -> None:
    driven = Driven(TWO)
    driven.wish(Wish.PAUSE)
    driven.finish("a")
    driven.wish(Wish.RESUME)
    assert driven.names == ["c", "b"]


def test_paused_at_its_last_task_it_ends_when_it_is_resumed() -> None:
    driven = Driven("tasks: {a: {action: core.noop}}")
    driven.wish(Wish.PAUSE)
    driven.finish("a")
    assert (driven.status(), driven.ended()) == (Status.PAUSED, None)
    driven.wish(Wish.RESUME)
    assert driven.told[-1] == "end succeeded"


def test_a_join_that_waits_in_vain_is_an_error_after_a_pause_too() -> None:
    driven = Driven("""
        tasks:
          a: {action: core.noop, next: [{do: z}]}
          b: {action: core.noop, next: [{when: <% failed() %>, do: z}]}
          z: {join: all, action: core.noop}
    """)
    driven.wish(Wish.PAUSE)
    driven.finish("a", "b")
    driven.wish(Wish.RESUME)
    assert driven.told[-1] == "end failed"


def test_a_failure_ends_a_workflow_that_is_being_paused() -> None:
    driven = Driven(TWO)
    driven.wish(Wish.PAUSE)
    driven.fail("a")
    assert driven.status() is Status.FAILED
    driven.finish("c")
    assert driven.told[-1] == "end failed"


def test_a_paused_task_with_items_starts_no_more_of_them() -> None:
    driven = Driven(EACH)
    driven.wish(Wish.PAUSE)
    driven.finish("each", item=0)
    assert (driven.names, driven.status()) == ([], Status.PAUSED)
    driven.wish(Wish.RESUME)
    assert driven.names == ["each.1"]


def test_resumed_while_an_item_ran_it_goes_on_after_that() -> None:
    driven = Driven(EACH)
    driven.wish(Wish.PAUSE)
    driven.wish(Wish.RESUME)
    assert driven.finish("each", item=0).names == ["each.1"]


def test_a_cancelled_workflow_waits_for_what_runs() -> None:
    driven = Driven(TWO)
    driven.wish(Wish.CANCEL)
    assert driven.told == ["running", "stop cancel", "canceling"]
    driven.finish("a", status=Status.CANCELED)
    assert driven.status() is Status.CANCELING
    driven.finish("c")
    assert driven.told[-1] == "end canceled"
    assert driven.names == []


def test_a_failure_while_it_is_cancelled_does_not_make_it_one() -> None:
    driven = Driven(TWO)
    driven.wish(Wish.CANCEL)
    driven.fail("a", "c")
    assert driven.told[-1] == "end canceled"


def test_a_cancelled_task_with_items_starts_no_more_of_them() -> None:
    driven = Driven(EACH)
    driven.wish(Wish.CANCEL)
    driven.finish("each", item=0)
    assert driven.told[-1] == "end canceled"
    assert ("each", 0, "canceled") in driven.conductor.sequence


def test_cancelled_while_paused_it_ends_at_once() -> None:
    driven = Driven(TWO)
    driven.wish(Wish.PAUSE)
    driven.finish("a", "c")
    driven.wish(Wish.CANCEL)
    assert driven.told[-2:] == ["stop cancel", "end canceled"]


@pytest.mark.parametrize("wish", list(Wish))
def test_a_workflow_that_has_ended_can_not_be_paused_resumed_or_cancelled(wish: Wish) -> None:
    driven = Driven(TWO).fail("a", "c")
    with pytest.raises(WorkflowStateError, match="the workflow has ended"):
        driven.wish(wish)


def test_what_runs_can_not_be_resumed_and_what_is_cancelled_not_paused() -> None:
    driven = Driven(TWO)
    with pytest.raises(WorkflowStateError, match="not paused but running"):
        driven.wish(Wish.RESUME)
    driven.wish(Wish.CANCEL)
    with pytest.raises(WorkflowStateError, match="being cancelled"):
        driven.wish(Wish.PAUSE)


def test_a_question_pauses_the_workflow_until_it_is_answered() -> None:
    driven = Driven(TWO).wait("a")
    assert driven.status() is Status.PAUSING, "c still runs"
    driven.finish("c")
    assert driven.status() is Status.PAUSED
    driven.finish("a", result={"answer": "yes"})
    assert (driven.names, driven.status()) == (["b"], Status.RUNNING)


@pytest.mark.parametrize("status", [Status.FAILED, Status.TIMEOUT])
def test_a_question_that_nobody_answers_fails(status: Status) -> None:
    driven = Driven(TWO).wait("a").finish("c").finish("a", status=status)
    assert driven.told[-1] == "end failed"


def test_an_answer_does_not_resume_what_somebody_paused() -> None:
    driven = Driven(TWO).wait("a")
    driven.wish(Wish.PAUSE)
    driven.finish("c", "a")
    assert (driven.names, driven.status()) == ([], Status.PAUSED)
    driven.wish(Wish.RESUME)
    assert driven.names == ["b"]


def test_a_question_that_fails_while_somebody_paused_the_workflow_ends_it() -> None:
    driven = Driven(TWO).wait("a")
    driven.wish(Wish.PAUSE)
    driven.finish("c").fail("a")
    assert driven.told[-1] == "end failed"


def test_with_two_questions_each_answer_lets_its_branch_take_a_step() -> None:
    driven = (
        Driven("""
        tasks:
          a: {action: core.ask, next: [{do: b}]}
          b: {action: core.noop}
          c: {action: core.ask, next: [{do: d}]}
          d: {action: core.noop}
    """)
        .wait("a")
        .wait("c")
        .finish("a")
    )
    assert driven.status() is Status.PAUSED
    driven.finish("c")
    assert driven.names == ["b", "d"]


def test_at_the_end_what_still_waits_is_cancelled() -> None:
    driven = Driven(TWO).wait("a").fail("c")
    assert driven.told[-2:] == ["stop cancel", "end failed"]
    waiting = driven.started("a").run
    assert driven.tell(Finished(run=waiting, status=Status.SUCCEEDED)) == (), "too late"


def test_a_workflow_in_it_that_is_paused_pauses_it_and_goes_on_with_it() -> None:
    driven = Driven("tasks: {sub: {action: test.sub}}").wait("sub", status=Status.PAUSED)
    assert driven.status() is Status.PAUSED
    driven.wish(Wish.RESUME)
    assert driven.told[-2:] == ["resume runs", "running"]
    driven.wait("sub", status=Status.RUNNING)
    assert driven.finish("sub").status() is Status.SUCCEEDED


def test_a_workflow_in_it_that_goes_on_by_itself_resumes_it() -> None:
    driven = Driven("tasks: {sub: {action: test.sub}}").wait("sub", status=Status.PAUSED)
    driven.wait("sub", status=Status.RUNNING)
    assert driven.status() is Status.RUNNING
    driven.wish(Wish.PAUSE)
    assert driven.status() is Status.PAUSING


def test_a_workflow_in_it_that_goes_on_does_not_resume_what_somebody_paused() -> None:
    driven = Driven("tasks: {sub: {action: test.sub, next: [{do: b}]}, b: {action: core.noop}}")
    driven.wish(Wish.PAUSE)
    driven.wait("sub", status=Status.PAUSED)
    assert driven.status() is Status.PAUSED
    driven.wait("sub", status=Status.RUNNING)
    assert driven.status() is Status.PAUSING
    driven.finish("sub")
    assert (driven.names, driven.status()) == ([], Status.PAUSED)


def test_events_of_runs_that_there_are_not_are_refused() -> None:
    driven = Driven(EACH)
    run = driven.running[0].run
    for wrong in (
        Run(task="each", number=7),
        Run(task="each", number=-1),
        Run(task="other", number=run.number),
        Run(task="each", number=run.number, item=3),
        Run(task="each", number=run.number),
    ):
        with pytest.raises(WorkflowStateError):
            driven.tell(Finished(run=wrong, status=Status.SUCCEEDED))


def test_an_event_with_the_status_of_another_is_refused() -> None:
    driven = Driven(TWO)
    run = driven.running[0].run
    with pytest.raises(WorkflowStateError, match="no action has ended running"):
        driven.tell(Finished(run=run, status=Status.RUNNING))
    with pytest.raises(WorkflowStateError, match="no action waits failed"):
        driven.tell(Waiting(run=run, status=Status.FAILED))


def test_what_has_ended_stays_as_it_is() -> None:
    driven = Driven(TWO)
    run = driven.started("a").run
    driven.finish("a")
    assert driven.tell(Finished(run=run, status=Status.FAILED)) == ()
    assert driven.names == ["c", "b"]
