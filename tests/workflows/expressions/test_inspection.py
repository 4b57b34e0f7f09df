"""What expressions refer to is found without evaluating them."""

import pytest

from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from chatops_cli.workflows.expressions.inspection import FoundExpression, find_expressions
from chatops_cli.workflows.expressions.splitting import Language


@pytest.fixture(scope="module")
def expressions() -> CompiledExpressions:
    return CompiledExpressions()


@pytest.mark.parametrize(
    ("text", "variables", "optional", "tasks", "unknown"),
    [
        ("<% ctx(a) + ctx('b') + ctx().c.d %>", "abc", "", "", ""),
        ("<% ctx()[a] + ctx()[b, 1] + ctx().get(c) %>", "a", "bc", "", ""),
        ("<% ctx(a).select($.b + ctx().c) %>", "ac", "", "", ""),
        ("<% ctx(a) + ctx(a) %>", "a", "", "", ""),
        ("<% switch(ctx(a) => (ctx(b))) %>", "ab", "", "", ""),
        ("<% task_status(t) = x and task(u).result %>", "", "", "tu", ""),
        ("<% f(1) + [].g() + len(1) + ''.h() %>", "", "", "", "fgh"),
        ("<% def(f, $) -> f(1) %>", "", "", "", ""),
        ("<% let(x => 1) -> $x + $.y %>", "", "", "", ""),
        ("<% ctx(ctx(a)) + ctx() %>", "a", "", "", ""),
        ("{{ ctx('a') ~ ctx().b ~ ctx()['c'] }}", "abc", "", "", ""),
        ("{{ ctx().a | default(1) }}", "", "a", "", ""),
        ("{{ ctx().a is defined and ctx().get('b') }}", "", "ab", "", ""),
        ("{{ task_status('t') ~ task('u') ~ task() }}", "", "", "tu", ""),
        ("{{ e ~ f(1) }}", "", "", "", "ef"),
        ("{{ ctx().items() ~ ctx(n) ~ ctx(1) }}", "", "", "", "n"),
        ("{% for x in ctx().a %}{{ x ~ y }}{% endfor %}", "a", "", "", "y"),
    ],
)
def test_names(  # noqa: PLR0917  # a row of the table
    expressions: CompiledExpressions,
    text: str,
    variables: str,
    optional: str,
    tasks: str,
    unknown: str,
) -> None:
    """Names of one letter each."""
    [found] = find_expressions(text, expressions)
    assert found.problem is None
    assert (found.variables, found.optional) == (tuple(variables), tuple(optional))
    assert (found.tasks, found.unknown) == (tuple(tasks), tuple(unknown))


def test_places(expressions: CompiledExpressions) -> None:
    """Each expression of a text has its place in it."""
    found = find_expressions("é <% ctx(a) %> and <% ctx(b) %>", expressions)
    assert found == (
        FoundExpression(offset=2, text="<% ctx(a) %>", language=Language.YAQL, variables=("a",)),
        FoundExpression(offset=19, text="<% ctx(b) %>", language=Language.YAQL, variables=("b",)),
    )
    assert find_expressions("plain { } <% open", expressions) == ()
    assert find_expressions("{{ open", expressions) == ()
    assert find_expressions("plain", expressions) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<% 1 + %>", "it ends too early"),
        (
            "<% ctx(a)\n %>",
            "it does not end on the line where it begins: it stays as it is written",
        ),
        ("{{ a\n }}", "it does not end on the line where it begins: it stays as it is written"),
        ("{{ 1 | foo }}", "No filter named 'foo'"),
        ("{{ 1 1 }}", "expected token 'end of print statement', got 'integer'"),
        ("{{ 1 }}{# }}", None),
        ("{% if %}", "Expected an expression, got 'end of statement block'"),
        (f"<% {'(' * 40_000} %>", "it is longer than 32,768 characters"),
    ],
)
def test_problems(expressions: CompiledExpressions, text: str, problem: str | None) -> None:
    assert find_expressions(text, expressions)[0].problem == problem


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("<% $.x %>", True),
        ("<% ctx(a) + $ %>", True),
        ("<% ctx(a).select($.x) %>", False),
        ("<% let(x => 1) -> $.x %>", False),
    ],
)
def test_dollar(expressions: CompiledExpressions, text: str, reads: bool) -> None:
    """``$`` is something within a call alone."""
    found = find_expressions(text, expressions)[0]
    assert (found.reads_dollar, found.problem) == (reads, None)


def test_both_languages(expressions: CompiledExpressions) -> None:
    """Each of them is told, in order."""
    found = find_expressions("{{ 1 }} <% 2 %>", expressions)
    assert [(f.offset, f.language, f.problem) for f in found] == [
        (0, Language.JINJA, "YAQL and Jinja in one text"),
        (8, Language.YAQL, "YAQL and Jinja in one text"),
    ]
