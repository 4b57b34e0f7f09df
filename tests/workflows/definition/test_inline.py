"""Parameters on the line of an action: their values, their types, and what is not read."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.json import Json
from chatops_cli.workflows.definition.inline import Inline, read_inline, split_action


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x=null", None),
        ("x=12", 12),
        ("x=-12", -12),
        ("x=-0.5", -0.5),
        ("x=True", True),
        ("x=FALSE", False),
        ('x="a b"', "a b"),
        ("x='a \"b\" c'", 'a "b" c'),
        ('x=""', ""),
        ('x="12"', "12"),
        ("x='true'", "true"),
        ("x='{\"a\": 1}'", {"a": 1}),
        ("x='{a}'", "{a}"),
        ("x=[1, 2]", [1, 2]),
        ("x=<% ctx('y') %>", "<% ctx('y') %>"),
        ("x={{ ctx().y }}", "{{ ctx().y }}"),
        pytest.param('x=["a"]', '["a"]', id="a list with quotes stays text"),
        pytest.param("x=007", "007", id="a number that JSON has not"),
        pytest.param("x=.5", ".5", id="a number without a zero"),
        pytest.param("x=" + "9" * 400 + ".0", "9" * 400 + ".0", id="a number too large"),
        pytest.param("x=[NaN]", "[NaN]", id="not a number"),
        pytest.param("x=" + "[" * 5000 + "]" * 5000, "[" * 5000 + "]" * 5000, id="too deep"),
    ],
)
def test_a_value_has_the_type_that_orquesta_gives_it(text: str, value: Json) -> None:
    assert read_inline(text) == Inline(values=(("x", value),))


def test_several_are_read_in_their_order_and_may_be_repeated() -> None:
    found = read_inline('b=1, a="x"; b=<% ctx().c %>')
    assert found == Inline(values=(("b", 1), ("a", "x"), ("b", "<% ctx().c %>")))


@pytest.mark.parametrize(
    ("text", "values", "rest"),
    [
        ("x=abc", (), "x=abc"),
        ("x=1.2.3 y=2", (("x", 1.2), ("y", 2)), ".3"),
        ("x=12ab", (("x", 12),), "ab"),
        ('cmd="say \\"hi\\""', (("cmd", "say \\"),), 'hi\\""'),
        ("foo x=1 bar", (("x", 1),), "foo … bar"),
        ("x=[1] y=[2]", (("x", "[1] y=[2]"),), ""),
    ],
)
def test_what_is_no_value_is_told(
    text: str, values: tuple[tuple[str, Json], ...], rest: str
) -> None:
    assert read_inline(text) == Inline(values=values, rest=rest)


@pytest.mark.parametrize(
    ("text", "action", "rest"),
    [
        ("core.noop", "core.noop", ""),
        ('core.local  cmd="a b"', "core.local", 'cmd="a b"'),
        ("core.local\ncmd='a'", "core.local", "cmd='a'"),
        ("<% ctx(a b) %> x=1", "<% ctx(a b) %>", "x=1"),
        ("p.<% ctx( a ) %>_x y=1", "p.<% ctx( a ) %>_x", "y=1"),
        ("{% if x %}a.b{% else %}c.d{% endif %}", "{% if x %}a.b{% else %}c.d{% endif %}", ""),
        ("  ", "", ""),
    ],
)
def test_the_action_comes_before_its_parameters(text: str, action: str, rest: str) -> None:
    assert split_action(text) == (action, rest)


NAMES = st.text("abcxyz_019", min_size=1, max_size=6)
PLAIN = st.text("abc XYZ019.,;=-<%>{}[]()\\/\n\té€", max_size=12)
TEXTS = PLAIN.filter(lambda text: text == text.strip() and not text.startswith("{"))


@given(st.lists(st.tuples(NAMES, TEXTS | st.integers() | st.booleans() | st.none()), max_size=5))
def test_what_is_written_properly_is_read_back(pairs: list[tuple[str, str | int | None]]) -> None:
    """Texts in quotes, everything else as JSON."""
    words = (f'"{value}"' if isinstance(value, str) else json.dumps(value) for _, value in pairs)
    text = " ".join(f"{name}={word}" for (name, _), word in zip(pairs, words, strict=True))
    assert read_inline(text) == Inline(values=tuple(pairs))


@given(st.text("x=1 \"'[]{}<%>,;.-tnul\n\\", max_size=40))
def test_whatever_the_text_it_is_read_and_every_value_is_json(text: str) -> None:
    found = read_inline(text)
    for name, value in found.values:
        assert f"{name}=" in text
        json.dumps(value, allow_nan=False)
    assert set(found.rest) <= set(text) | set(" …")
