"""Values of any size and shape: what can't be handled is an error that says so."""

import json

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.workflows.nesting import NESTING_LIMIT
from tests.support.workflows import Driven

DEEP = "is nested more than 100 levels deep"


def nested(levels: int, kind: str = "object") -> Json:
    value: Json = 1
    for _ in range(levels):
        value = {"a": value} if kind == "object" else [value]
    return value


PUBLISHED = """
    tasks:
      a: {action: core.noop, next: [{publish: [{x: <% result() %>}], do: b}]}
      b: {action: core.noop, next: [{publish: [{x: <% result() %>}], do: c}]}
      c: {action: c.x, input: {x: <% ctx(x) %>, y: "{{ ctx('x') | to_json_string }}"}}
    output: [{x: <% ctx(x) %>}]
"""


@pytest.mark.parametrize("kind", ["object", "list"])
def test_the_deepest_value_that_is_taken_goes_all_the_way(kind: str) -> None:
    value = nested(NESTING_LIMIT, kind)
    driven = Driven(PUBLISHED).finish("a", result=value).finish("b", result=value).restored()
    assert driven.started("c").input == {"x": value, "y": json.dumps(value)}
    driven.finish("c")
    assert (driven.status(), driven.output) == (Status.SUCCEEDED, {"x": value})


@pytest.mark.parametrize("levels", [NESTING_LIMIT + 1, 5_000])
@pytest.mark.parametrize("kind", ["object", "list"])
def test_a_task_whose_result_is_deeper_fails(levels: int, kind: str) -> None:
    driven = Driven(PUBLISHED).finish("a", result=nested(levels, kind))
    assert driven.names == ["b"], "a way without a condition is taken after a failure, too"
    driven.restored().fail("b", result=nested(levels, kind))
    assert [text for text in driven.messages if "nested" in text] == [
        f"a: the result of task 'a' {DEEP}",
        f"b: the result of task 'b' {DEEP}",
    ]


def test_an_item_whose_result_is_deeper_fails() -> None:
    driven = Driven('tasks: {a: {with: "<% list(1, 2) %>", action: c.x}}')
    driven.finish("a", item=0, result=nested(200)).finish("a", item=1)
    assert driven.status() is Status.FAILED
    assert driven.messages[0] == f"a: the result of task 'a' {DEEP}"


def test_an_input_that_is_deeper_keeps_it_from_beginning() -> None:
    driven = Driven("input: [x]\ntasks: {a: {action: c.x}}", {"x": nested(5_000)})
    assert (driven.status(), driven.names) == (Status.FAILED, [])
    assert driven.messages == [f"-: the value of 'x' {DEEP}"]


def test_a_loop_that_nests_what_it_publishes_ends() -> None:
    driven = Driven("""
        vars: [{x: 0}]
        tasks:
          a: {next: [{do: b}]}
          b: {next: [{publish: [{x: {deeper: <% ctx(x) %>}}], do: b}]}
    """)
    assert driven.status() is Status.FAILED
    assert driven.messages == [f"b: the value of 'x' {DEEP}"]


@pytest.mark.parametrize(
    "tasks",
    [
        pytest.param("{a: {next: [{do: b}]}, b: {next: [{do: b}]}}", id="round and round"),
        pytest.param(
            "{a: {next: [{do: b}]}, b: {with: '<% [] %>', action: c.x, next: [{do: c}]},"
            " c: {next: [{do: b}]}}",
            id="with no items",
        ),
    ],
)
def test_a_loop_without_actions_ends(tasks: str) -> None:
    driven = Driven(f"tasks: {tasks}")
    assert (driven.status(), driven.told[-1]) == (Status.FAILED, "end failed")
    assert "more than 20,000 tasks without an action ran one after the other" in driven.messages[0]


@pytest.mark.parametrize("text", ["<% st2kv('system.a') %>", "{{ ctx('b') }}", "<% 1 + %>"])
def test_what_is_given_is_never_evaluated(text: str) -> None:
    """Somebody may have typed it in a chat."""
    driven = Driven(
        """
        input: [a, {b: <% ctx(a) %>}]
        vars: [{c: <% ctx(b) %>}]
        tasks:
          t: {action: c.x, input: {a: <% ctx(a) %>, c: "{{ ctx('c') }}"}, next: [{do: u}]}
          u: {action: c.x, input: {m: <% task(t).result %>}}
        output: [{o: <% ctx(a) %>}]
        """,
        {"a": text},
    )
    assert driven.started("t").input == {"a": text, "c": text}
    driven.finish("t", result=text)
    assert driven.started("u").input == {"m": text}
    assert driven.finish("u").output == {"o": text}
