"""An expression neither hangs nor fills the memory, whatever it says and looks at."""

import time
from typing import TYPE_CHECKING

import pytest

from chatops_cli.workflows.evaluation import ExpressionError
from chatops_cli.workflows.expressions import work
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from tests.support.expressions import make_scope

if TYPE_CHECKING:
    from chatops_cli.model.json import Json

EVIL = "a" * 40 + "!"
HOSTILE = [
    "<% 'a' * 1000000000 %>",
    "<% 1000000000 * 'a' %>",
    "<% [1] * 1000000000 %>",
    "<% pow(10, 1000000000) %>",
    "<% shiftBitsLeft(1, 10000000000) %>",
    "<% round(1, -1000000000) %>",
    "<% let(a => pow(10, 4000)) -> let(b => $a * $a * $a * $a * $a) -> $b * $b %>",
    "<% range(1000000000).toList() %>",
    "<% sequence().len() %>",
    "<% sequence() %>",
    "<% [1].cycle() %>",
    "<% 1.repeat() %>",
    "<% range(100000).select(range(100000)) %>",
    "<% def(f, f($)) -> f(1) %>",
    "<% concat(ctx(big), ctx(big), ctx(big), ctx(big), ctx(big)) %>",
    "<% range(1000).select(ctx(big)).join('') %>",
    "<% ctx(big).join(range(1000).select('')) %>",
    "<% ctx(big).replace('x', ctx(big)) %>",
    "<% ctx(big).replace(dict(x => ctx(big))) %>",
    "<% regex('x').replace(ctx(big), ctx(big)) %>",
    "<% datetime(2020, 1, 1).format('%999999999d') %>",
    "<% datetime(ctx(big)) %>",
    "<% datetime('2020', '%999d') %>",
    "<% regex('(?=a)(a+)+$').matches(ctx(evil)) %>",
    "<% ctx(evil) =~ '(a+)+\\\\1$' %>",
    "<% to_json_string(ctx(evil), indent => 1000000000) %>",
    "<% regex('[').matches(a) %>",
    "<% " + "(" * 400 + "1" + ")" * 400 + ".foo() %>",
    "<% " + " + ".join(["$"] * 2000) + " %>",
    "<% " + "1 + " * 20_000 + "1 %>",
    "{{ 'a' * 1000000000 }}",
    "{{ ctx().big ~ ctx().big ~ ctx().big ~ ctx().big ~ ctx().big ~ ctx().big ~ ctx().big }}",
    "{{ range(1000000000) | list }}",
    "{{ 10 ** 1000000000 }}",
    "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "{% for a in range(90000) %}{% for b in range(90000) %}{{ b }}{% endfor %}{% endfor %}",
    "{{ to_json_string(ctx().evil, indent=1000000000) }}",
    "{{ " + "x" * 300_000 + " }}",
]


@pytest.fixture(scope="module")
def expressions() -> CompiledExpressions:
    return CompiledExpressions()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:50])
def test_hostile(expressions: CompiledExpressions, text: str) -> None:
    """It is refused, soon, in one short line."""
    scope = make_scope({"big": "x" * 2_000_000, "evil": EVIL})
    began = time.monotonic()
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate(text, scope)
    assert time.monotonic() - began < 8
    assert len(caught.value.message) < 500


def test_time(expressions: CompiledExpressions, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop ends when its time is over."""
    monkeypatch.setattr("chatops_cli.rendering.limits.TIME_LIMIT", 0.05)
    monkeypatch.setattr(work, "TIME_LIMIT", 0.05)
    with pytest.raises(ExpressionError, match=r"it takes more than 0.05 seconds"):
        expressions.evaluate("<% range(900000).select($ + 1).len() %>", make_scope())


def test_many_items(expressions: CompiledExpressions) -> None:
    """50,000 items are no problem, in either language."""
    items: list[Json] = [{"n": number, "name": f"host{number}"} for number in range(50_000)]
    scope = make_scope({"items": items})
    assert expressions.evaluate("<% ctx(items) %>", scope) is scope.variables["items"]
    assert expressions.evaluate("<% len(ctx(items)) %>", scope) == 50_000
    assert expressions.evaluate("<% ctx(items).toList()[49999].n %>", scope) == 49_999
    assert expressions.evaluate("{{ ctx('items') | map(attribute='n') | sum }}", scope)


def test_deep_values(expressions: CompiledExpressions) -> None:
    """A value that an expression nests too deeply is refused."""
    text = "<% " + "[" * 150 + "]" * 150 + " %>"
    with pytest.raises(ExpressionError, match="nested"):
        expressions.evaluate(text, make_scope())


@pytest.mark.parametrize(
    "text",
    [
        "<% regex_search(ctx(evil), '(?=a)(a+)+$') %>",
        "<% regex_replace(ctx(evil), '(a+)+\\\\1$', x) %>",
        "<% regex('(?<!x)(a|aa)*b').search(ctx(evil)) %>",
        "<% ctx(evil).matches('(?!b)(a?){40}!!') %>",
        "{{ ctx('evil') | regex_match('(?=a)(a+)+$') }}",
        "{{ regex_substring(ctx('evil'), '(?:(?=a)a*)*b') }}",
    ],
)
def test_patterns(expressions: CompiledExpressions, text: str) -> None:
    """In both languages a pattern that might take for ever is refused, and it is said why."""
    began = time.monotonic()
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate(text, make_scope({"evil": EVIL * 10}))
    assert time.monotonic() - began < 8
    assert "only Python's engine knows, which may take for ever with a text of 410" in str(
        caught.value.message
    )


@pytest.mark.parametrize("text", ["(?i)(A+)+$", "(?ims)(a+)+$", "^(a+)+$", "(a+)+$"])
def test_patterns_that_are_answered(expressions: CompiledExpressions, text: str) -> None:
    """Flags and lines need no other engine."""
    scope = make_scope({"evil": EVIL * 10})
    for call in (f"regex_search(ctx(evil), '{text}')", f"regex('{text}', false, true).matches"):
        found = f"<% {call if call.endswith(')') else call + '(ctx(evil))'} %>"
        assert expressions.evaluate(found, scope) is False
