"""``st2kv`` reads the datastore, in both languages."""

import pytest

from chatops_cli.workflows.evaluation import ExpressionError
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from tests.support.expressions import make_scope


class Items:
    """A datastore of three items; a decrypted one says so."""

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:
        items = {("system", "a"): "1", ("user", "b"): "2", ("user", "c.d"): "3"}
        value = items.get((scope, name))
        return f"{value}!" if value and decrypt else value


@pytest.fixture(scope="module")
def expressions() -> CompiledExpressions:
    return CompiledExpressions(Items())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<% st2kv('system.a') %>", "1"),
        ("<% st2kv('b') %>", "2"),
        ("<% st2kv('user.b') %>", "2"),
        ("<% st2kv('c.d') %>", "3"),
        ("<% st2kv(b, decrypt => true) %>", "2!"),
        ("<% st2kv(none, default => 5) %>", 5),
        ("{{ st2kv('system.a') }}", "1"),
        ("{{ st2kv('b', decrypt=true) }}", "2!"),
        ("{{ st2kv('none', default=[1]) }}", [1]),
        ("{{ st2kv.system.a }}", "1"),
        ("{{ st2kv.user.b | decrypt_kv }}", "2!"),
    ],
)
def test_values(expressions: CompiledExpressions, text: str, expected: object) -> None:
    """A name without a scope is the user's; what it gives is data."""
    assert expressions.evaluate(text, make_scope()) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<% st2kv(none) %>", "the datastore has no item 'none' in scope user"),
        ("<% st2kv('system.x') %>", "the datastore has no item 'x' in scope system"),
        ("<% st2kv(5) %>", "st2kv takes the name of an item"),
        ("<% st2kv(b, decrypt => 1) %>", "decrypt of st2kv is true or false"),
        ("{{ st2kv('b', other=1) }}", "st2kv has no option 'other'"),
    ],
)
def test_refusals(expressions: CompiledExpressions, text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        expressions.evaluate(text, make_scope())
    assert caught.value.message == f"{text}: {reason}"


@pytest.mark.parametrize("text", ["<% st2kv(a) %>", "{{ st2kv('a') }}"])
def test_without_a_datastore(text: str) -> None:
    with pytest.raises(ExpressionError, match="there is no datastore here"):
        CompiledExpressions().evaluate(text, make_scope())
