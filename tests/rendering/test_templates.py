"""Values rendered deep, with their types."""

import pytest

from chatops_cli.model.json import Json
from chatops_cli.rendering.datastore import StoredValues
from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.templates import Templates, is_template

CONTEXT: dict[str, object] = {
    "name": "web",
    "count": 3,
    "tags": ["a", "b"],
    "quote": 'say "hi"\nC:\\temp',
    "nothing": None,
}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{{ name }}", "web"),
        ("{{ count }}", "3"),
        (12, 12),
        (None, None),
        ("plain", "plain"),
        (["{{count}}", "{{ count }}", "{{tags}}"], [3, "3", ["a", "b"]]),
        ({"{{ name }}": {"n": ["{{name}}-1"]}}, {"web": {"n": ["web-1"]}}),
        (["{{nothing}}", "{{ nothing }}"], [None, "None"]),
        (["{{ quote }}"], ['say "hi"\nC:\\temp']),
        (["```{{ quote|json_escape }}```"], ['```say "hi"\nC:\\temp```']),
        (["\x01 {{ name|json_escape }}"], ["\x01 web"]),
        (["{{ tags|to_complex }}"], ['["a", "b"]']),
        ([True, 1.5, {}], [True, 1.5, {}]),
    ],
)
def test_templates_in_a_value_are_rendered(value: Json, expected: Json) -> None:
    assert Templates().render_json(value, CONTEXT, strict=True) == expected


def test_a_stored_value_is_text() -> None:
    class Items:
        def get(self, scope: str, name: str, decrypt: bool) -> str | None:
            return f"{scope} {name} {decrypt}"

    context = {"st2kv": StoredValues(Items()), "system": StoredValues(Items()).child("system")}
    rendered = Templates().render_json(["{{system}}", "{{ system.a.b }}"], context)
    assert rendered == ["system  False", "system a.b False"]


def test_a_broken_one_is_an_error() -> None:
    with pytest.raises(TemplateError, match="'absent' is undefined"):
        Templates().render_json({"a": ["{{ absent }}"]}, CONTEXT, strict=True)
    with pytest.raises(TemplateError, match="'absent' is undefined"):
        Templates().render_json(["{{absent}}"], CONTEXT, strict=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{{ a }} {{ b.c }}", {"a", "b"}),
        ("{% for x in y %}{{ x ~ z|default(six) }}{% endfor %}", {"y", "z"}),
        (["{{ a|upper }}", {"{{ k }}": "{{ v }}"}, 1], {"a", "k", "v"}),
        ("plain", set()),
        (None, set()),
        ("{{ st2kv.system.x | decrypt_kv }}", {"st2kv"}),
    ],
)
def test_the_names_that_a_value_reads(value: Json, expected: set[str]) -> None:
    assert Templates().names(value) == expected


def test_names_of_a_broken_template_are_an_error() -> None:
    with pytest.raises(TemplateError) as caught:
        Templates().names("a\n{% if %}")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("{{ a }}", True),
        ("{% raw %}", True),
        ("{ a }", False),
        ({"{{ k }}": 1}, True),
        ([["{{ a }}"]], True),
        ({"a": [1, None]}, False),
        (1, False),
    ],
)
def test_what_is_a_template(value: Json, expected: bool) -> None:
    assert is_template(value) is expected
