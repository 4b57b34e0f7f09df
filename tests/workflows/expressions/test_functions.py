"""The filters of templates are functions in both languages."""

import pytest

from chatops_cli.workflows.expressions import filters
from chatops_cli.workflows.expressions.compiled import CompiledExpressions
from tests.support.expressions import make_scope

CALLS = {
    "basename": ("'/a/b'", "b"),
    "dirname": ("'/a/b'", "/a"),
    "from_json_string": ("'[1]'", [1]),
    "from_yaml_string": ("'a: 1'", {"a": 1}),
    "json_dump": ("ctx('d')", '{"a": [1]}'),
    "json_escape": ("'é'", "\\u00e9"),
    "json_parse": ("'[1]'", [1]),
    "jsonpath_query": ("ctx('d'), 'a'", [[1]]),
    "powershell_quote": ("'a'", "'a'"),
    "regex_match": ("'xyz', 'x'", True),
    "regex_replace": ("'xyz', 'x', 'w'", "wyz"),
    "regex_search": ("'xyz', 'y'", True),
    "regex_substring": ("'x1y2', '[0-9]', 1", "2"),
    "shell_quote": ("'a b'", "'a b'"),
    "to_complex": ("ctx('d')", '{"a": [1]}'),
    "to_human_time_from_seconds": ("61", "1m1s"),
    "to_json_string": ("ctx('d')", '{"a": [1]}'),
    "to_yaml_string": ("ctx('d')", "a:\n- 1\n"),
    "use_none": ("ctx('none')", "%*****__%NONE%__*****%"),
    "version_bump_major": ("'1.2.3'", "2.0.0"),
    "version_bump_minor": ("'1.2.3'", "1.3.0"),
    "version_bump_patch": ("'1.2.3'", "1.2.4"),
    "version_compare": ("'1.2.3', '1.10.0'", -1),
    "version_equal": ("'1.2.3', '1.2.3'", True),
    "version_less_than": ("'1.2.3', '1.2.4'", True),
    "version_match": ("'1.2.3', '>1.0.0'", True),
    "version_more_than": ("'1.2.3', '1.0.0'", True),
    "version_strip_patch": ("'1.2.3'", "1.2"),
    "yaml_dump": ("ctx('d')", "a:\n- 1\n"),
    "yaml_parse": ("'a: 1'", {"a": 1}),
}


@pytest.fixture(scope="module")
def expressions() -> CompiledExpressions:
    return CompiledExpressions()


def test_all_are_tried() -> None:
    assert CALLS.keys() == {*filters.NAMES, *filters.ALIASES}


@pytest.mark.parametrize("name", CALLS)
def test_both_languages(expressions: CompiledExpressions, name: str) -> None:
    """The same call gives the same; in Jinja it is a filter as well."""
    scope = make_scope({"d": {"a": [1]}, "none": None})
    arguments, expected = CALLS[name]
    for text in (f"<% {name}({arguments}) %>", "{{ " + f"{name}({arguments})" + " }}"):
        assert expressions.evaluate(text, scope) == expected
    first, _, more = arguments.partition(", ")
    assert expressions.evaluate("{{ " + f"{first} | {name}({more})" + " }}", scope) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<% regex('(?P<w>l+)').search('hello', $w.start) %>", 2),
        ("<% regex('l').split('hello', 1) %>", ["he", "lo"]),
        ("<% regex('(l)').split('hello') %>", ["he", "l", "", "l", "o"]),
        ("<% regex('l').split('hello', -1) %>", ["hello"]),
        ("<% regex('l').replace('hello', 'L', 1) %>", "heLlo"),
        ("<% regex('l').replace('hello', 'L', -1) %>", "hello"),
        ("<% 'hello'.replaceBy(regex('l'), str($.start)) %>", "he23o"),
        ("<% regex('l').searchAll('hello', $.start) %>", [2, 3]),
        ("<% regex('z').search('hello') %>", None),
        ("<% regex('a.c', dotAll => true).matches(ctx(lines)) %>", True),
        ("<% regex('^c', multiLine => true).matches(ctx(lines)) %>", True),
        ("<% ctx(lines) !~ regex('z') %>", True),
        ("<% ctx(lines) =~ regex('c') %>", True),
        ("<% ctx(lines).matches('c') %>", True),
        ("<% hello.replace(dict(l => L, h => 1)) %>", "1eLLo"),
        ("<% json(dict(a => 1)).a %>", 1),
        ("<% zip([1], null, pad => 0) %>", [[1, 0]]),
        ("<% ctx().get(nothing, 5) %>", 5),
        ("<% ctx(d) = ctx(d).set(z, 1) %>", False),
        ("<% ctx(d) = dict(a => [1]) %>", True),
        ("<% [ctx(d), ctx(d)].distinct() %>", [{"a": [1]}]),
        ("<% to_json_string(ctx(d).set(b, 1).items().select($)) %>", '[["a",[1]],["b",1]]'),
        ("<% str(ctx(d)) %>", "{'a': (1,)}"),
    ],
)
def test_yaql(expressions: CompiledExpressions, text: str, expected: object) -> None:
    """What the vectors leave out."""
    scope = make_scope({"lines": "a\nc", "d": {"a": [1]}})
    assert expressions.evaluate(text, scope) == expected
