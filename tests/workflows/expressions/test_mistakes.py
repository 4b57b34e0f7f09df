"""What is wrong is said in words: the expression, why, and nothing of a value."""

import pytest

from chatops_cli.workflows.evaluation import ExpressionError
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from tests.support.expressions import make_scope

SECRET = 'hunter2 it\'s "quoted"'


@pytest.fixture(scope="module")
def expressions() -> CompiledExpressions:
    return CompiledExpressions()


@pytest.mark.parametrize(
    ("text", "reason", "hint"),
    [
        ("<% ctx(x) %>", "there is no variable 'x'", "there are d, l, s"),
        ("<% ctx().x.y %>", "there is no variable 'x'", "there are d, l, s"),
        ("<% ctx().x.len() %>", "there is no variable 'x'", "there are d, l, s"),
        ("{{ ctx('x') }}", "there is no variable 'x'", "there are d, l, s"),
        ("{{ x }}", "there is no 'x' in Jinja", "a variable is ctx('x') or ctx().x"),
        ("{{ ctx(x) }}", "there is no 'x' in Jinja", "a variable is ctx('x') or ctx().x"),
        ("<% ctx('__state') %>", "the variable '__state' is not for expressions", None),
        ("<% ctx(d).k %>", "there is no 'k'", None),
        ("<% ctx(d)[ctx(s) + x] %>", "an object has no such key", None),
        ("<% ctx(l)[7] %>", "a list has fewer items than it takes", None),
        ("<% [].first() %>", "a list has no such item", None),
        ("<% 1 / 0 %>", "it divides by zero", None),
        ("<% foo(1) %>", "there is no function 'foo'", None),
        ("<% ctx(s).foo() %>", "there is no method 'foo'", None),
        ("<% ctx(s) * ctx(s) %>", "'*' doesn't take values of these types", None),
        ("<% ctx(s)[0] %>", "'[ ]' doesn't take values of these types", None),
        ("<% ctx(s).split(1) %>", "the method 'split' doesn't take values of these types", None),
        (
            "<% $.x %>",
            "there is no 'x' in a value that is no object",
            "variables are ctx().name or ctx(name); $ is nothing outside of select and the like",
        ),
        ("<% 1 + %>", "it ends too early", None),
        ("<% a b %>", "'b' at its character 3 was not expected", None),
        ("<% a ! b %>", "'!' at its character 3 was not expected", None),
        (
            "<% int(ctx(s)) %>",
            "a value doesn't fit: invalid literal for int() with base 10: '…'",
            None,
        ),
        (
            "<% float(ctx(s)) %>",
            "a value doesn't fit: could not convert string to float: '…'",
            None,
        ),
        ("<% datetime(ctx(s)) %>", "a text is no date", None),
        (
            "<% json(ctx(s)) %>",
            "json was given what isn't JSON: Expecting value: line 1 column 1 (char 0)",
            None,
        ),
        ("<% json(1) %>", "json takes a text", None),
        (
            "<% version_compare(ctx(s), '1.0.0') %>",
            "a value doesn't fit: '…' is not a version such as 1.2.3",
            None,
        ),
        ("<% ctx(s).assert(false) %>", "an assertion fails: Assertion failed", None),
        ("<% zip(1, 2) %>", "zip takes lists", None),
        ("<% ctx(5) %>", "ctx takes the name of a variable", None),
        ("{{ ctx(5) }}", "ctx takes the name of a variable", None),
        (
            "{{ ctx().s.__class__ }}",
            "access to attribute '__class__' of 'str' object is unsafe",
            None,
        ),
        ("{{ ctx().s | foo }}", "No filter named 'foo'", None),
        ("{{ ctx().s | int(5).x }}", None, None),
        (
            "{{ ctx().s + 1 }}",
            "a value is of the wrong type: can only concatenate str (not '…') to str",
            None,
        ),
        ("{{ 1 }}{{ }}", None, None),
        ("{% if %}", None, None),
        ("{% if ctx('x') %}{% endif %}", "there is no variable 'x'", "there are d, l, s"),
        (
            "{% for i in y %}{% endfor %}",
            "there is no 'y' in Jinja",
            "a variable is ctx('y') or ctx().y",
        ),
        (
            "<% regex('(').matches(a) %>",
            "a pattern is not a regular expression: missing ), unterminated subpattern",
            None,
        ),
        (
            "<% regex('a').replaceBy(a, 1) %>",
            "a value is of the wrong type: a replacement is no text",
            None,
        ),
        ("<% {(1)=>2, 3} %>", None, None),
        ("<% call(foo, [], {}) %>", "there is no function 'foo'", None),
    ],
)
def test_messages(
    expressions: CompiledExpressions, text: str, reason: str | None, hint: str | None
) -> None:
    """Message and hint in full; None stands for words of the language's own."""
    scope = make_scope({"s": SECRET, "d": {SECRET: 1}, "l": [SECRET], "__state": 1})
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate(text, scope)
    if reason is not None:
        at = text if not text.startswith("{{ 1 }}") else "{{ }}"
        assert (caught.value.message, caught.value.hint) == (f"{at}: {reason}", hint)
    assert "hunter2" not in caught.value.message
    assert "quoted" not in caught.value.message


def test_long_expressions_are_cut(expressions: CompiledExpressions) -> None:
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate(f"<% foo('{'x' * 500}') %>", make_scope())
    assert len(caught.value.message) < 150


def test_many_variables_are_cut(expressions: CompiledExpressions) -> None:
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate("<% ctx(x) %>", make_scope({f"v{n:02}": n for n in range(30)}))
    assert caught.value.hint is not None
    assert caught.value.hint.endswith("v11, …")
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate("<% ctx(x) %>", make_scope())
    assert caught.value.hint == "there are none here"
