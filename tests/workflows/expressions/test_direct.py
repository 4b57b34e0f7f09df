"""What is evaluated without YAQL's engine gives what the engine gives."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.model.json import Json
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from chatops_cli.workflows.expressions.direct import compile_direct
from chatops_cli.workflows.expressions.direct_values import Doubt
from tests.support.expressions import make_scope

VALUES = st.recursive(
    st.sampled_from(["", "a", "ab", "x1", "null", 0, 1, -2, 2.5, True, False, None]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b", "get"]), inner, max_size=3)
    ),
    max_leaves=6,
)
ATOMS = st.sampled_from(
    [
        *("ctx(a)", "ctx('b')", "ctx().c", "ctx()", "ctx(none)", "result()", "item()", "item(a)"),
        *("succeeded()", "failed()", "completed()", "task_status(t1)", "task_status(no)"),
        *("'a'", '"ab"', "a", "b", "1", "0", "2.5", "true", "false", "null", "[]", "[1, 'a']"),
    ]
)
STEPS = st.sampled_from(
    [
        *(".a", ".b", ".get(a)", ".get(b, 1)", ".get('a', ctx(a))", ".containsKey(a)", ".len()"),
        *("[0]", "[1]", "['a']", "[ctx(a)]", ".toLower()", ".toUpper()", ".startsWith(a)"),
        *(".endsWith('b')", ".startsWith(a, b)", ".foo()", " .a"),
    ]
)
SIGNS = st.sampled_from(["=", "!=", "<", ">", "<=", ">=", "in", "and", "or", "+", "-"])


def combined(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds(lambda value, step: f"{value}{step}", inner, STEPS),
        st.builds(lambda left, sign, right: f"{left} {sign} {right}", inner, SIGNS, inner),
        st.builds(lambda value: f"not {value}", inner),
        st.builds(lambda value: f"({value})", inner),
        st.builds(lambda value: f"len({value})", inner),
        st.builds(lambda value: f"str({value})", inner),
        st.builds(lambda left, right: f"coalesce({left}, {right})", inner, inner),
        st.builds(lambda left, right: f"[{left}, {right}]", inner, inner),
    )


EXPRESSIONS = st.recursive(ATOMS, combined, max_leaves=6)
SCOPES = st.fixed_dictionaries({"a": VALUES, "b": VALUES, "c": VALUES})


@pytest.fixture(scope="module")
def expressions() -> CompiledExpressions:
    return CompiledExpressions()


@settings(max_examples=600, deadline=None)
@given(text=EXPRESSIONS, variables=SCOPES, result=VALUES, item=VALUES)
def test_same_as_the_engine(
    expressions: CompiledExpressions,
    text: str,
    variables: dict[str, Json],
    result: Json,
    item: Json,
) -> None:
    """Where it is not in doubt, the engine gives the same, with the same types."""
    scope = make_scope(variables, result=result).of_item(item)
    direct = compile_direct(text)
    if direct is None:
        return
    try:
        value = direct(scope)
    except Doubt:
        return
    engine = expressions.yaql
    assert json.dumps(value) == json.dumps(engine.evaluate(engine.compile(text), scope))


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="actx()[].'\"=<>+-1 &$!,~andornotin\n", max_size=20))
def test_any_text(expressions: CompiledExpressions, text: str) -> None:
    """What is taken for an expression is one for the engine, too."""
    if compile_direct(text) is None:
        return
    expressions.yaql.compile(text)


@pytest.mark.parametrize(
    "text",
    ["ctx().x.y", "ctx(x) = 'a' and not failed()", "result().x[0].y.get(z, 1)", "coalesce(a, b)"],
)
def test_usual_forms_need_no_engine(text: str) -> None:
    assert compile_direct(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        *("ctx().x.select($)", "$.x", "1 +", "", "(1", "[1", "f(", "a b", "a.'b'", "a.true"),
        *("'a\\n'", "`x`", "1.2.3", "a = not b", "-1", "a[1, 2]", "a[]", "ctx(a, b)", "a ? b"),
        *("{}", "a mod b", "let(a => 1)", "(" * 60 + "1" + ")" * 60, "9" * 2000),
    ],
)
def test_other_forms_are_left_to_the_engine(text: str) -> None:
    assert compile_direct(text) is None


def test_large_values_are_left_to_the_engine() -> None:
    """What might pass a limit is in doubt."""
    scope = make_scope({"s": "x" * 5_000_000, "n": 1 << 2000, "f": 1.7e308})
    for text in ("ctx(s) + ctx(s)", "ctx(n) + 1", "ctx(n) - 1", "ctx(f) + ctx(f)", "str(ctx(n))"):
        direct = compile_direct(text)
        assert direct is not None
        with pytest.raises(Doubt):
            direct(scope)
