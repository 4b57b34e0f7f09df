"""Actions that tasks name and the parameters that they give, in both languages."""

import pytest

from chatops_cli.model.action import Parameter
from chatops_cli.workflows.inspection.chain import inspect_chain
from tests.support.definitions import KnownActions, chain, known_action, told
from tests.support.inspections import inspected

ACTIONS = KnownActions(
    {
        "p.go": known_action(
            "p.go",
            Parameter(name="host", required=True),
            Parameter(name="port", required=True, default=22, has_default=True),
            Parameter(name="mode", immutable=True),
        ),
        "p.off": known_action("p.off", enabled=False),
        "p.odd": known_action("p.odd", Parameter(name="x", required=True), runner="unknown"),
    }
)


def task(text: str) -> list[str]:
    return told(inspected(f"tasks:\n  a:\n{text}", actions=ACTIONS))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("    action: p.go host='x'", id="on the line"),
        pytest.param("    action: p.go\n    input: {host: 1, port: 2, timeout: 3}", id="runner's"),
        pytest.param("    action: p.go\n    input: <% dict(host => 1) %>", id="computed"),
        pytest.param("    action: p.go\n    input: {'{{ 1 }}': 1}", id="a name that is computed"),
        pytest.param("    action: <% p %>.x", id="an action that is computed"),
        pytest.param("    action: p.odd", id="a runner that isn't known"),
        pytest.param("    delay: 1", id="no action"),
    ],
)
def test_a_call_that_fits_has_no_finding(text: str) -> None:
    assert task(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param(
            "    action: q.go",
            "3:13: error[missing-pack] there is no action q.go: no pack q is here"
            " (install the pack q)",
            id="no such pack",
        ),
        pytest.param(
            "    action: p.of",
            "3:13: error[missing-action] there is no action p.of (did you mean p.off?)",
            id="no such action",
        ),
        pytest.param(
            "    action: p.start",
            "3:13: error[missing-action] there is no action p.start"
            " (see the actions of the pack p)",
            id="no such action, nor one like it",
        ),
        pytest.param(
            "    action: go",
            "3:13: error[action-reference] 'go' is no reference to an action"
            " (write pack.action, such as core.local)",
            id="no reference",
        ),
        pytest.param(
            "    action: p.off",
            "3:13: warning[disabled-action] the action p.off is disabled",
            id="disabled",
        ),
        pytest.param(
            "    action: p.go",
            "3:13: error[missing-parameter] p.go needs the parameter host",
            id="a parameter is missing, and none is given",
        ),
        pytest.param(
            "    action: p.go\n    input:\n      timeout: 1",
            "5:7: error[missing-parameter] p.go needs the parameter host",
            id="a parameter is missing among others",
        ),
        pytest.param(
            "    action: p.go host=1 prot=2",
            "3:25: error[unknown-parameter] p.go has no parameter prot (did you mean port?)",
            id="unknown, on the line",
        ),
        pytest.param(
            "    action: p.go\n    input:\n      host: 1\n      nothing: 1",
            "6:16: error[unknown-parameter] p.go has no parameter nothing",
            id="unknown",
        ),
        pytest.param(
            "    action: p.go\n    input: {host: 1, mode: 2}",
            "4:28: error[immutable-parameter] the parameter mode of p.go is fixed, and can't be"
            " given (remove it)",
            id="fixed",
        ),
        pytest.param(
            "    action: p.go\n    input: [host]",
            "4:12: error[wrong-type] tasks.a.input must be a mapping, or an expression that gives"
            " one, not a list",
            id="what can't be read is not said to be missing",
        ),
    ],
)
def test_a_call_that_does_not_fit_is_told(text: str, problem: str) -> None:
    assert task(text) == [problem]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("chain: [{name: a, ref: p.go, params: {host: 1}}]", [], id="it fits"),
        pytest.param(
            "chain: [{name: a, ref: p.no}, {name: a, ref: p.go}]",
            [
                (
                    "1:24: error[missing-action] there is no action p.no"
                    " (see the actions of the pack p)"
                ),
                (
                    "1:32: error[repeated-name] task 'a' is there already, at w.yaml:1:10; this one"
                    " never runs (give one another name)"
                ),
            ],
            id="of a repeated name the first is looked at",
        ),
        pytest.param(
            "chain: [{name: a, ref: p.go, parameters: {host: 1, x: 2}}]",
            ["1:55: error[unknown-parameter] p.go has no parameter x"],
            id="unknown parameter",
        ),
        pytest.param(
            "chain: [{name: a, ref: p.off, on-success: b}, {name: b, ref: p.off},"
            " {name: c, ref: p.off}]",
            [
                "1:24: warning[disabled-action] the action p.off is disabled",
                "1:62: warning[disabled-action] the action p.off is disabled",
                (
                    "1:70: warning[unreachable-task] task c never runs: no way leads to it from a"
                    " (name it under on-success or on-failure of another task)"
                ),
                "1:85: warning[disabled-action] the action p.off is disabled",
            ],
            id="a task that nothing leads to",
        ),
        pytest.param(
            "chain: [{name: a, ref: p.go, on-success: '{{ x }}', params: {host: 1}},"
            " {name: b, ref: p.go, params: {host: 1}}]",
            [],
            id="what is computed may lead anywhere",
        ),
        pytest.param("chain: 5", ["1:8: error[wrong-type] chain must be a list, not '5'"], id="5"),
    ],
)
def test_chains_are_inspected_alike(text: str, problems: list[str]) -> None:
    assert told(inspect_chain(chain(text), actions=ACTIONS)) == problems


def test_without_actions_only_the_chain_itself_is_inspected() -> None:
    assert inspect_chain(chain("chain: [{name: a, ref: q.x}]")) == ()
