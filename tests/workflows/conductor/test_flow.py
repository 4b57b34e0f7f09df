"""Which task comes after which: sequences, conditions, splits, joins, cycles, commands."""

import pytest

from chatops_cli.model.execution import Status
from tests.support.workflows import Driven

FAILED = "Execution failed. See result for details."

BRANCHES = """
tasks:
  a: {action: core.noop, next: [{do: [b, c, d]}]}
  b: {action: core.noop, next: [{do: z}]}
  c: {action: core.noop, next: [{do: z}]}
  d: {action: core.noop, next: [{do: z}]}
  z: {join: %s, action: core.noop}
"""


def test_tasks_that_nothing_leads_to_begin_together() -> None:
    driven = Driven("""
        tasks:
          b: {action: core.noop}
          a: {action: core.noop}
    """)
    assert driven.names == ["a", "b"]
    driven.finish("b")
    assert driven.status() is Status.RUNNING
    driven.finish("a")
    assert driven.ended() is not None
    assert driven.told == ["running", "end succeeded"]


def test_a_way_is_taken_where_its_condition_holds() -> None:
    text = """
        tasks:
          a:
            action: core.noop
            next:
              - {when: <% succeeded() %>, do: good}
              - {when: <% failed() %>, do: bad}
              - {when: "{{ completed() }}", do: both}
          good: {action: core.noop}
          bad: {action: core.noop}
          both: {action: core.noop}
    """
    assert Driven(text).finish("a").names == ["both", "good"]
    assert Driven(text).fail("a").names == ["bad", "both"]


def test_a_task_without_an_action_ends_at_once() -> None:
    driven = Driven("""
        tasks:
          a: {next: [{do: b}]}
          b: {next: [{do: c}]}
          c: {action: core.noop}
    """)
    assert driven.names == ["c"]


@pytest.mark.parametrize(
    ("needed", "ended", "names"),
    [
        pytest.param("all", ["b", "c"], ["d"], id="all, but one is missing"),
        pytest.param("all", ["b", "c", "d"], ["z"], id="all are there"),
        pytest.param("2", ["d", "b"], ["c", "z"], id="two are enough"),
        pytest.param("1", ["c"], ["b", "d", "z"], id="one is enough"),
    ],
)
def test_a_join_waits_for_as_many_as_it_says(
    needed: str, ended: list[str], names: list[str]
) -> None:
    assert Driven(BRANCHES % needed).finish("a", *ended).names == names


def test_a_join_by_count_runs_once() -> None:
    driven = Driven(BRANCHES % 1).finish("a", "c", "z", "b", "d")
    assert [task for task, _, _ in driven.conductor.sequence].count("z") == 1
    assert driven.status() is Status.SUCCEEDED


def test_a_join_that_will_never_be_reached_is_the_end_of_the_workflow() -> None:
    driven = Driven("""
        tasks:
          a: {action: core.noop, next: [{do: z}]}
          b: {action: core.noop, next: [{when: <% failed() %>, do: z}]}
          z: {join: all, action: core.noop}
    """).finish("a", "b")
    assert driven.status() is Status.FAILED
    assert driven.messages == [
        'z: UnreachableJoinError: The join task|route "z|0" is partially satisfied but unreachable.'
    ]


def test_a_task_that_several_lead_to_is_run_for_each_with_all_that_follows() -> None:
    driven = Driven("""
        tasks:
          a: {action: core.noop, next: [{do: [x, y]}]}
          b: {action: core.noop, next: [{do: x}]}
          x: {action: core.noop, next: [{do: [m, n]}]}
          y: {action: core.noop}
          m: {action: core.noop, next: [{do: z}]}
          n: {action: core.noop, next: [{do: z}]}
          z: {join: all, action: core.noop}
    """).finish("a", "b", "y", "x", "x")
    assert driven.names == ["m", "n", "m", "n"]
    driven.finish("m", "m")
    assert driven.names == ["n", "n"], "each branch has a join of its own"
    driven.finish("n")
    assert driven.names == ["n", "z"]
    driven.finish("n", "z", "z")
    assert driven.status() is Status.SUCCEEDED
    assert [(t, r) for t, r, _ in driven.conductor.sequence if t == "z"] == [("z", 1), ("z", 2)]


def test_a_cycle_goes_round_until_its_condition_fails() -> None:
    driven = Driven("""
        vars: [{n: 0}]
        tasks:
          begin: {next: [{do: work}]}
          work:
            action: core.echo
            input: {message: <% ctx(n) %>}
            next: [{publish: [{n: <% ctx(n) + 1 %>}], do: check}]
          check:
            next:
              - {when: <% ctx(n) < 3 %>, do: work}
              - {when: <% ctx(n) >= 3 %>, do: noop}
        output: [{n: <% ctx(n) %>}]
    """)
    for number in range(3):
        assert driven.started("work").input == {"message": number}
        driven.finish("work")
    assert driven.status() is Status.SUCCEEDED
    assert driven.output == {"n": 3}


def test_a_join_in_a_cycle_waits_each_time() -> None:
    driven = Driven("""
        vars: [{n: 0}]
        tasks:
          start: {next: [{publish: [{n: <% ctx(n) + 1 %>}], do: [b, c]}]}
          b: {action: core.noop, next: [{do: z}]}
          c: {action: core.noop, next: [{do: z}]}
          z: {join: all, next: [{when: <% ctx(n) < 2 %>, do: again}]}
          again: {next: [{publish: [{n: <% ctx(n) + 1 %>}], do: [b, c]}]}
    """)
    assert driven.finish("b").names == ["c"]
    assert driven.finish("c").names == ["b", "c"]
    assert driven.finish("c").names == ["b"]
    assert driven.finish("b").status() is Status.SUCCEEDED


def test_a_task_reached_again_while_it_runs_is_a_run_of_its_own() -> None:
    driven = Driven("""
        tasks:
          begin: {next: [{do: [slow, fast]}]}
          fast: {action: core.noop, next: [{do: slow}]}
          slow: {action: core.noop, next: [{when: <% failed() %>, do: fast}]}
    """).finish("fast")
    assert driven.names == ["slow", "slow"]
    driven.finish("slow")
    assert driven.status() is Status.RUNNING
    driven.finish("slow")
    assert driven.status() is Status.SUCCEEDED


def test_a_failure_without_an_answer_ends_the_workflow_at_once_and_starts_nothing_more() -> None:
    driven = Driven("""
        tasks:
          a: {action: core.noop}
          b: {action: core.noop, next: [{do: c}]}
          c: {action: core.noop}
    """).fail("a", result={"stderr": "no disk"})
    assert driven.status() is Status.FAILED
    assert driven.ended() is None, "b still runs"
    driven.finish("b")
    assert driven.names == []
    end = driven.ended()
    assert end is not None
    assert end.errors == (
        {"type": "error", "message": FAILED, "task_id": "a", "result": {"stderr": "no disk"}},
    )


def test_a_failure_that_the_workflow_answers_is_none_of_its_own() -> None:
    driven = (
        Driven("""
        tasks:
          a: {action: core.noop, next: [{when: <% failed() %>, do: b}]}
          b: {action: core.noop}
    """)
        .fail("a")
        .finish("b")
    )
    assert driven.status() is Status.SUCCEEDED
    assert driven.messages == [f"a: {FAILED}"]


def test_a_timeout_is_a_failure_and_an_abandoned_action_too() -> None:
    text = "tasks: {a: {action: core.noop}}"
    assert Driven(text).finish("a", status=Status.TIMEOUT).status() is Status.FAILED
    assert Driven(text).finish("a", status=Status.ABANDONED).status() is Status.FAILED


def test_an_action_that_somebody_cancels_cancels_the_workflow() -> None:
    driven = Driven("tasks: {a: {action: core.noop}, b: {action: core.noop}}")
    driven.finish("a", status=Status.CANCELED)
    assert driven.status() is Status.CANCELING
    assert driven.finish("b").status() is Status.CANCELED


@pytest.mark.parametrize(
    ("command", "status", "messages"),
    [
        pytest.param("continue", Status.FAILED, [f"a: {FAILED}"], id="continue: failed as it is"),
        pytest.param("noop", Status.SUCCEEDED, [f"a: {FAILED}"], id="noop: that was all right"),
        pytest.param("fail", Status.FAILED, [f"a: {FAILED}", f"fail: {FAILED}"], id="fail"),
    ],
)
def test_a_command_after_a_failure(command: str, status: Status, messages: list[str]) -> None:
    driven = Driven(f"tasks: {{a: {{action: core.noop, next: [{{do: {command}}}]}}}}").fail("a")
    assert (driven.status(), driven.messages) == (status, messages)


def test_what_stands_beside_the_command_fail_cleans_up() -> None:
    driven = Driven("""
        tasks:
          a: {action: core.noop, next: [{when: <% failed() %>, do: [clean, fail]}]}
          clean: {action: core.noop}
          b: {action: core.noop, next: [{do: c}]}
          c: {action: core.noop}
    """).fail("a")
    assert driven.status() is Status.FAILED
    assert driven.names == ["b", "clean"]
    driven.finish("b")
    assert driven.names == ["clean"], "only what cleans up is started"
    driven.finish("clean")
    assert driven.told[-1] == "end failed"


def test_ten_thousand_tasks_one_after_the_other() -> None:
    lines = [f"  t{n}: {{next: [{{do: t{n + 1}}}]}}" for n in range(10_000)]
    driven = Driven("\n".join(["tasks:", *lines, "  t10000: {action: core.noop}"]))
    assert driven.names == ["t10000"]
    assert driven.finish("t10000").status() is Status.SUCCEEDED


def test_a_thousand_nested_branches() -> None:
    lines = [
        f"  t{n}: {{next: [{{do: [t{n + 1}, s{n}]}}]}}\n  s{n}: {{next: [{{do: noop}}]}}"
        for n in range(1_000)
    ]
    driven = Driven("\n".join(["tasks:", *lines, "  t1000: {action: core.noop}"]))
    assert driven.finish("t1000").status() is Status.SUCCEEDED
