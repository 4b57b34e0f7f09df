"""ActionChain's files: all that the language has, and every mistake with its place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.action_chain import ActionChain, ChainTask
from chatops_cli.model.problem import Place
from chatops_cli.workflows.definition.chain import read_chain
from tests.support.definitions import FILE, chain, told
from tests.support.shared import CORPUS, needs_corpus


def test_everything_of_the_language_is_read() -> None:
    definition = chain(
        """\
        vars: {greeting: "hi {{ name }}"}
        default: second
        chain:
          - name: first
            ref: core.local
            params: {cmd: date}
            on-success: second
          - name: second
            ref: core.echo
            parameters: {message: "{{ first.stdout }}"}
            publish: {out: "{{ second.stdout }}"}
            notify:
              on-complete: {routes: [ops], message: done, data: {a: 1}}
              on-failure: {channels: [ops]}
            on-failure: "{{ other }}"
        """
    )
    assert definition.problems == ()
    assert definition.chain == ActionChain(
        name="c",
        place=Place(file=FILE, line=1, column=1),
        default="second",
        vars={"greeting": "hi {{ name }}"},
        tasks={
            "first": ChainTask(
                name="first",
                ref="core.local",
                place=Place(file=FILE, line=4, column=5),
                parameters={"cmd": "date"},
                on_success="second",
            ),
            "second": ChainTask(
                name="second",
                ref="core.echo",
                place=Place(file=FILE, line=8, column=5),
                parameters={"message": "{{ first.stdout }}"},
                publish={"out": "{{ second.stdout }}"},
                notify={
                    "on-complete": {"routes": ["ops"], "message": "done", "data": {"a": 1}},
                    "on-failure": {"routes": ["ops"], "message": None, "data": {}},
                },
                on_failure="{{ other }}",
            ),
        },
    )


@pytest.mark.parametrize(
    ("nexts", "default"),
    [
        pytest.param({"a": "b", "b": ""}, "a", id="the first that nothing leads to"),
        pytest.param({"a": "", "b": "a"}, "b", id="though it stands below"),
        pytest.param({"a": "b", "b": "a"}, "a", id="in a loop the first of all"),
    ],
)
def test_without_a_default_it_begins_where_nothing_leads(
    nexts: dict[str, str], default: str
) -> None:
    tasks = "".join(
        f"  - {{name: {name}, ref: core.noop, on-success: '{after}'}}\n"
        for name, after in nexts.items()
    )
    found = chain(f"chain:\n{tasks}")
    assert found.chain is not None
    assert (found.chain.default, found.problems) == (default, ())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("vars: {}", "1:1: error[missing-key] chain is missing"),
        ("chain: []", "1:8: error[missing-key] chain is empty: it needs a task"),
        ("chain: {a: b}", "1:8: error[wrong-type] chain must be a list, not a mapping"),
        ("chain: [a]", "1:9: error[wrong-type] chain[0] must be a mapping, not 'a'"),
        ("chain: [{name: a}]", "1:9: error[missing-key] chain[0].ref is missing"),
        ("chain: [{ref: a.b}]", "1:9: error[missing-key] chain[0].name is missing"),
        (
            "chain: [{name: a, ref: a.b}]\nvar: {}",
            "2:1: error[unknown-key] the key 'var' is not known (did you mean vars?)",
        ),
        (
            "chain: [{name: a, ref: a.b, onsuccess: b}]",
            (
                "1:29: warning[unknown-key] the key 'chain[0].onsuccess' is not known"
                " (did you mean on-success?)"
            ),
        ),
        (
            "chain: [{name: a, ref: a.b, on-success: b}]",
            "1:41: error[unknown-task] chain[0].on-success is 'b', and there is no such task",
        ),
        (
            "chain: [{name: check, ref: a.b, on-failure: chek}]",
            (
                "1:45: error[unknown-task] chain[0].on-failure is 'chek', and there is no such task"
                " (did you mean check?)"
            ),
        ),
        (
            "default: check\nchain: [{name: chek, ref: a.b}]",
            (
                "1:1: error[unknown-task] default is 'check', and there is no such task"
                " (did you mean chek?)"
            ),
        ),
        (
            "chain: [{name: a, ref: a.b}, {name: a, ref: c.d}]",
            (
                "1:31: error[repeated-name] task 'a' is there already, at w.yaml:1:10;"
                " this one never runs (give one another name)"
            ),
        ),
        (
            "chain: [{name: a, ref: a.b, params: {x: 1}, parameters: {x: 1}}]",
            (
                "1:29: error[two-sections] a task has parameters or params, not both"
                " (move all of them to parameters)"
            ),
        ),
        (
            "vars: {a b: 1}\nchain: [{name: a, ref: a.b}]",
            (
                "1:1: warning[variable-name] vars has the name 'a b', which no template can use"
                " (use letters, digits and underscores)"
            ),
        ),
        (
            "chain: [{name: a, ref: a.b, notify: {on-end: {}}}]",
            "1:38: error[unknown-key] the key 'chain[0].notify.on-end' is not known",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, problem: str) -> None:
    assert told(chain(text).problems) == [problem]


@given(st.binary(max_size=60) | st.text("chain:\n -{}[]nmeref.", max_size=80).map(str.encode))
def test_whatever_the_bytes_nothing_is_raised(data: bytes) -> None:
    definition = read_chain(data, file=FILE, name="c")
    assert definition.chain is not None or definition.problems


@needs_corpus
def test_the_chains_of_real_packs_are_read() -> None:
    """The mistakes are those of StackStorm's own examples."""
    found: dict[str, set[str]] = {}
    number = 0
    for file in sorted(CORPUS.glob("*/actions/**/*.yaml")):
        data = file.read_bytes()
        if re.search(rb"^ *\"?chain\"?:", data, re.MULTILINE) is None:
            continue
        number += 1
        definition = read_chain(data, file=file.name, name=file.stem)
        assert definition.chain is not None
        if definition.problems:
            found[file.name] = {problem.rule for problem in definition.problems}
    assert number > 30
    assert found == {
        "echochain_task_failure.yaml": {"unknown-task"},
        "echochain_top_level_failure.yaml": {"unknown-task"},
    }
