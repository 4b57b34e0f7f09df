"""``task(…)`` and ``task_status(…)`` tell of other tasks, as the task at hand sees them."""

from chatops_cli.model.execution import Status
from tests.support.workflows import Driven


def test_the_status_and_the_result_of_other_tasks_can_be_asked_for() -> None:
    driven = Driven("""
        tasks:
          a: {action: core.noop, next: [{do: b}]}
          b:
            action: core.echo
            input:
              message: <% task(a).result.n %>
              status: <% task_status(a) %> <% task_status(c) %>
          c: {action: core.noop, next: [{when: <% failed() %>, do: b}]}
    """).finish("a", result={"n": 5})
    assert driven.started("b").input == {"message": 5, "status": "succeeded running"}


def test_the_run_of_a_task_that_has_not_run_can_not_be_asked_for() -> None:
    driven = Driven("""
        tasks:
          a: {action: core.noop, next: [{publish: [{x: <% task(b) %>}], do: b}]}
          b: {action: core.noop}
    """).finish("a")
    assert driven.status() is Status.FAILED
    assert driven.messages == ["a: <% task(b) %>: the task 'b' has not run here"]


FUNCTIONS = """
    vars: [{loop: true}]
    tasks:
      begin: {action: core.noop, next: [{do: around}]}
      around:
        action: core.local
        next:
          - when: <% ctx(loop) %>
            publish: [{loop: false}, {own: <% task().task_id %>}]
            do: around
          - {when: <% not ctx(loop) %>, do: noop}
      left: {action: core.noop, next: [{do: split}]}
      right: {action: core.noop, next: [{do: split}]}
      split: {action: core.noop, next: [{do: leaf}]}
      leaf:
        action: core.echo
        input:
          message: "<% task(split).task_id %> <% task(split).route %> <% task_status(left) %>"
    output:
      - own: <% ctx(own) %>
      - last: <% task(around).result %>
      - leaf1: <% task(leaf, route => 1).result %>
      - leaf2: "{{ task('leaf', route=2).result }}"
      - status: <% task_status(leaf) %> <% task_status(leaf, 1) %> <% task_status(leaf, 9) %>
"""


def test_a_task_is_asked_for_on_its_route_or_on_the_one_it_came_from() -> None:
    """Source: StackStorm's own test of these functions, whose output this is."""
    driven = (
        Driven(FUNCTIONS)
        .finish("begin")
        .finish("around", result="first")
        .finish("left", "right", "split")
    )
    driven.finish("split").restored().finish("around", result="last")
    messages = [each.input["message"] for each in driven.running]
    assert messages == ["split 1 succeeded", "split 2 succeeded"]
    driven.finish("leaf", result="l1").restored().finish("leaf", result="l2")
    assert driven.output == {
        "own": "around",
        "last": "last",
        "leaf1": "l1",
        "leaf2": "l2",
        "status": "null succeeded null",
    }


def test_after_a_join_what_its_branches_gave_can_be_asked_for() -> None:
    driven = (
        Driven("""
        tasks:
          a: {action: core.noop, next: [{do: z}]}
          b: {action: core.noop, next: [{do: z}]}
          z: {join: all, action: c.x, input: {all: "<% [task(a).result, task(b).result] %>"}}
    """)
        .finish("b", result=2)
        .restored()
        .finish("a", result=1)
    )
    assert driven.started("z").input == {"all": [1, 2]}


def test_the_result_of_a_task_with_items_tells_of_those_that_have_ended() -> None:
    driven = (
        Driven("""
        tasks:
          a: {with: "<% list(1, 2) %>", action: core.noop}
          b: {action: core.noop, next: [{do: c}]}
          c: {action: c.x, input: {got: <% task(a).result.items %>, status: <% task(a).status %>}}
          d:
            with: <% list() %>
            action: core.noop
            next: [{publish: [{d: <% task().result %>}]}]
        output: [{d: <% ctx(d) %>}]
    """)
        .finish("a", item=1, result="y")
        .restored()
        .finish("b")
    )
    assert driven.started("c").input == {
        "got": [None, {"status": "succeeded", "result": "y"}],
        "status": "running",
    }
    driven.finish("a", item=0).finish("c")
    assert driven.output == {"d": {"items": []}}


def test_the_result_of_a_task_with_items_tells_of_each() -> None:
    driven = Driven("""
        tasks:
          a:
            with: <% list(1, 2) %>
            action: core.noop
            next: [{publish: [{got: <% task(a).result %>}], do: noop}]
        output: [{got: <% ctx(got) %>}]
    """)
    driven.finish("a", item=0, result="x").fail("a", item=1, result="y")
    assert driven.output == {
        "got": {
            "items": [
                {"status": "succeeded", "result": "x"},
                {"status": "failed", "result": "y"},
            ]
        }
    }
