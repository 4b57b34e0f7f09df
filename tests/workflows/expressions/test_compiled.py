"""Values of definitions are evaluated: types, depth, keys, and texts around expressions."""

import subprocess
import sys

import pytest

from chatops_cli.model.json import Json
from chatops_cli.workflows.evaluation import ExpressionError
from chatops_cli.workflows.expressions import compiled
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from tests.support.expressions import make_scope


@pytest.fixture(scope="module")
def expressions() -> CompiledExpressions:
    return CompiledExpressions()


VARIABLES: dict[str, Json] = {
    "name": "web1",
    "many": ["a", "b"],
    "deep": {"x": [1, {"y": None}]},
    "typed": "<% ctx(name) %>",
    "braces": "{{ ctx().name }}",
    "n": 3,
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("plain", "plain", id="a text without expressions"),
        pytest.param(5, 5, id="no text"),
        pytest.param("<% ctx(deep) %>", {"x": [1, {"y": None}]}, id="one expression"),
        pytest.param("{{ ctx('many') }}", ["a", "b"], id="one of Jinja"),
        pytest.param("{{ ctx().n * 2 }}", 6, id="a number of Jinja"),
        pytest.param("a <% ctx(n) %><% ctx(name) %> b", "a 3web1 b", id="a text around several"),
        pytest.param("<% ctx(many) %>!", "['a', 'b']!", id="a list in a text"),
        pytest.param(
            {"<% ctx(name) %>": [{"k": "{{ ctx().n }}"}], "<% ctx(n) %>": 1},
            {"web1": [{"k": 3}], "3": 1},
            id="deep, with keys",
        ),
        pytest.param("<% ctx(n)\n %>", "<% ctx(n)\n %>", id="over two lines it is a text"),
        pytest.param("${#x[@]} {{ ctx().n }}", "${#x[@]} 3", id="what would be a comment"),
        pytest.param("{{ {'a': {'b': 1}} }}", {"a": {"b": 1}}, id="braces in Jinja"),
        pytest.param("{{ '}}' }}", "}}", id="an end mark in quotes"),
        pytest.param("{{ {'a': '}' }}", None, id="braces out of balance"),
        pytest.param("{{ {1, 2} }}", None, id="not valid"),
        pytest.param("<% ctx().keys() %>", list(VARIABLES), id="keys keep their order"),
        pytest.param("<% set(b, a, 1) %>", [1, "a", "b"], id="a set is a list in order"),
        pytest.param("<% datetime(2020, 1, 2) %>", "2020-01-02T00:00:00+00:00", id="a date"),
        pytest.param("<% timespan(hours => 2) %>", "2:00:00", id="a span of time"),
        pytest.param(
            "<% dict(2 => a, true => b, null => c) %>",
            {"2": "a", "true": "b", "null": "c"},
            id="keys that are no texts",
        ),
        pytest.param("<% ctx(many).select($ + '!') %>", ["a!", "b!"], id="a generator"),
        pytest.param("{{ ctx().many | map('upper') }}", ["A", "B"], id="a generator of Jinja"),
        pytest.param("<% let(1) %>", None, id="no data"),
        pytest.param("{{ ctx }}", None, id="no data of Jinja"),
        pytest.param("<% float('nan') %>", None, id="no finite number"),
        pytest.param({"<% ctx(many) %>": 1}, None, id="a list as a key"),
        pytest.param("<% 1 %>{{ 1 }}", None, id="both languages"),
        pytest.param("<% 1 %>{% if 1 %}{% endif %}", None, id="both languages with blocks"),
    ],
)
def test_values(expressions: CompiledExpressions, value: Json, expected: Json) -> None:
    """Each is what it should be; None stands for a refusal."""
    scope = make_scope(VARIABLES)
    if expected is not None:
        assert expressions.evaluate(value, scope) == expected
        return
    with pytest.raises(ExpressionError):
        expressions.evaluate(value, scope)


@pytest.mark.parametrize(
    "text",
    ["<% ctx(typed) %>", "{{ ctx('typed') }}", "<% ctx(braces) %>", "{{ ctx().braces }}"],
)
def test_results_are_data(expressions: CompiledExpressions, text: str) -> None:
    """What an expression gives is not evaluated again, alone or in a text, in blocks neither."""
    name = "typed" if "typed" in text else "braces"
    scope = make_scope(VARIABLES)
    assert expressions.evaluate(text, scope) == VARIABLES[name]
    assert expressions.evaluate(f"a {text}", scope) == f"a {VARIABLES[name]}"
    block = "{% if true %}{{ ctx('" + name + "') }}{% endif %}"
    assert expressions.evaluate(block, scope) == VARIABLES[name]


def test_nothing_is_changed(expressions: CompiledExpressions) -> None:
    """Neither language can change a variable."""
    scope = make_scope({"l": [1], "d": {"a": 1}})
    for text in ("{{ ctx().l.append(2) }}", "{{ ctx().d.update(b=1) }}"):
        with pytest.raises(ExpressionError):
            expressions.evaluate(text, scope)
    expressions.evaluate("<% ctx(d).set(b, 1) %>", scope)
    assert scope.variables == {"l": [1], "d": {"a": 1}}


def test_kept_texts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest text is forgotten, and compiled again when it comes back."""
    monkeypatch.setattr(compiled, "KEPT", 3)
    expressions = CompiledExpressions()
    scope = make_scope({"n": 3})
    for number in range(10):
        assert expressions.evaluate(f"<% ctx(n) + {number} %>", scope) == 3 + number
    assert len(expressions._kept) == 3
    assert expressions.evaluate("<% ctx(n) + 0 %>", scope) == 3


def test_languages_are_loaded_when_they_are_needed() -> None:
    """The usual forms load neither YAQL nor Jinja."""
    code = """
import sys
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from chatops_cli.workflows.evaluation import Scope
scope = Scope(variables={"x": {"y": 1}}, task="t", status_of=lambda n, r: "succeeded", task_of=None)
expressions = CompiledExpressions()
for text in ("<% ctx().x.y + 1 %>", "{{ ctx('x').y }}", "<% succeeded() and ctx(x).y = 1 %>"):
    assert expressions.evaluate(text, scope)
print(sorted({"yaql", "jinja2", "yaml"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_items_and_tasks(expressions: CompiledExpressions) -> None:
    """Both languages know items, the task at hand, and what a scope tells of other tasks."""
    scope = make_scope(result={"out": "x"}, statuses={"t1": "failed", "t2": "canceled"})
    item = scope.of_item({"a": 1})
    for opened, closed in (("<%", "%>"), ("{{", "}}")):

        def told(inner: str, opened: str = opened, closed: str = closed) -> Json:
            return expressions.evaluate(f"{opened} {inner} {closed}", item)

        assert told("item('a')") == 1
        assert told("item()") == {"a": 1}
        assert told("failed()") is True
        assert told("succeeded()") is False
        assert told("completed()") is True
        assert told("task_status('t2')") == "canceled"
        assert told("task_status('t3')") == "null"
        assert told("result().out") == "x"
        assert told("task().result.out") == "x"
        assert told("task('t1').status") == "failed"
        assert told("task('t2').task_name") == "t2"
        route = "route => 1" if opened == "<%" else "route=1"
        assert told(f"task('t1', {route}).route") == 1
        assert told(f"task_status('t2', {route})") == "canceled"
        for wrong in ("task(5)", "item('b')", "item(5)", "task_status(5)"):
            with pytest.raises(ExpressionError):
                told(wrong)
        with pytest.raises(ExpressionError, match="the task 't3' has not run here"):
            told("task('t3')")
        for function in ("task", "task_status"):
            with pytest.raises(ExpressionError, match=f"route of {function} is a whole number"):
                told(f"{function}('t1', '1')")
        with pytest.raises(ExpressionError, match="no task here"):
            expressions.evaluate(f"{opened} failed() {closed}", make_scope(task=None))
        with pytest.raises(ExpressionError, match="its task has no items"):
            expressions.evaluate(f"{opened} item('a') {closed}", scope)
        with pytest.raises(ExpressionError, match="has no names"):
            expressions.evaluate(f"{opened} item('a') {closed}", scope.of_item("x"))
