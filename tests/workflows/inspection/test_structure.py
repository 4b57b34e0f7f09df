"""Tasks that are named and aren't there, never run, or wait for what never comes."""

import pytest

from tests.support.definitions import told
from tests.support.inspections import inspected

NOOP = "action: core.noop"


def tasks(**nexts: str) -> str:
    """A workflow of tasks; what comes after each is a name, several, or begins with ``join``."""
    lines = ["tasks:"]
    for name, after in nexts.items():
        lines += [f"  {name}:", f"    {NOOP}"]
        words = after.split()
        if words and words[0].startswith("join="):
            lines.append(f"    join: {words.pop(0).removeprefix('join=')}")
        if words:
            lines.append("    next:")
        lines += [f"      - do: {word}" for word in words]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(tasks(a="b", b=""), id="a sequence"),
        pytest.param(tasks(a="b,c", b="d", c="d", d="join=all"), id="a join"),
        pytest.param(tasks(a="b,c", b="d", c="d", d="join=1"), id="a join of one of two"),
        pytest.param(tasks(a="b", b="c b", c=""), id="a loop with an entry"),
        pytest.param(tasks(a="b,c", b="d", c="d", d="e", e="d"), id="a loop that is split"),
        pytest.param(tasks(a="b", b="c", c="join=1 b"), id="a join in a loop"),
        pytest.param(tasks(a="fail", b="noop", c="continue", d="retry"), id="commands"),
        pytest.param(tasks(a="b b", b="join=all"), id="two ways from one task"),
        pytest.param(
            tasks(a="b,c", b="d", c="d", d="e,f", e="g", f="g", g="join=all"),
            id="a join below a split",
        ),
    ],
)
def test_what_can_run_has_no_finding(text: str) -> None:
    assert told(inspected(text)) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            tasks(a="bulid", build=""),
            "5:13: error[unknown-task] task a leads to 'bulid', and there is no such task"
            " (did you mean build?)",
            id="unknown task",
        ),
        pytest.param(
            tasks(a="b,x", b=""),
            "5:15: error[unknown-task] task a leads to 'x', and there is no such task",
            id="unknown task among several",
        ),
        pytest.param(
            "tasks:\n  a:\n    action: core.noop\n    next:\n      - do:\n"
            "        - b\n        - x\n  b: {action: core.noop}\n",
            "7:11: error[unknown-task] task a leads to 'x', and there is no such task",
            id="unknown task in a list",
        ),
        pytest.param(
            tasks(noop="", a="b", b=""),
            "3:5: error[reserved-task-name] a task can't be called noop: under do it is a command"
            " (rename the task)",
            id="reserved name",
        ),
        pytest.param(
            tasks(a="b", b="a"),
            "2:3: error[no-start-task] no task starts the workflow: each is led to by another"
            " (add a task that leads into the loop, and that nothing leads to)",
            id="nothing starts",
        ),
        pytest.param(
            tasks(a="", b="b"),
            "5:5: warning[unreachable-task] task b never runs: no way leads to it from a task"
            " that starts the workflow (lead to it from another task)",
            id="a loop without an entry",
        ),
        pytest.param(
            tasks(a="c", b="c", c="join=3"),
            "12:11: error[impossible-join] task c waits for 3 tasks, and only 2 lead to it"
            " (write join: all, or a smaller number)",
            id="a join of more than lead to it",
        ),
        pytest.param(
            tasks(a="b b", b="join=2"),
            "9:11: error[impossible-join] task b waits for 2 tasks, and only 1 lead to it"
            " (write join: all, or a smaller number)",
            id="two ways from one task count once",
        ),
        pytest.param(
            tasks(a="b", b="join=all c", c="b"),
            "8:11: error[impossible-join] task b waits for c, which can't run before it"
            " (the way back into a loop must lead to a task without a join, or with join: 1)",
            id="a join that waits for itself",
        ),
        pytest.param(
            tasks(a="b,c", b="d", c="d", d="e", e="join=all", f="e"),
            "20:11: error[ambiguous-join] task e joins ways of which some run several times and"
            " others don't: d has no join, and f doesn't come after it"
            " (give d a join, or join each way by itself first)",
            id="ways that are split differently",
        ),
        pytest.param(
            "tasks:\n  a:\n    with: <% range(3) %>\n",
            "3:11: error[items-without-action] task a has items, and no action to run for each of"
            " them (add an action, such as core.noop)",
            id="items without an action",
        ),
    ],
)
def test_what_cannot_run_is_told(text: str, problem: str) -> None:
    assert told(inspected(text)) == [problem]


def test_of_a_file_that_is_no_workflow_its_own_problems_are_told() -> None:
    assert told(inspected("tasks: 5")) == [
        "1:8: error[wrong-type] tasks must be a mapping, not '5'"
    ]


def test_problems_of_form_and_findings_are_told_in_the_order_of_the_file() -> None:
    text = "tasks:\n  a:\n    delay: x\n    next:\n      - do: b\n    foo: 1\n"
    assert [(p.place.line, p.rule) for p in inspected(text)] == [
        (3, "wrong-type"), (5, "unknown-task"), (6, "unknown-key"),
    ]  # fmt: skip


def test_a_chain_of_thousands_of_tasks_is_inspected() -> None:
    """Without the interpreter's stack, and in a time that grows with the tasks alone."""
    number = 3000
    nexts = {f"t{i}": f"t{i + 1}" for i in range(number)}
    assert inspected(tasks(**nexts, **{f"t{number}": ""})) == ()
