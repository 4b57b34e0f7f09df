"""Plain templates give what Jinja gives, or leave it to Jinja."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.plain import compile_plain
from chatops_cli.rendering.sandbox import Sandbox
from chatops_cli.rendering.templates import Templates

CONTEXT: dict[str, object] = {
    "execution": {
        "id": "5f2",
        "status": "succeeded",
        "parameters": {"name": "web", "n": 3, "none": None, "items": [1, 2], "yes": True},
        "result": {"stdout": "a\r\nb", "items": {"x": 1}, "": "empty", "0": "zero", "f": 1.50},
        "hosts": ["a", "b", ["c"]],
        "_private": "shown",
        "next": "n",
    },
    "word": "text",
    "number": 12,
    "nothing": None,
    "odd": object,
}

_NAMES = st.sampled_from(
    [
        *("execution", "word", "number", "nothing", "odd", "absent", "id", "status", "parameters"),
        *("name", "none", "items", "result", "stdout", "f", "hosts", "_private", "next", "upper"),
        *("iteritems", "__class__", "real", "true", "not", "self", "range"),
    ]
)
_STEPS = st.one_of(
    _NAMES.map(lambda n: f".{n}"),
    _NAMES.map(lambda n: f"['{n}']"),
    _NAMES.map(lambda n: f'["{n}"]'),
    st.sampled_from(["[0]", "[-1]", "[9]", "['0']", "['']", "[01]", ". id", "[ 0 ]", ".0"]),
)
_PATHS = st.tuples(_NAMES, st.lists(_STEPS, max_size=4)).map(lambda p: p[0] + "".join(p[1]))
_SPACES = st.sampled_from(["", " ", "\n", "\t ", "-", "+"])
_EXPRESSIONS = st.tuples(_SPACES, _PATHS, _SPACES).map(lambda p: "{{" + "".join(p) + "}}")
_TEXTS = st.text(alphabet="a {}%#\n\r\\'\"\u00e9{}", max_size=6)
_TEMPLATES = st.lists(st.one_of(_TEXTS, _EXPRESSIONS, _EXPRESSIONS), max_size=5).map("".join)


def _jinja(text: str, *, strict: bool) -> str | type[Exception]:
    try:
        return Sandbox(strict=strict).from_string(text).render(CONTEXT)
    except Exception as error:  # noqa: BLE001  # whichever it is, plain must not answer
        return type(error)


@given(text=_TEMPLATES, strict=st.booleans())
def test_what_is_answered_is_jinjas_answer(text: str, strict: bool) -> None:
    plain = compile_plain(text)
    answer = plain.render(CONTEXT, strict=strict) if plain is not None else None
    if answer is not None:
        assert answer == _jinja(text, strict=strict)


@pytest.mark.parametrize(
    "text",
    [
        "Roger that!\n",
        "Getting {{ execution.parameters.name }} for you...\n",
        "{{execution['result'][\"stdout\"]}}",
        "{{ execution.hosts[-1][0] }} {{ word }} {{ number }} {{ nothing }}",
        "{{ execution.absent }}|{{ absent }}|{{ execution.hosts[7] }}",
        "} {a} 100% }} { {",
        "{{ execution.result }}{{ execution.parameters.yes }}",
        "a\r\nb\rc\n\n",
    ],
)
def test_common_templates_are_answered(text: str) -> None:
    plain = compile_plain(text)
    assert plain is not None
    assert plain.render(CONTEXT, strict=False) == _jinja(text, strict=False)


@pytest.mark.parametrize(
    "text",
    [
        *("{% if a %}{% endif %}", "{# a #}", "{{ a|upper }}", "{{ a() }}", "{{- a }}", "{{ a -}}"),
        *("{{ true }}", "{{ a", "{{ 'a' }}", "{{ a.0 }}", "{{ a['\\x41'] }}", "{{ a{{ b }}"),
    ],
)
def test_the_rest_is_not_plain(text: str) -> None:
    assert compile_plain(text) is None


@pytest.mark.parametrize("text", ["{{ word.upper }}", "{{ execution.result.items }}", "{{ odd }}"])
def test_methods_and_other_types_are_left_to_jinja(text: str) -> None:
    plain = compile_plain(text)
    assert plain is not None
    assert plain.render(CONTEXT, strict=False) is None


def test_undefined_is_an_error_only_where_asked() -> None:
    templates = Templates()
    assert templates.render("<{{ absent }}>", CONTEXT) == "<>"
    with pytest.raises(TemplateError) as caught:
        templates.render("one\n<{{ absent }}>", CONTEXT, strict=True)
    assert (caught.value.message, caught.value.line) == ("'absent' is undefined", 2)


def test_a_plain_template_does_not_import_jinja() -> None:
    script = (
        "import sys; from chatops_cli.rendering.replies import Templates;"
        "print(Templates().render('a {{ b.c }}', {'b': {'c': 1}}));"
        "print([m for m in ('jinja2', 'yaml', 're2', 'rich', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "a 1\n[]\n"
