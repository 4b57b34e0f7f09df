"""Inputs, variables, what is published, how it meets at joins, and the output."""

import pytest

from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from tests.support.workflows import Driven


def test_an_input_has_its_value_or_its_default_which_may_look_at_those_before() -> None:
    driven = Driven(
        """
        input: [a, {b: <% ctx(a) %>!}, {c: 3}, d]
        vars: [{e: "<% ctx(b) %>?"}]
        tasks: {t: {action: core.noop}}
        output: [{all: "<% ctx(b) %> <% ctx(c) %> <% ctx(d) %> <% ctx(e) %>"}]
        """,
        {"a": "x", "c": 4},
    ).finish("t")
    assert driven.output == {"all": "x! 4 None x!?"}


def test_the_context_given_is_there_beside_the_inputs() -> None:
    driven = Driven(
        "tasks: {t: {action: core.echo, input: {message: <% ctx(st2).user %>}}}",
        context={"st2": {"user": "ann"}},
    )
    assert driven.started("t").input == {"message": "ann"}


@pytest.mark.parametrize(
    "publish",
    [
        pytest.param("[{x: <% result() %>}, {y: <% ctx(x) %>}]", id="a list"),
        pytest.param("x=<% result() %> y=<% ctx(x) %>", id="inline"),
    ],
)
def test_each_value_published_sees_those_before_it(publish: str) -> None:
    driven = Driven(
        f"""
        tasks:
          a:
            action: core.noop
            next: [{{publish: {publish!r}, do: noop}}]
        output: [{{x: <% ctx(x) %>}}, {{y: <% ctx(y) %>}}]
    """.replace("'[", "[").replace("]'", "]")
    ).finish("a", result={"k": [1]})
    assert driven.output == {"x": {"k": [1]}, "y": {"k": [1]}}


def test_what_one_branch_publishes_another_does_not_see() -> None:
    driven = Driven("""
        vars: [{x: old}]
        tasks:
          a: {action: core.noop, next: [{publish: [{x: new}], do: b}]}
          b: {action: core.echo, input: {message: <% ctx(x) %>}}
          c: {action: core.noop, next: [{do: d}]}
          d: {action: core.echo, input: {message: <% ctx(x) %>}}
    """).finish("a", "c")
    assert driven.started("b").input == {"message": "new"}
    assert driven.started("d").input == {"message": "old"}


JOINED = """
    vars: [{x: 0}, {o: {}}]
    tasks:
      a: {action: core.noop, next: [{publish: [{x: a}, {o: {a: 1, both: a}}], do: z}]}
      b: {action: core.noop, next: [{publish: [{x: b}, {o: {b: 2, both: b}}], do: z}]}
      c: {action: core.noop, next: [{do: z}]}
      z: {join: all, action: core.noop}
    output: [{x: <% ctx(x) %>}, {o: <% ctx(o) %>}]
"""


@pytest.mark.parametrize(
    ("order", "last"),
    [
        pytest.param("abc", "b", id="what published nothing takes nothing back"),
        pytest.param("bca", "a", id="the last to arrive has the last word"),
    ],
)
def test_where_branches_join_objects_are_merged(order: str, last: str) -> None:
    driven = Driven(JOINED).finish(*order, "z")
    assert driven.output == {"x": last, "o": {"a": 1, "b": 2, "both": last}}


def test_the_output_sees_what_all_ends_published() -> None:
    driven = Driven("""
        vars: [{x: 0}, {y: 0}]
        tasks:
          a: {action: core.noop, next: [{publish: [{x: 1}]}]}
          b: {action: core.noop, next: [{publish: [{y: 2}]}]}
        output: [{x: <% ctx(x) %>}, {y: <% ctx(y) %>}]
    """).finish("a", "b")
    assert driven.output == {"x": 1, "y": 2}


def test_there_is_output_after_a_failure_too() -> None:
    driven = (
        Driven("""
        vars: [{step: none}]
        tasks:
          a: {action: core.noop, next: [{publish: [{step: a}], do: b}]}
          b: {action: core.noop}
        output: [{step: <% ctx(step) %>}]
    """)
        .finish("a")
        .fail("b")
    )
    assert (driven.status(), driven.output) == (Status.FAILED, {"step": "a"})


BAD = "<% ctx(nothing) %>"
TASK = "tasks: {a: {action: core.noop}}"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        pytest.param(f"input: [{{x: {BAD}}}]\n{TASK}", "-", id="an input"),
        pytest.param(f"vars: [{{x: {BAD}}}]\n{TASK}", "-", id="a variable"),
        pytest.param(f"output: [{{x: {BAD}}}]\n{TASK}", "-", id="the output"),
        pytest.param(f"tasks: {{a: {{action: {BAD}}}}}", "a", id="an action"),
        pytest.param(f"tasks: {{a: {{action: c.x, input: {{m: {BAD}}}}}}}", "a", id="its input"),
        pytest.param(f"tasks: {{a: {{action: c.x, delay: {BAD}}}}}", "a", id="a delay"),
        pytest.param(f"tasks: {{a: {{action: c.x, with: {BAD}}}}}", "a", id="items"),
        pytest.param(
            f"tasks: {{a: {{action: c.x, retry: {{count: {BAD}}}}}}}", "a", id="the count of tries"
        ),
        pytest.param(
            f"tasks: {{a: {{action: c.x, retry: {{count: 1, when: {BAD}}}}}}}", "a", id="a retry"
        ),
        pytest.param(f"tasks: {{a: {{action: c.x, next: [{{when: {BAD}}}]}}}}", "a", id="a way"),
        pytest.param(
            f"tasks: {{a: {{action: c.x, next: [{{publish: [{{x: {BAD}}}]}}]}}}}",
            "a",
            id="what is published",
        ),
    ],
)
def test_an_expression_that_fails_is_the_end_with_its_error_told(text: str, where: str) -> None:
    driven = Driven(text)
    for command in list(driven.running):
        driven.finish(command.run.task)
    assert driven.told[-1] == "end failed"
    assert driven.messages == [f"{where}: {BAD}: there is no variable 'nothing'"]


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("action: <% list(1) %>", "the action of task 'a' is no name: [1]"),
        ("{action: c.x, input: <% list(1) %>}", "the input of task 'a' is no object: [1]"),
        ("{action: c.x, delay: <% str(1) %>}", "the delay of task 'a' is no whole number of"),
        ("{action: c.x, delay: <% true %>}", "the delay of task 'a' is no whole number of"),
        (
            "{action: c.x, retry: {count: <% str(1) %>}}",
            "the retry count of task 'a' is no whole number: '1'",
        ),
        (
            "{action: c.x, retry: {count: 1, delay: <% str(1) %>}}",
            "the retry delay of task 'a' is no whole number of",
        ),
    ],
)
def test_a_value_of_another_type_is_the_end(task: str, message: str) -> None:
    body = task if task.startswith("{") else f"{{{task}}}"
    driven = Driven(f"tasks: {{a: {body}}}")
    assert driven.status() is Status.FAILED
    assert driven.messages[0].startswith(f"a: {message}")


def test_all_that_is_wrong_with_what_begins_together_is_told() -> None:
    driven = Driven(f"""
        tasks:
          a: {{action: core.echo, input: {{message: {BAD}}}}}
          b: {{action: core.noop}}
          c: {{action: core.echo, input: {{message: {BAD}, other: 1}}}}
    """)
    assert driven.names == [], "none of them is started"
    assert [text[0] for text in driven.messages] == ["a", "c"]


def test_all_that_is_wrong_with_what_is_published_is_told() -> None:
    driven = Driven("""
        tasks:
          a:
            action: core.noop
            next: [{publish: [{x: <% ctx(n1) %>}, {y: ok}, {z: <% ctx(n2) %>}], do: [b, c]}]
          b: {action: core.noop}
          c: {action: core.noop}
    """).finish("a")
    assert [text[-3:] for text in driven.messages] == ["n1'", "n2'"]
    assert driven.names == []


def test_an_error_of_the_output_takes_only_itself_from_it() -> None:
    driven = Driven(f"tasks: {{a: {{action: c.x}}}}\noutput: [{{x: 1}}, {{y: {BAD}}}]").finish("a")
    assert (driven.status(), driven.output) == (Status.FAILED, {"x": 1})


GIVEN: dict[str, Json] = {"o": {"deep": {"x": 1}}}


def test_variables_are_not_changed_by_what_is_published_later() -> None:
    driven = Driven(
        """
        input: [o]
        tasks:
          a: {action: core.noop, next: [{publish: [{o: {deep: {y: 2}}}], do: noop}]}
        output: [{o: <% ctx(o) %>}]
        """,
        GIVEN,
    ).finish("a")
    assert driven.output == {"o": {"deep": {"x": 1, "y": 2}}}
    assert GIVEN == {"o": {"deep": {"x": 1}}}


def test_what_can_not_begin_gives_no_output() -> None:
    """One error is told, and not a second one about what nothing was there to give."""
    driven = Driven("""
        vars: [{wrong: <% abs(8).value %>}]
        tasks: {one: {action: core.noop}}
        output: [{said: <% ctx(wrong) %>}]
    """)
    assert driven.status() is Status.FAILED
    assert (driven.output, len(driven.messages), driven.names) == (None, 1, [])
