"""Templates can't reach Python, change data, hang, or fill the memory."""

import time

import pytest

from chatops_cli.rendering.failure import TemplateError
from chatops_cli.rendering.limits import OUTPUT_LIMIT
from chatops_cli.rendering.templates import Templates

CONTEXT: dict[str, object] = {
    "data": {"items": [3, 1, 2], "inner": {"a": 1}},
    "big": "x" * 1_000_000,
    "text": "a-b",
}


def _grow(start: str, step: str) -> str:
    """A loop that would double a value 99 times."""
    loop = f"{{% for i in range(99) %}}{{% set ns.v = {step} %}}{{% endfor %}}"
    return f"{{% set ns = namespace(v={start}) %}}{loop}"


def _failure(text: str, *, strict: bool = True) -> str:
    with pytest.raises(TemplateError) as caught:
        Templates().render(text, CONTEXT, strict=strict)
    return caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ text|attr('__class__') }}",
        "{{ ''['__class__'] }}",
        "{{ '{0.__class__}'.format(text) }}",
        "{{ '{a.__class__}'.format_map({'a': text}) }}",
        "{{ text.format.__self__ }}",
        "{{ data.__init__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ six.iteritems.__globals__ }}",
        "{{ data.iteritems.__self__ }}",
        "{{ six.text_type.format('{0.__class__}', text) }}",
        "{{ ('{0.__class__}'|attr('format'))(text) }}",
        "{{ (['{0.__class__}']|map(attribute='format')|first)(text) }}",
        "{{ dict.mro() }}",
        "{{ (data.items()|first).__class__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ text.split.__call__ }}",
        "{{ joiner().__class__ }}",
        "{{ range.__subclasses__ }}",
        "{% macro m() %}{% endmacro %}{{ m.__init__ }}",
    ],
)
def test_internals_are_out_of_reach(text: str) -> None:
    refusals = ("unsafe", "undefined", "has no attribute")
    assert any(words in _failure(text) for words in refusals)
    # Where undefined names are allowed nothing is written either.
    try:
        assert Templates().render(text, CONTEXT) == ""
    except TemplateError as error:
        assert any(words in error.message for words in refusals)  # noqa: PT017  # either is right


@pytest.mark.parametrize(
    "text",
    [
        "{{ data.update({'a': 1}) }}",
        "{{ data.clear() }}",
        "{{ data['items'].append(4) }}",
        "{{ data['items'].sort() }}",
        "{{ data.inner.pop('a') }}",
    ],
)
def test_data_cannot_be_changed(text: str) -> None:
    before = repr(CONTEXT["data"])
    assert "unsafe" in _failure(text)
    assert repr(CONTEXT["data"]) == before


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 10**9 }}",
        "{{ 10**9 * 'a' }}",
        "{{ [1] * 10**9 }}",
        "{{ (10 ** (10 ** 9)) }}",
        _grow("2", "ns.v * ns.v"),
        _grow("'ab'", "ns.v + ns.v"),
        _grow("'ab'", "ns.v ~ ns.v"),
        _grow("[1]", "[ns.v, ns.v]") + "{{ ns.v }}",
        _grow("[1]", "[ns.v, ns.v]") + "{{ ns.v|string }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ '{:{w}}'.format(1, w=10**9) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%*d' % (10**9, 1) }}",
        "{{ '%s%s%s%s%s%s%s%s%s%s' % (big, big, big, big, big, big, big, big, big, big) }}",
        "{{ '%1000000000d'|format(1) }}",
        "{{ '{0}{0}{0}{0}{0}{0}{0}{0}{0}'.format(big) }}",
        "{{ 'a'|center(10**9) }}",
        "{{ ['a']|map('center', 10**9)|list }}",
        "{{ 'a'.center(10**9) }}",
        "{{ 'a'.ljust(10**9) }}",
        "{{ 'a'.zfill(10**9) }}",
        "{{ '\t'.expandtabs(10**9) }}",
        "{{ big.expandtabs(100) }}",
        "{{ (1).to_bytes(10**9, 'big') }}",
        "{{ big.replace('', big) }}",
        "{{ big|replace('x', big) }}",
        "{{ big|regex_replace('x', big) }}",
        "{{ big.translate({120: big}) }}",
        "{{ big.join(['a'] * 99) }}",
        "{{ big.join((['a'] * 99)|map('string')) }}",
        "{{ range(100000)|join(big) }}",
        "{{ (['a'] * 99)|join(big) }}",
        "{{ big|indent(10**9) }}",
        "{{ ('a\n' * 1000)|indent(100000) }}",
        "{{ big|wordwrap(1, wrapstring=big) }}",
        "{{ [1]|batch(10**9, 1)|list }}",
        "{{ [1]|slice(10**9)|list }}",
        "{{ 5|round(-10**9) }}",
        "{{ [1]|tojson(10**9) }}",
        "{{ [1]|to_json_string(10**9) }}",
        "{{ range(10**9) }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) %}{{ big }}{% endfor %}",
        "{% for i in range(99999) %}" + "y" * 10_000 + "{% endfor %}",
        "{% set x %}{% for i in range(99999) %}{{ big }}{% endfor %}{% endset %}",
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(n) %}{{ n and m(n - 1) ~ m(n - 1) }}{% endmacro %}{{ m(60) }}",
        "{% for i in range(9) recursive %}{{ loop(range(9)) }}{% endfor %}",
        "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}",
        "{{ 1" + "+1" * 20_000 + " }}",
        "{% if 1 %}" * 200 + "{% endif %}" * 200,
        "{{ a }}{% if 1 %}" + "x" * 300_000,
    ],
)
def test_bombs_are_refused_at_once(text: str) -> None:
    start = time.monotonic()
    message = _failure(text)
    assert time.monotonic() - start < 6
    assert any(
        words in message for words in ("more than", "longer than", "largest", "too", "MAX_RANGE")
    )
    assert "\n" not in message


def test_long_output_is_cut_with_a_note() -> None:
    text = Templates().render("{{ big }}{{ big|upper }}", CONTEXT)
    assert text[OUTPUT_LIMIT:] == "\n… (cut: the text is longer than 1,048,576 characters)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "{% for i in data['items'] %}{{ loop.index }}/{{ loop.length }}{{ i }},{% endfor %}",
            "1/33,2/31,3/32,",
        ),
        ("{% for i in absent %}{% else %}none{% endfor %}", "none"),
        ("{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m(1) ~ m('b') }}", "<1><b>"),
        ("{{ '%-5s|' % text }}{{ '{:>5}'.format(7) }}", "a-b  |    7"),
        ("{{ '{a}{b}'.format_map({'a': 1, 'b': 2}) }}{{ text.center(7, '*') }}", "12**a-b**"),
        ("{{ data['items']|map('string')|join(', ') }}", "3, 1, 2"),
        ("{{ ', '.join(['a', 'b']) }} {{ [1, 2]|sum }} {{ 'a'.join('xy') }}", "a, b 3 xay"),
        ("{{ text.split('-')|last|upper * 3 }}{{ 2 ** 10 % 7 }}", "BBB2"),
        ("{{ text.replace('-', '+') }}{{ 'b'.translate({98: 'c'}) }}", "a+bc"),
        ("{{ text|replace('a', 'b') }}{{ 'a\nb'|indent(2) }}", "b-ba\n  b"),
        ("{{ 'a\tb'.expandtabs(4) }}{{ '%s'|format(1) }}", "a   b1"),
        (
            "{% for i in [1, 2] recursive %}{{ i }}{{ loop([8]) if loop.depth < 2 }}{% endfor %}",
            "1828",
        ),
        ("{% for i in 'ab' %}{% for j in [i, i] %}{{ j }}{% endfor %}{% endfor %}", "aabb"),
        ("{% block b scoped %}{{ text }}{% endblock %}", "a-b"),
        (
            "{{ [[1, 2], [3]]|map('first')|list }}{{ 'abc'|batch(2)|list }}",
            "[1, 3][['a', 'b'], ['c']]",
        ),
    ],
)
def test_ordinary_templates_are_not_in_the_way(text: str, expected: str) -> None:
    assert Templates().render(text, CONTEXT) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ '{a}'.format_map(1) }}", "TypeError: format_map takes one mapping"),
        ("{{ text|replace('a') }}", "TypeError: do_replace() missing"),
        ("{{ text.replace('a') }}", "TypeError: replace expected at least 2 arguments, got 1"),
        ("{{ text.join(1) }}", "TypeError: can only join an iterable"),
        ("{{ text.replace(1, 'b') }}", "TypeError: "),
    ],
)
def test_wrong_arguments_are_told_in_pythons_words(text: str, message: str) -> None:
    assert _failure(text).startswith(message)


def test_blocks_take_their_own_lines_away() -> None:
    text = "a\n  {% if true %}\nb\n  {% endif %}\nc\n"
    assert Templates().render(text, CONTEXT) == "a\nb\nc"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{% for k, v in data.inner.iteritems() %}{{ k }}={{ v }}{% endfor %}", "a=1"),
        ("{{ data.inner.iterkeys()|list }}{{ data.inner.itervalues()|list }}", "['a'][1]"),
        ("{{ data.inner.has_key('a') }}{{ data.inner.has_key('b') }}", "TrueFalse"),
        ("{{ (data['items']|select('gt', 1)).next() }}", "3"),
        ("<{{ (data['items']|select('gt', 9)).next() }}>", "<>"),
        ("{% for k, v in six.iteritems(data.inner) %}{{ k }}{{ v }}{% endfor %}", "a1"),
        (
            "{{ six.iterkeys(data)|list }}{{ six.itervalues(data.inner)|list }}",
            "['items', 'inner'][1]",
        ),
        ("{{ 1 is in [1, 2] }}{{ 'z' is in 'abc' }}", "TrueFalse"),
    ],
)
def test_forms_of_python_2_still_work(text: str, expected: str) -> None:
    assert Templates().render(text, CONTEXT) == expected


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n{% nope %}", 2, "Encountered unknown tag 'nope'."),
        ("a\n\n{{ 1 // 0 }}", 3, "ZeroDivisionError: integer division or modulo by zero"),
        ("{{ absent.more }}", 1, "'absent' is undefined"),
        (
            "{% macro m() %}\n{{ {}|version_bump_major }}\n{% endmacro %}\n\n{{ m() }}",
            2,
            "ValueError: '{}' is not a version such as 1.2.3",
        ),
        ("{% include 'x' %}", 1, "TypeError: no loader for this environment specified"),
        ("{{ 'a' ", 1, "unexpected end of template, expected 'end of print statement'."),
        ("{{ 1|nope }}", 1, "No filter named 'nope'."),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        Templates().render(text, CONTEXT)
    assert (caught.value.line, caught.value.message) == (line, message)


def test_a_template_is_compiled_once() -> None:
    templates = Templates()
    text = "{% for i in range(3) %}{{ i }}{% endfor %}"
    assert templates.render(text, {}) == "012"
    first = templates._template(text, strict=False)
    assert templates.render(text, {}) == "012"
    assert templates._template(text, strict=False) is first
    for number in range(600):
        templates.render(f"{{{{ {number} + 1 }}}}", {})
    assert len(templates._compiled) == len(templates._kept) == 512


def test_a_template_can_be_compiled_ahead() -> None:
    templates = Templates()
    templates.prepare("{{ 1 + 1 }}")
    assert len(templates._compiled) == 1
    templates.prepare("{% nope %}")
    templates.prepare("{{ plain }}")
    assert len(templates._compiled) == 1
    with pytest.raises(TemplateError, match="unknown tag 'nope'"):
        templates.render("{% nope %}", {})
