"""The path of a workflow says where each run led, and what it published."""

from tests.support.workflows import Driven

LOOP = """
vars: [{n: 0}]
tasks:
  go: {next: [{do: count}]}
  count:
    action: core.noop
    next:
      - when: <% succeeded() and ctx(n) < 1 %>
        publish: [{n: <% ctx(n) + 1 %>}]
        do: [count, log]
      - when: <% failed() %>
        do: count
      - when: <% succeeded() and ctx(n) >= 1 %>
        publish: done=true
  log: {action: core.noop}
"""


def test_a_step_knows_the_transitions_that_were_taken_and_what_they_published() -> None:
    driven = Driven("vars: [{n: 0}]\ntasks: {one: {action: core.noop, next: [{do: two}]}, two: {}}")
    assert [(s.task, s.runs, s.ways) for s in driven.conductor.path] == [("one", (0,), ())]


def test_a_loop_has_a_step_for_each_time_round() -> None:
    driven = Driven(LOOP)
    driven.finish("count").finish("log").finish("count")
    steps = {step.runs: step for step in driven.conductor.path if step.task == "count"}
    first, second = steps.values()
    (way,) = first.ways
    assert (way.transition, sorted(way.targets)) == (0, ["count", "log"])
    assert (way.published, way.replaced) == ({"n": 1}, {"n": 0})
    (last,) = second.ways
    assert (last.transition, last.targets) == (2, ("continue",))
    assert (last.published, last.replaced) == ({"done": True}, {})


def test_tries_of_a_task_are_runs_of_one_step() -> None:
    driven = Driven("tasks: {one: {action: core.noop, retry: {count: 2}}}")
    driven.fail("one").finish("one")
    (step,) = driven.conductor.path
    assert (step.runs, str(step.status)) == ((0, 1), "succeeded")
