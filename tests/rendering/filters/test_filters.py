"""The filters give StackStorm's documented answers.

Source: StackStorm, `st2common/tests/unit/test_jinja_render_*_filters.py` and
`test_time_jinja_filters.py`, for the values.
"""

import json
from collections.abc import Mapping

import pytest

from chatops_cli.rendering.datastore import StoredValues
from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.filters.data import NONE_TEXT
from chatops_cli.rendering.filters.duration import clock_time
from chatops_cli.rendering.filters.table import FILTERS
from chatops_cli.rendering.templates import Templates

PEOPLE = {
    "people": [
        {"first": "James", "last": "d"},
        {"first": "Jacob", "last": "e"},
        {"missing": "different"},
    ]
}
DATA = {"a": "b", "c": {"d": "e", "f": 1, "g": True}}


def _render(expression: str, **context: object) -> str:
    return Templates().render("{{ " + expression + " }}", context, strict=True)


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [
        ("v|version_compare('0.10.0')", "0.9.0", "-1"),
        ("v|version_compare('0.10.0')", "0.10.1", "1"),
        ("v|version_compare('0.10.0')", "0.10.0", "0"),
        ("v|version_more_than('0.10.0')", "0.10.1", "True"),
        ("v|version_more_than('0.10.0')", "0.10.0", "False"),
        ("v|version_less_than('0.10.0')", "0.9.0", "True"),
        ("v|version_less_than('0.10.0')", "0.10.0", "False"),
        ("v|version_equal('0.10.0')", "0.10.0", "True"),
        ("v|version_equal('0.10.0')", "0.10.1", "False"),
        ("v|version_match('>0.10.0')", "0.10.1", "True"),
        ("v|version_match('>0.10.0')", "0.1.1", "False"),
        ("v|version_match('<0.10.0')", "0.1.0", "True"),
        ("v|version_match('==0.10.0')", "0.10.0", "True"),
        ("v|version_match('!=0.10.0')", "0.10.0", "False"),
        ("v|version_match('>=0.10.0')", "0.10.0", "True"),
        ("v|version_match('<=0.10.0')", "0.10.1", "False"),
        ("v|version_match('0.10.0')", "0.10.0", "True"),
        ("v|version_bump_major", "0.10.1", "1.0.0"),
        ("v|version_bump_minor", "0.10.1", "0.11.0"),
        ("v|version_bump_patch", "0.10.1", "0.10.2"),
        ("v|version_bump_patch", "1.2.3-rc.1+build", "1.2.4"),
        ("v|version_strip_patch", "0.10.1", "0.10"),
        ("v|to_human_time_from_seconds", 12345, "3h25m45s"),
        ("v|to_human_time_from_seconds", 0, "0s"),
        ("v|to_human_time_from_seconds", 0.1, "0.1\u03bcs"),
        ("v|to_human_time_from_seconds", 56, "56s"),
        ("v|to_human_time_from_seconds", 56.2, "56s"),
        ("v|to_human_time_from_seconds", 456, "7m36s"),
        ("v|to_human_time_from_seconds", 4560, "1h16m0s"),
        ("v|to_human_time_from_seconds", 45678997, "1y12d16h36m37s"),
        ("v|basename", "/some/path/to/file.txt", "file.txt"),
        ("v|basename", "/some/path/to/dir/", ""),
        ("v|dirname", "/some/path/to/file.txt", "/some/path/to"),
        ("v|dirname", "/some/path/to/dir/", "/some/path/to/dir"),
        ("v|json_escape", 'foo """ bar', 'foo \\"\\"\\" bar'),
        ("v|json_escape", r"foo \ bar", "foo \\\\ bar"),
        ("v|json_escape", "foo \b\f\n\r\t bar", "foo \\b\\f\\n\\r\\t bar"),
        ("v|regex_match('x')", "xyz", "True"),
        ("v|regex_match('y')", "xyz", "False"),
        (r"v|regex_match('^v(\\d+\\.)?(\\d+\\.)?(\\*|\\d+)$')", "v0.10.1", "True"),
        ("v|regex_replace('x', 'y')", "xyz", "yyz"),
        (
            "v|regex_replace('(blue|white|red)', 'color')",
            "blue socks and red shoes",
            "color socks and color shoes",
        ),
        ("v|regex_search('y')", "xyz", "True"),
        ("v|regex_search('q')", "xyz", "False"),
        ("v|regex_search('Y', true)", "xyz", "True"),
        (
            r"v|regex_substring('([0-9]{3} \w+ (?:Ave|St|Dr))')",
            "My address is 123 Somewhere Ave. See you soon!",
            "123 Somewhere Ave",
        ),
        (
            r"v|regex_substring('([0-9]{3} \w+ (?:Ave|St|Dr))', 1)",
            "Your address is 567 Elsewhere Dr. My address is 123 Somewhere Ave.",
            "123 Somewhere Ave",
        ),
        ("v|jsonpath_query('people[*].first')", PEOPLE, "['James', 'Jacob']"),
        ("v|jsonpath_query('query_returns_no_results')", PEOPLE, "None"),
        ("v|from_json_string", json.dumps(DATA), repr(DATA)),
        ("v|from_yaml_string", "---\na: b\nc:\n  d: e\n  f: 1\n  g: true\n", repr(DATA)),
        ("v|from_yaml_string", "---\n- a\n- b\n", "['a', 'b']"),
        ("v|from_yaml_string", "", "None"),
        ("v|to_json_string", {"a": [1, None], "b": "é"}, '{"a": [1,null],"b": "\\u00e9"}'),
        ("v|to_json_string(indent=1, sort_keys=true)", {"b": 1, "a": 2}, '{\n "a": 2,\n "b": 1\n}'),
        ("v|to_yaml_string", {"b": [1, None], "a": "é"}, "a: é\nb:\n- 1\n- null\n"),
        ("v|to_yaml_string(indent=4)", {"a": {"b": 1}}, "a:\n    b: 1\n"),
        ("v|to_complex", {"a": [1, "x"]}, '{"a": [1, "x"]}'),
        ("v|use_none", None, NONE_TEXT),
        ("v|use_none", "text", "text"),
        ("v|shell_quote", "a b; rm -rf '/'", "'a b; rm -rf '\"'\"'/'\"'\"''"),
        ("v|shell_quote", ["a b", "c"], "'a b' c"),
        ("v|shell_quote", "", "''"),
        ("v|powershell_quote", "a'b $(c) \u2019", "'a''b $(c) \u2019\u2019'"),
        ("v|powershell_quote", {"k": [1, None, True, ""]}, "@{'k' = @(1, $null, $true, '')}"),
        ("v|to_yaml_string|from_yaml_string == v", DATA, "True"),
    ],
)
def test_answers(expression: str, value: object, expected: str) -> None:
    assert _render(expression, v=value) == expected


@pytest.mark.parametrize(
    ("expression", "value", "expected"),
    [
        (
            "v|to_human_time_from_seconds",
            "stuff",
            "TypeError: to_human_time_from_seconds takes a number of seconds, not 'stuff'",
        ),
        ("v|version_compare('1')", "1.2.3", "ValueError: '1' is not a version such as 1.2.3"),
        ("v|version_bump_major", "01.2.3", "ValueError: '01.2.3' is not a version such as 1.2.3"),
        (
            "v|version_match('~1.0.0')",
            "1.0.0",
            "ValueError: '~1.0.0' is not a condition such as >=1.2.3",
        ),
        (
            "v|regex_substring('x', 1)",
            "x",
            "IndexError: regex_substring finds 'x' 1 times, none has index 1",
        ),
        (
            "v|regex_search('*')",
            "x",
            "ValueError: '*' is not a regular expression: nothing to repeat at position 0",
        ),
        (
            r"v|regex_replace('x', '\\q')",
            "x",
            "ValueError: the replacement has the escape \\q, which means nothing",
        ),
        (
            r"v|regex_replace('x', '\\2')",
            "x",
            "IndexError: the replacement names group 2, the pattern has none",
        ),
        (
            "v|jsonpath_query('[[')",
            {},
            "ValueError: '[[' isn't a JSONPath: Parse error at 1:1 near token [ ([)",
        ),
        (
            "v|decrypt_kv",
            "text",
            "TypeError: decrypt_kv takes a datastore item, such as st2kv.system.password",
        ),
    ],
)
def test_wrong_values_are_told(expression: str, value: object, expected: str) -> None:
    with pytest.raises(TemplateError) as caught:
        _render(expression, v=value)
    assert caught.value.message == expected


@pytest.mark.parametrize(
    "expression",
    [
        "v|from_json_string",
        "v|from_yaml_string",
        "{'a': dict}|to_yaml_string",
        "dict|to_json_string",
    ],
)
def test_what_is_not_data_is_told(expression: str) -> None:
    with pytest.raises(TemplateError):
        _render(expression, v="{a: ]")


def test_a_yaml_text_makes_nothing_but_data() -> None:
    with pytest.raises(TemplateError) as caught:
        _render("v|from_yaml_string", v="!!python/object/apply:os.system ['true']")
    assert "isn't YAML" in caught.value.message


@pytest.mark.parametrize("name", ["json_escape", "to_json_string", "to_yaml_string"])
def test_an_undefined_name_writes_nothing(name: str) -> None:
    assert Templates().render(f"<{{{{ absent|{name} }}}}>", {}) == "<>"
    with pytest.raises(TemplateError):
        Templates().render(f"<{{{{ absent|{name} }}}}>", {}, strict=True)


def test_prereleases_are_ordered_as_semantic_versioning_says() -> None:
    ordered = "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11"
    versions = [*ordered.split(), "1.0.0-rc.1", "1.0.0", "1.0.1"]
    compare = FILTERS["version_compare"]
    for i, left in enumerate(versions):
        for j, right in enumerate(versions):
            assert compare(left, f"{right}+build.{i}") == (i > j) - (i < j)


@pytest.mark.parametrize(
    ("seconds", "expected"), [(1, "1s"), (60, "1m0s"), (40 * 86400, "40d0h0m0s"), (0, "0s")]
)
def test_our_own_lengths_of_time_leave_nothing_out(seconds: int, expected: str) -> None:
    assert clock_time(seconds) == expected


def test_all_the_filters_are_there() -> None:
    data = {"from_json_string", "from_yaml_string", "json_escape", "jsonpath_query", "to_complex"}
    data |= {"to_json_string", "to_yaml_string", "use_none", "decrypt_kv"}
    regex = {"regex_match", "regex_replace", "regex_search", "regex_substring"}
    version = {"compare", "equal", "less_than", "match", "more_than", "strip_patch"}
    version |= {"bump_major", "bump_minor", "bump_patch"}
    others = {"basename", "dirname", "to_human_time_from_seconds"}
    ours = {"shell_quote", "powershell_quote"}
    versions = {f"version_{name}" for name in version}
    assert set(FILTERS) == data | regex | others | ours | versions


class _Items:
    def __init__(self, items: Mapping[tuple[str, str], str]) -> None:
        self.items = items

    def get(self, scope: str, name: str, decrypt: bool) -> str | None:
        value = self.items.get((scope, name))
        return f"plain {value}" if value is not None and decrypt else value


ITEMS = _Items(
    {("system", "k8"): "v", ("system", "a.b"): "12", ("user", "k8"): "mine", ("system", "e"): ""}
)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("st2kv.system.k8", "v"),
        ("st2kv.user.k8", "mine"),
        ("st2kv['system']['k8']", "v"),
        ("st2kv.system.a.b", "12"),
        ("st2kv.system.a.b|int + 1", "13"),
        ("st2kv.system.a.b|float", "12.0"),
        ("st2kv.system.k8|length", "1"),
        ("st2kv.system.k8|upper", "V"),
        ("st2kv.system.k8 == 'v'", "True"),
        ("'yes' if st2kv.system.k8 else 'no'", "yes"),
        ("'yes' if st2kv.system.nope else 'no'", "no"),
        ("'yes' if st2kv.system.e else 'no'", "no"),
        ("st2kv.system.k8|decrypt_kv", "plain v"),
        ("st2kv.user.k8|decrypt_kv", "plain mine"),
        ("st2kv('system.k8')", "v"),
        ("st2kv('k8')", "v"),
        ("st2kv('user.k8', decrypt=true)", "plain mine"),
        ("st2kv('st2kv.system.a.b')", "12"),
        ("st2kv('system.nope', default='else')", "else"),
        ("st2kv('system.nope', default=none)", "None"),
        ("st2kv.system.a.b|from_json_string", "12"),
    ],
)
def test_datastore_items(expression: str, expected: str) -> None:
    assert _render(expression, st2kv=StoredValues(ITEMS)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("st2kv.system.nope", "the datastore has no item 'nope' in scope system"),
        ("st2kv.system.nope|decrypt_kv", "the datastore has no item 'nope' in scope system"),
        ("st2kv('user.nope')", "the datastore has no item 'nope' in scope user"),
        ("st2kv.other.k8", "st2kv has no scope 'other'"),
        ("st2kv(1)", "st2kv takes the name of an item, not 1"),
        ("st2kv.system.__class__", "the datastore has no item '__class__' in scope system"),
    ],
)
def test_an_absent_item_is_an_error_that_names_it(expression: str, expected: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Templates().render("{{ " + expression + " }}", {"st2kv": StoredValues(ITEMS)})
    assert caught.value.message == expected
