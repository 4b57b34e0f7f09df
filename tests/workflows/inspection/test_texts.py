"""Variables by all ways that lead to a task, and expressions that can't be right."""

import pytest

from tests.support.definitions import told
from tests.support.inspections import inspected

BRANCHES = """\
vars: [{known: 1}]
tasks:
  a:
    action: core.noop
    next:
      - when: <% succeeded() %>
        publish: [{x: 1}, {y: <% ctx().x %>}]
        do: c
      - when: <% failed() %>
        publish: [{y: 2}]
        do: [b]
  b:
    action: core.noop
    next: [{publish: [{z: 3}], do: c}]
  c:
    JOIN
    action: core.echo message=MESSAGE
"""


def branches(message: str, join: str = "delay: 0") -> list[str]:
    text = BRANCHES.replace("MESSAGE", f"<% {message} %>").replace("JOIN", join)
    return [f"{p.severity}[{p.rule}]" for p in inspected(text)]


@pytest.mark.parametrize(
    ("message", "join", "found"),
    [
        pytest.param("ctx().y", "delay: 0", [], id="on all ways"),
        pytest.param("ctx().known", "delay: 0", [], id="from the beginning"),
        pytest.param("ctx().st2.api_user", "delay: 0", [], id="of StackStorm"),
        pytest.param("ctx(parent)", "delay: 0", [], id="of the parent"),
        pytest.param(
            "ctx().x", "delay: 0", ["warning[sometimes-undeclared-variable]"], id="on one way"
        ),
        pytest.param("ctx().z", "join: all", [], id="a join brings all together"),
        pytest.param(
            "ctx().z", "join: 1", ["warning[sometimes-undeclared-variable]"], id="a join of one"
        ),
        pytest.param("ctx().q", "join: all", ["error[undeclared-variable]"], id="on none"),
        pytest.param("ctx().get(q)", "delay: 0", [], id="one that may be missing"),
        pytest.param("ctx('__x')", "delay: 0", ["error[private-variable]"], id="a private one"),
    ],
)
def test_a_task_knows_what_was_published_on_the_way_to_it(
    message: str, join: str, found: list[str]
) -> None:
    assert branches(message, join) == found


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "input: [{a: <% ctx().b %>}, b]\ntasks: {t: {action: core.noop}}",
            "1:22: error[undeclared-variable] <% ctx().b %> asks for the variable b,"
            " which is set only later",
            id="an input of a later one",
        ),
        pytest.param(
            "vars: [{a: <% ctx().b %>}, {b: 1}]\ntasks: {t: {action: core.noop}}",
            "1:21: error[undeclared-variable] <% ctx().b %> asks for the variable b,"
            " which is set only later",
            id="a variable of a later one",
        ),
        pytest.param(
            "output: [{a: <% ctx().b %>}]\ntasks: {t: {action: core.noop}}",
            "1:23: error[undeclared-variable] <% ctx().b %> asks for the variable b,"
            " which is never set",
            id="an output that is never set",
        ),
        pytest.param(
            "tasks:\n  ping: {action: core.noop, next: [{do: t}]}\n"
            "  t: {action: core.noop, input: {x: '{{ ctx().ping.stdout }}'}}",
            "3:47: error[undeclared-variable] {{ ctx().ping.stdout }} asks for the variable ping,"
            " which is never set (ping is a task; publish what it gives:"
            " '- ping: <% result() %>')",
            id="a task in place of a variable",
        ),
        pytest.param(
            "input: [hostname]\ntasks:\n  t:\n    action: core.noop\n    input:\n      text: |\n"
            "        one\n        two <% ctx().hostnam %>\n",
            "8:22: error[undeclared-variable] <% ctx().hostnam %> asks for the variable hostnam,"
            " which is never set (did you mean hostname?)",
            id="in a text of several lines",
        ),
        pytest.param(
            "tasks:\n  t:\n    action: core.noop\n    next:\n"
            "      - when: <% ctx().x %>\n        publish: x=1\n",
            "5:24: error[undeclared-variable] <% ctx().x %> asks for the variable x,"
            " which is set only later",
            id="a condition on what it publishes",
        ),
        pytest.param(
            "tasks:\n  t:\n    action: core.noop\n    retry: {count: <% ctx().n %>}\n",
            "4:29: error[undeclared-variable] <% ctx().n %> asks for the variable n,"
            " which is never set",
            id="in a retry",
        ),
        pytest.param(
            "tasks: {t: {action: core.echo message=<% ctx( %>}}",
            "1:39: error[expression-syntax] <% ctx( %> can't be read: it ends too early",
            id="syntax",
        ),
        pytest.param(
            "tasks: {t: {action: core.echo, input: {message: '{{ 1 }} <% 2 %>'}}}",
            "1:49: error[mixed-expressions] '{{ 1 }} <% 2 %>' has expressions of YAQL and of"
            " Jinja; a text may have one kind (write all of them as <% … %>, or all as {{ … }})",
            id="two languages",
        ),
        pytest.param(
            "tasks:\n  t:\n    action: core.echo\n    input:\n      message: |\n"
            "        <% 1 +\n           2 %>\n",
            "6:9: warning[expression-over-lines] <% 1 + 2 %> goes over several lines, and stays"
            " text as it is (write it on one line; '>-' instead of '|' joins the lines of a text)",
            id="over several lines",
        ),
        pytest.param(
            "tasks: {t: {action: core.noop, next: [{when: <% sucseeded() %>}]}}",
            "1:49: error[unknown-function] <% sucseeded() %> uses sucseeded, and there is no such"
            " function",
            id="unknown function",
        ),
        pytest.param(
            "tasks: {t: {action: core.noop, next: [{publish: [{x: <% $.y %>}]}]}}",
            "1:57: warning[bare-dollar] <% $.y %>: $ is nothing here: variables are ctx().name or"
            " ctx(name)",
            id="what Mistral called $",
        ),
        pytest.param(
            "tasks: {first: {action: core.noop, next: [{when: <% task_status(frist) = s %>}]}}",
            "1:65: warning[unknown-task-status] <% task_status(frist) = s %> asks for the task"
            " 'frist', and there is none of this name (did you mean first?)",
            id="status of an unknown task",
        ),
        pytest.param(
            "tasks: {t: {action: core.echo message=<% item() %>}}",
            "1:42: warning[no-item] <% item() %> asks for an item, and there is none here"
            " (items are those of a task's own 'with', while its action is run)",
            id="an item without items",
        ),
        pytest.param(
            "vars: [{hosts: 'a, b'}]\n"
            "tasks: {t: {action: core.noop, with: 'x in <% ctx(hosts) %>'}}",
            "2:38: error[items-not-a-list] the items of task t are the variable hosts,"
            " which is never a list",
            id="items that are a text",
        ),
        pytest.param(
            "vars: [{n: {a: 1}}]\ntasks:\n  t:\n    action: core.noop\n"
            "    with: {items: '{{ ctx().n }}'}\n",
            "5:19: error[items-not-a-list] the items of task t are the variable n,"
            " which is never a list",
            id="items that are an object",
        ),
    ],
)
def test_a_mistake_is_told_where_it_stands(text: str, problem: str) -> None:
    assert told(inspected(text)) == [problem]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "input: [a, {b: <% ctx().a %>}]\nvars: [{c: <% ctx().b %>}]\n"
            "output: [{d: <% ctx().c %>}, {e: <% ctx().d %>}]\ntasks: {t: {action: core.noop}}",
            id="each after what it asks for",
        ),
        pytest.param(
            "tasks:\n  t:\n    action: core.echo message=<% item(x) %>\n"
            "    with: x in <% list(1, 2) %>\n",
            id="an item of items",
        ),
        pytest.param(
            "input: [{hosts: a}]\ntasks: {t: {action: core.noop, with: <% ctx().hosts %>}}",
            id="an input may be a list",
        ),
        pytest.param(
            "vars: [{hosts: null}, {hosts: [1]}]\n"
            "tasks: {t: {action: core.noop, with: <% ctx().hosts %>}}".replace("null", "[]"),
            id="a list",
        ),
        pytest.param(
            "vars: [{hosts: <% list(1) %>}]\n"
            "tasks: {t: {action: core.noop, with: <% ctx().hosts %>}}",
            id="what is computed may be a list",
        ),
        pytest.param(
            "tasks:\n  t:\n    action: core.echo\n    input:\n      message: |\n"
            "        {% for i in [1,\n          2] %}{{ i }}{% endfor %}{% if 1 %}x{% endif %}\n",
            id="blocks may go over lines",
        ),
        pytest.param(
            "tasks: {t: {action: core.noop, next: [{when: <% task_status(t) = x %>}]}}",
            id="its own status",
        ),
    ],
)
def test_what_is_right_has_no_finding(text: str) -> None:
    assert [p for p in told(inspected(text)) if "repeated-name" not in p] == []


def test_a_task_that_never_runs_asks_for_nothing() -> None:
    """What it would ask for can't be said; that it never runs is told."""
    text = (
        "tasks:\n  a: {action: core.noop}\n"
        "  b: {action: 'core.echo message=<% ctx().x %>', next: [{do: b}]}\n"
    )
    assert [problem.rule for problem in inspected(text)] == ["unreachable-task"]


def test_a_loop_keeps_what_was_set_before_it() -> None:
    text = """\
        vars: [{n: 0}]
        tasks:
          a: {action: core.noop, next: [{publish: [{m: 1}], do: b}]}
          b:
            action: core.echo message="<% ctx().n %><% ctx().m %>"
            next:
              - {when: <% succeeded() %>, publish: [{n: <% ctx().n + ctx().m %>}], do: b}
              - {when: <% failed() %>, do: c}
          c: {action: core.echo message=<% ctx().m %>}
        """
    assert told(inspected(text)) == []
