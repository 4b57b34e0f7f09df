"""Orquesta's files: all that the language has, and every mistake with its place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place
from chatops_cli.model.workflow import Assignment, Items, Retry, Task, Transition
from chatops_cli.workflows.definition.orquesta import read_workflow
from tests.support.definitions import FILE, read, read_good, read_task, told
from tests.support.shared import CORPUS, needs_corpus


def at(line: int, column: int) -> Place:
    return Place(file=FILE, line=line, column=column)


def test_everything_of_the_language_is_read() -> None:
    workflow = read_good(
        """\
        version: 1.0
        description: d
        input:
          - host
          - port: 22
          - none: null
        vars:
          - list: [1, {a: <% ctx().host %>}]
        output:
          - out: <% ctx().out %>
        tasks:
          first:
            delay: 3
            action: core.local
            input:
              cmd: ls
            retry: {when: <% failed() %>, count: 2, delay: <% ctx().port %>}
            next:
              - when: <% succeeded() %>
                publish:
                  - out: <% result() %>
                do: second, third
              - when: <% failed() %>
                do:
                  - fail
              - publish: a=1 b="x"
          second:
            with: {items: "x, y in <% zip(a, b) %>", concurrency: 2}
            action: core.echo message=<% item(x) %>
          third:
            join: all
            input: <% ctx().given %>
            action: <% ctx().action %>
        """
    )
    assert (workflow.name, workflow.description) == ("w", "d")
    assert workflow.input == (
        Assignment(name="host", has_value=False, place=at(4, 5)),
        Assignment(name="port", value=22, place=at(5, 5)),
        Assignment(name="none", place=at(6, 5)),
    )
    assert [(one.name, one.value) for one in (*workflow.vars, *workflow.output)] == [
        ("list", [1, {"a": "<% ctx().host %>"}]),
        ("out", "<% ctx().out %>"),
    ]
    assert tuple(workflow.tasks) == ("first", "second", "third")
    assert workflow.tasks["first"] == Task(
        name="first",
        place=at(13, 5),
        action="core.local",
        input={"cmd": "ls"},
        delay=3,
        retry=Retry(count=2, when="<% failed() %>", delay="<% ctx().port %>", place=at(17, 12)),
        next=(
            Transition(
                when="<% succeeded() %>",
                publish=(Assignment(name="out", value="<% result() %>", place=at(21, 13)),),
                do=("second", "third"),
                place=at(19, 9),
            ),
            Transition(when="<% failed() %>", do=("fail",), place=at(23, 9)),
            Transition(
                publish=(
                    Assignment(name="a", value=1, place=at(26, 18)),
                    Assignment(name="b", value="x", place=at(26, 18)),
                ),
                place=at(26, 9),
            ),
        ),
    )
    assert workflow.tasks["second"] == Task(
        name="second",
        place=at(28, 5),
        action="core.echo",
        input={"message": "<% item(x) %>"},
        items=Items(items="<% zip(a, b) %>", names=("x", "y"), concurrency=2, place=at(28, 11)),
    )
    third = workflow.tasks["third"]
    assert (third.join, third.input, third.action) == (
        "all", "<% ctx().given %>", "<% ctx().action %>",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("written", "items", "names"),
    [
        ("<% ctx().x %>", "<% ctx().x %>", ()),
        ("  {{ ctx().x }} ", "{{ ctx().x }}", ()),
        ("x in <% ctx().x %>", "<% ctx().x %>", ("x",)),
        ("x,y  in {{ zip(a, b) }}", "{{ zip(a, b) }}", ("x", "y")),
        ("<% ctx().x.where($ in list(1)) %>", "<% ctx().x.where($ in list(1)) %>", ()),
    ],
)
def test_items_may_have_names(written: str, items: str, names: tuple[str, ...]) -> None:
    found = read_task(f"action: core.noop\nwith: '{written}'").items
    assert found is not None
    assert (found.items, found.names) == (items, names)


def test_merge_keys_bring_what_they_merge() -> None:
    workflow = read_good(
        """\
        tasks:
          a: &base
            action: core.echo
            input: {message: hello}
          b:
            <<: *base
            delay: 1
        """
    )
    second = workflow.tasks["b"]
    assert (second.action, second.input, second.delay) == ("core.echo", {"message": "hello"}, 1)


@pytest.mark.parametrize("version", ["1.0", "1", '"1.0"'])
def test_the_version_is_a_number_or_a_text(version: str) -> None:
    read_good(f"version: {version}\ntasks: {{a: {{action: core.noop}}}}")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "version: 2.0\ntasks: {a: {action: b.c}}",
            "1:10: error[workflow-version] version is '2.0', and there is only 1.0"
            " (write version: 1.0)",
            id="version",
        ),
        pytest.param(
            "version: true\ntasks: {a: {action: b.c}}",
            "1:10: error[workflow-version] version is 'true', and there is only 1.0"
            " (write version: 1.0)",
            id="version that is a flag",
        ),
        pytest.param("input: [a]", "1:1: error[missing-key] tasks is missing", id="no tasks"),
        pytest.param(
            "tasks: {}",
            "1:8: error[missing-key] tasks is empty: a workflow needs a task",
            id="empty tasks",
        ),
        pytest.param(
            "tasks: [a]", "1:8: error[wrong-type] tasks must be a mapping, not a list", id="list"
        ),
        pytest.param("- a", "1:1: error[wrong-type] the content of this file must be a mapping,"
            " not a list", id="no mapping"),
        pytest.param("", "error[empty-file] there is nothing in this file (fill or remove it)",
            id="empty file"),
        pytest.param(
            "input: a\ntasks: {a: {action: b.c}}",
            "1:8: error[wrong-type] input must be a list, not 'a'",
            id="input that is no list",
        ),
        pytest.param(
            "input: {a: 1}\ntasks: {a: {action: b.c}}",
            "1:8: error[wrong-type] input must be a list, not a mapping"
            " (put '- ' before each of its names)",
            id="input that is a mapping",
        ),
        pytest.param(
            "input: []\ntasks: {a: {action: b.c}}",
            "1:8: warning[no-value] input is empty; StackStorm refuses that (remove it)",
            id="empty input",
        ),
        pytest.param(
            "output:\ntasks: {a: {action: b.c}}",
            "1:1: warning[no-value] output has no value; StackStorm refuses that (remove it)",
            id="null output",
        ),
        pytest.param(
            "vars: [a]\ntasks: {a: {action: b.c}}",
            "1:8: error[one-name] vars[0] must be a name with a value, not 'a' (- name: 1)",
            id="variable without a value",
        ),
        pytest.param(
            "vars: [{a: 1, b: 2}]\ntasks: {a: {action: b.c}}",
            "1:8: error[one-name] vars[0] has 2 names, and must have one"
            " (make an item of the list of each)",
            id="two variables in one item",
        ),
        pytest.param(
            "input: ['host:www']\ntasks: {a: {action: b.c}}",
            "1:9: error[variable-name] input[0] is 'host:www', which no expression can name"
            " (a default is written '- name: value', with a space after the colon)",
            id="default without a space",
        ),
        pytest.param(
            "input: [a, {a: 1}]\ntasks: {a: {action: b.c}}",
            "1:13: warning[repeated-name] input has 'a' twice: first at w.yaml:1:9; the last one"
            " counts (remove one of them)",
            id="repeated input",
        ),
        pytest.param(
            "tasks: {a-b: {action: b.c}}",
            "1:9: error[task-name] 'a-b' is no name of a task: it may hold letters, digits and"
            " underscores only (rename it, also where it is named under do)",
            id="task's name",
        ),
        pytest.param(
            "tasks: {a: }",
            "1:12: warning[no-value] tasks.a is empty; StackStorm refuses that"
            " (write 'action: core.noop')",
            id="empty task",
        ),
        pytest.param(
            "tasks: {a: b}", "1:12: error[wrong-type] tasks.a must be a mapping, not 'b'",
            id="task that is a text",
        ),
    ],
)  # fmt: skip
def test_a_mistake_of_the_whole_is_told_with_its_place(text: str, problem: str) -> None:
    found = told(read(text).problems)
    assert [line.removeprefix("w.yaml").lstrip(": ") for line in found] == [problem]


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        pytest.param("acton: x.y", "5: error[unknown-key] the key 'tasks.a.acton' is not known"
            " (did you mean action?)", id="unknown key"),
        pytest.param("action: ' '", "13: error[missing-key] tasks.a.action is empty", id="blank"),
        pytest.param("action: [a]", "13: error[wrong-type] tasks.a.action must be text,"
            " not a list", id="action that is a list"),
        pytest.param("action: core.local cmd=ls", "13: error[inline-parameter] tasks.a.action:"
            " 'cmd=ls' is read as no parameter, and ignored"
            ' (a parameter is name="text", name=1, name=true or name=<% … %>)',
            id="parameter without quotes"),
        pytest.param("{action: a.b x=1, input: {y: 1}}", "31: warning[ignored-input]"
            " tasks.a.input is ignored: the action has parameters on its own line"
            " (write all of them here, or all of them there)", id="both kinds of input"),
        pytest.param("{action: a.b, input: {}}", "27: warning[no-value] tasks.a.input is empty;"
            " StackStorm refuses that (remove it)", id="empty input"),
        pytest.param("{action: a.b, input: x=1}", "27: error[wrong-type] tasks.a.input must be a"
            " mapping, or an expression that gives one, not 'x=1'", id="plain input"),
        pytest.param("delay: '5'", "12: error[wrong-type] tasks.a.delay must be a whole number or"
            " an expression, not '5' (remove the quotes)", id="quoted delay"),
        pytest.param("delay: 5s", "12: error[wrong-type] tasks.a.delay must be a whole number or"
            " an expression, not '5s'", id="delay with a unit"),
        pytest.param("delay: -1", "12: error[out-of-range] tasks.a.delay must be at least 0,"
            " not -1", id="negative delay"),
        pytest.param("delay: 1.5", "12: error[wrong-type] tasks.a.delay must be a whole number,"
            " not '1.5'", id="broken delay"),
        pytest.param("join: any", "11: error[wrong-type] tasks.a.join must be all or a whole"
            " number, not 'any'", id="join"),
        pytest.param("join: '2'", "11: error[wrong-type] tasks.a.join must be all or a whole"
            " number, not '2' (remove the quotes)", id="quoted join"),
        pytest.param("retry: {delay: 1}", "12: error[missing-key] tasks.a.retry.count is missing",
            id="retry without a count"),
        pytest.param("retry: {count: many}", "20: error[wrong-type] tasks.a.retry.count must be a"
            " whole number or an expression, not 'many'", id="retry's count"),
        pytest.param("with: hosts", "11: error[with-items] tasks.a.with is 'hosts', and must be"
            " one expression that gives a list (write <% ctx().hosts %>, or:"
            " host in <% ctx().hosts %>; all of it on one line)", id="items without expression"),
        pytest.param("with: <% a %> <% b %>", "11: error[with-items] tasks.a.with is"
            " '<% a %> <% b %>', and must be one expression that gives a list"
            " (write <% ctx().hosts %>, or: host in <% ctx().hosts %>; all of it on one line)",
            id="two expressions"),
        pytest.param("with: 'x, x in <% a %>'", "11: error[with-items] tasks.a.with gives the"
            " name x twice", id="repeated name of an item"),
        pytest.param("with: [1, 2]", "11: error[wrong-type] tasks.a.with must be one expression"
            " that gives a list, not a list", id="written items"),
        pytest.param("with: {concurrency: 1}", "11: error[missing-key] tasks.a.with.items is"
            " missing", id="no items"),
        pytest.param("next: {do: a}", "11: error[wrong-type] tasks.a.next must be a list, not a"
            " mapping (put '- ' before its first key)", id="next that is a mapping"),
        pytest.param("next: [a]", "12: error[wrong-type] tasks.a.next[0] must be a mapping,"
            " not 'a'", id="transition that is a text"),
        pytest.param("next: [{when: true}]", "19: error[wrong-type] tasks.a.next[0].when must be"
            " an expression, not 'true' (leave it out, and it always holds)", id="when: true"),
        pytest.param("next: [{when: ' '}]", "19: error[wrong-type] tasks.a.next[0].when must be"
            " an expression, not ' '", id="blank condition"),
        pytest.param("next: [{do: [b, b]}]", "17: warning[repeated-name] tasks.a.next[0].do names"
            " b twice; it is run once (remove one of them)", id="repeated target"),
        pytest.param("next: [{do: []}]", "17: warning[no-value] tasks.a.next[0].do is empty;"
            " StackStorm refuses that (remove it)", id="no target"),
        pytest.param("next: [{do: 'a,,b'}]", "17: error[wrong-type] tasks.a.next[0].do has a name"
            " without letters", id="empty name"),
        pytest.param("next: [{do: {a: b}}]", "17: error[wrong-type] tasks.a.next[0].do must be"
            " text, not a mapping", id="do that is a mapping"),
        pytest.param("next: [{publish: nothing}]", "22: error[inline-parameter]"
            " tasks.a.next[0].publish: 'nothing' is read as no parameter, and ignored"
            ' (a parameter is name="text", name=1, name=true or name=<% … %>)',
            id="publish without a value"),
        pytest.param("next: [{publish: ''}]", "22: error[inline-parameter]"
            " tasks.a.next[0].publish: what is given is read as no parameter, and ignored"
            ' (a parameter is name="text", name=1, name=true or name=<% … %>)',
            id="empty publish"),
    ],
)  # fmt: skip
def test_a_mistake_of_a_task_is_told_with_its_place(keys: str, problem: str) -> None:
    """The task's keys stand on the second line, from column 5."""
    inner = keys if keys.startswith("{") else f"\n    {keys}"
    lines = told(read(f"tasks:\n  a: {inner}\n").problems)
    line = 2 if keys.startswith("{") else 3
    assert lines == [f"{line}:{problem}"]


def test_all_mistakes_of_a_file_are_told_in_its_order() -> None:
    definition = read("versoin: 1.0\ntasks:\n  a:\n    delay: x\n    join: y\n    actoin: z\n")
    assert [(p.place.line, p.rule) for p in definition.problems] == [
        (1, "unknown-key"), (4, "wrong-type"), (5, "wrong-type"), (6, "unknown-key"),
    ]  # fmt: skip


def test_of_a_broken_task_the_rest_is_read() -> None:
    workflow = read("tasks: {a: {action: b.c, join: x, next: [{do: d}]}, d: 5}").workflow
    assert workflow is not None
    assert (workflow.tasks["a"].action, workflow.tasks["a"].next[0].do) == ("b.c", ("d",))
    assert workflow.tasks["d"].action is None


@given(
    st.binary(max_size=60) | st.text("tasks:\n -{}[]aeinox<%>&*'\"", max_size=80).map(str.encode)
)
def test_whatever_the_bytes_nothing_is_raised(data: bytes) -> None:
    definition = read_workflow(data, file=FILE, name="w")
    assert definition.workflow is not None or definition.problems


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", "a", "<% x %>", "a=1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["when", "do", "publish", "items", "count", "a", "concurrency"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from(["delay", "join", "with", "action", "input", "retry", "next", "x"])


@given(st.dictionaries(KEYS, JUNK, max_size=4), JUNK)
def test_whatever_stands_in_a_task_it_is_read_or_told(task: dict[str, Json], given: Json) -> None:
    import json

    data = json.dumps({"input": given, "tasks": {"t": task}}).encode()
    definition = read_workflow(data, file=FILE, name="w")
    assert definition.workflow is not None
    assert all(problem.place.line == 1 for problem in definition.problems)


@needs_corpus
def test_the_workflows_of_real_packs_are_read() -> None:
    """Their only mistake of form is one that is meant: StackStorm's own test of its inspection."""
    found: dict[str, list[str]] = {}
    number = 0
    for file in sorted(CORPUS.glob("*/actions/workflows/**/*.yaml")):
        data = file.read_bytes()
        if b"\ntasks:" not in data or b"version: '2.0'" in data or b'version: "2.0"' in data:
            continue
        number += 1
        definition = read_workflow(data, file=file.name, name=file.stem)
        if definition.problems:
            found[file.name] = [problem.rule for problem in definition.problems]
    assert number > 100
    assert found == {"orquesta-fail-inspection.yaml": ["wrong-type"]}


def test_no_place_is_lost_in_a_file_of_windows(tmp_path: Path) -> None:
    del tmp_path
    definition = read("tasks:\r\n  a:\r\n    delay: x\r\n")
    assert [(p.place.line, p.place.column) for p in definition.problems] == [(3, 12)]
