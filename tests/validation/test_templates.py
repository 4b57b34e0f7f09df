"""Rules about templates: what is told of them, where, and what is not."""

import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.model.problem import Place
from chatops_cli.reading.source import parse
from chatops_cli.rendering.sandbox import Sandbox
from chatops_cli.validation.jinja.analysis import analyze
from chatops_cli.validation.jinja.marking import key_place, place_at
from tests.support.packs import alias_text, write_pack
from tests.support.validating import answer, answers, told, told_by_file

ACTIONS = {
    "shell": "runner_type: local-shell-cmd\nparameters:\n  host: {type: string}\n"
    "  cmd: {immutable: true, default: 'true'}\n",
    "python": "runner_type: python-script\nentry_point: go.py\n",
    "remote": "runner_type: remote-shell-cmd\n",
    "http": "runner_type: http-request\n",
    "nothing": "runner_type: noop\n",
}


THERE = [
    ("shell", "{{ execution.result.stdout }}"),
    ("shell", "{{ execution.result.stdout.any.thing }}"),
    ("python", "{{ execution.result.result.any['thing'] }}"),
    ("remote", "{{ execution.result['web-1'].stdout }}"),
    ("remote", "{% for h, r in execution.result.items() %}{{ h }}{{ r.stdout }}{% endfor %}"),
    ("http", "{{ execution.result.body.a[0].b }}"),
    ("shell", "{{ execution.result.body | default('none') }}"),
    ("shell", "{% if execution.result.body %}{{ execution.result.body.a }}{% endif %}"),
    ("shell", "{{ name is defined and name }}{{ name }}"),
    ("shell", "{{ 1 if 'os' in execution.parameters else 2 }}{{ execution.parameters.os }}"),
    ("shell", "{% set x = 1 %}{% for y in [x] %}{{ y }}{{ loop.index }}{% endfor %}"),
    ("shell", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1) }}{{ range(3) | list }}"),
    ("shell", "{% set execution = {'a': 1} %}{{ execution.a }}"),
    ("shell", "{% if execution.id %}{~}{% else %}{~}{% endif %}"),
    ("shell", "{{ execution.parameters.get('x') }}{{ execution.result.items() | list }}"),
    ("shell", "{{ six.text_type(execution.id) }}{{ alias.name }}"),
    ("shell", "{% for key in execution.result.iteritems() %}{{ key }}{% endfor %}"),
]


def test_a_template_may_take_names_from_others() -> None:
    """There are no other templates here: that they can't be had is found when it is tried."""
    text = "{% import 'a' as b %}{% from 'c' import d, e as f %}{{ b }}{{ d }}{{ f }}"
    assert analyze(text, Sandbox(strict=False)).assigned == {"b", "d", "f"}


def test_what_is_there_is_not_told(tmp_path: Path) -> None:
    """Nor is what a template asks for before it reads it."""
    answers(tmp_path, [(ACTIONS[action], template) for action, template in THERE])
    assert told(tmp_path, "TPL") == []


WRONG = [
    ("shell", "{{ execution.result.result }}", "7:25 TPL104", "stdout"),
    ("python", "It:\n{{ execution.result.output }}", "8:25 TPL104", "result"),
    ("remote", "{{ execution.result.stdout }}", "7:25 TPL104", "each host"),
    ("nothing", "{{ execution.result.x }}", "7:25 TPL104", "nothing"),
    ("nothing", "{{ execution.result.x.y }}", "7:25 TPL104", "to go on from it is an error"),
    ("shell", "a {% for %}", "7:14 TPL101", "Expected"),
    ("shell", "a {{ 'b", "7:10 TPL101", "unexpected char"),
    ("shell", "{{ (nme | upper)() }}", "7:9 TPL103", "nme"),
    ("shell", "{{ execution.parameters[nme].a }}", "7:29 TPL103", "nme"),
    ("shell", "{{ execution.parameters[1.5].a[nme] }}", "7:36 TPL103", "nme"),
    ("shell", "{{ a if 1 else [nme] }}{{ a is defined }}", "7:21 TPL103", "nme"),
    ("shell", "{% for x in nme if x.b %}{{ x }}{% endfor %}", "7:17 TPL103", "nme"),
    ("shell", "{{ (execution.id | upper).b[nme] }}", "7:33 TPL103", "nme"),
    ("shell", "{{ execution.stat }}", "7:18 TPL104", "stat of execution"),
    ("shell", "{{ execution['stat'] }}", "7:18 TPL104", "stat of execution"),
    ("shell", "{{ host }}", "7:8 TPL103", "host"),
    ("shell", "{{ actionalias.name }}", "7:8 TPL103", "actionalias"),
    ("shell", "{{ execution.parameters.hst }}", "7:29 TPL105", "hst"),
    ("shell", "{{ execution.id | to_nice_json }}", "7:23 TPL102", "filter to_nice_json"),
    ("shell", "{{ execution.id is not strin }}", "7:28 TPL102", "test strin"),
    ("shell", "{% filter shout %}a{% endfilter %}", "7:15 TPL102", "filter shout"),
    ("shell", "a\n{{ execution.id }", "8:18 TPL101", "'}'"),
    ("shell", "a {% if %}", "7:13 TPL101", "Expected an expression"),
    ("shell", "{% if a %}{{ $ }}", "7:18 TPL101", "unexpected char '$'"),
    ("shell", "{% endif %}", "7:8 TPL101", "endif"),
    ("shell", "a {~} b {{ execution.id }} {~} c", "7:32 TPL106", "more than once"),
    ("shell", "{% for x in [1] %}{~}{% endfor %}", "7:23 TPL106", "loop"),
    ("shell", "a {~} b {~}", "7:1 TPL106", "more than once"),
    ("http", "{% for x in execution.result.body.items %}{% endfor %}", "7:39 TPL109", ".items"),
]


def test_what_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    """Line and column are those of the word in the file."""
    answers(tmp_path, [(ACTIONS[action], template) for action, template, _, _ in WRONG])
    found = told_by_file(tmp_path, "TPL")
    assert len(found) == len(WRONG)
    for number, (_, _, code, said) in enumerate(WRONG):
        (one,) = found[f"a{number}"]
        assert one.startswith(f"{code} ")
        assert said in one


def test_an_ack_has_no_result(tmp_path: Path) -> None:
    """And its alias is called `actionalias`."""
    template = "{{ execution.result.stdout }} {{ alias.name }} {{ actionalias.name }}"
    one, other = answer(tmp_path, ACTIONS["shell"], template, part="ack")
    assert "no result yet" in one
    assert "uses alias" in other


CLOSED = """\
output_schema:
  type: object
  properties:
    hosts:
      type: array
      items: {type: object, properties: {name: {}}, additionalProperties: false}
"""


def test_a_closed_output_schema_says_what_a_result_has(tmp_path: Path) -> None:
    """An open one doesn't."""
    template = "{{ execution.result.result.host }}{{ execution.result.result.hosts[0].nme }}"
    for more, count in (("", 1), ("  additionalProperties: false\n", 2)):
        files = {
            "actions/go.yaml": f"name: go\n{ACTIONS['python']}{CLOSED}{more}",
            "actions/go.py": "",
            "aliases/go.yaml": alias_text("go", "web.go") + f"result:\n  format: '{template}'\n",
        }
        write_pack(tmp_path / str(count), "web", files)
        assert len(told(tmp_path / str(count), "TPL")) == count


GO = """\
name: go
runner_type: local-shell-cmd
parameters:
  host: {type: string, default: '{{ action_context.api_user }}'}
  port: {type: string, default: '{{ hots }}'}
  form: {type: string, default: '{{.Names}}'}
  more: {type: string, default: '{{ host | default(1 }}'}
  last: {type: string, default: '{{ st2kv.system.hpc.copy }} {{ system.last }}'}
notify: {on-complete: {routes: [a], message: 'run for {{ host }}'}}
"""
SCHEMA = """\
token: {type: string, default: '{{ stkv.system.a }}'}
login:
  type: object
  properties:
    user: {type: string, default: '{{ st2kv.system.a }}'}
    more: {type: object, properties: {password: {default: '{{ a }}'}}}
"""
RULE = """\
name: go
enabled: true
trigger: {type: core.st2.generic.actiontrigger}
criteria: {trigger.status: {type: eq, pattern: '{{ st2kv.system.a }}{{ other }}'}}
action:
  ref: web.go
  parameters:
    host: '{{ triger.status }} {{ st2kv.system.a }}'
"""


def test_defaults_and_rules_are_looked_at(tmp_path: Path) -> None:
    """Each with the names that it may use; what is no Jinja at all is text."""
    files = {
        "actions/go.yaml": GO,
        "rules/go.yaml": RULE,
        "config.schema.yaml": SCHEMA,
    }
    write_pack(tmp_path, "web", files)
    assert [one.partition(",")[0] for one in told(tmp_path, "TPL")] == [
        "5:37 TPL103 parameters.port.default uses hots",
        "7:52 TPL101 parameters.more.default is no valid template: unexpected '}'",
        "8:65 TPL103 parameters.last.default uses system",
        "9:58 TPL103 notify.on-complete.message uses host",
        "1:36 TPL103 token.default uses stkv",
        "6:63 TPL103 login.properties.more.properties.password.default uses a",
        "4:72 TPL103 criteria.trigger.status.pattern uses other",
        "8:15 TPL103 action.parameters.host uses triger",
    ]


@pytest.mark.parametrize(
    ("yaml", "line", "column"),
    [
        ("a: one two X\n", 1, 12),
        ("a: one\n  two\n   X\n", 3, 4),
        ("a: 'it''s X'\n", 1, 11),
        ('a: "\\t\\x41\\u00e9\\n \\"X"\n', 1, 22),
        ('a: "one \\\n   X"\n', 2, 4),
        ("a: |\n  one\n\n  X\n", 4, 3),
        ("a: |2-\n    one X\n", 2, 9),
        ("a: >-\n  one\n  two\n\n  X\n", 5, 3),
        ("b: &x é X\na: *x\n", 1, 9),
        ("a: {b: 1}\n", 1, 4),
    ],
)
def test_a_sign_is_found_however_the_text_is_written(
    tmp_path: Path, yaml: str, line: int, column: int
) -> None:
    """Quotes, escapes, blocks, folds and anchors are followed."""
    file = tmp_path / "a.yaml"
    file.write_text(yaml, encoding="utf-8")
    root = parse(yaml.encode(), file="a").root
    assert root is not None
    text = next(value.value for key, value in root.value if key.value == "a")
    before = len("".join(text[: text.index("X")].split())) if isinstance(text, str) else 0
    shown = text if isinstance(text, str) else ""
    assert place_at(str(file), ("a",), shown, before) == Place(
        file=str(file), line=line, column=column
    )


@pytest.mark.parametrize(
    ("extra", "told_of"),
    [
        ("slack: {colour: good}", ["7:13"]),
        ("slack: {color: good, ts: 1, thread_response: true}", []),
        ("slack: {fields: [{name: a, value: b}]}", ["7:23"]),
        ("slack: {attachments: [{titel: a}, {title: b}]}", ["7:28"]),
        ("slack: {'{{ execution.id }}': a, blocks: [{any: thing}]}", []),
        ("rocketchat: {collapsed: true, colr: a}", ["7:35"]),
        ("mattermots: {color: a}", ["7:5"]),
        ("irc: {any: thing}\n    color: good", []),
        ("hangouts: {any: thing}", []),
    ],
)
def test_keys_of_extra_that_a_network_does_not_know_are_told(
    tmp_path: Path, extra: str, told_of: list[str]
) -> None:
    """Those of networks that aren't known well are not."""
    alias = alias_text("say", "core.noop") + f"result:\n  extra:\n    {extra}\n"
    write_pack(tmp_path, "web", {"aliases/say.yaml": alias})
    assert [one.split(" ")[:2] for one in told(tmp_path, "TPL")] == [
        [at, "TPL107"] for at in told_of
    ]


def test_a_parameter_that_an_alias_fixes_and_the_action_lacks_is_told_at_its_key(
    tmp_path: Path,
) -> None:
    """Not at the top of the file."""
    alias = alias_text("up", "core.local") + "immutable_parameters:\n  cmd: uptime\n  cmdd: a\n"
    write_pack(tmp_path, "web", {"aliases/up.yaml": alias})
    (one,) = told(tmp_path, "ALI101")
    assert one.startswith("7:3 ALI101")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "nested too deeply"),
        ("{{ " + "not " * 5000 + "a }}", "nested too deeply"),
        ("{{ execution.id }}" + "x" * 300_000, "longer than 262,144 characters"),
    ],
    ids=["brackets", "words", "length"],
)
def test_a_template_that_is_too_much_is_told(tmp_path: Path, template: str, said: str) -> None:
    """In one line, and nothing else goes wrong."""
    (one,) = answer(tmp_path, ACTIONS["shell"], template)
    assert "TPL101" in one
    assert said in one


@pytest.mark.parametrize(
    ("above", "behind", "left"),
    [
        ("  # chatops: ignore[TPL104] older\n", "", ["TPL104"]),
        ("", "  # chatops: ignore[TPL104] older", ["TPL104"]),
        ("", "  # chatops: ignore[TPL103] older", ["CHK002", "TPL104", "TPL104"]),
    ],
)
def test_a_remark_about_a_block_of_text_is_about_all_of_it(
    tmp_path: Path, above: str, behind: str, left: list[str]
) -> None:
    """In the block nothing is a comment; what comes behind it is another matter."""
    one, other = "{{ execution.result.one }}", "{{ execution.result.other }}"
    alias = (
        alias_text("go", "core.local") + "immutable_parameters: {cmd: uptime}\n"
        f"result:\n{above}  format: |{behind}\n    a\n\n    {one}\n"
        f"  extra: {{slack: {{text: '{other}'}}}}\n"
    )
    write_pack(tmp_path, "web", {"aliases/go.yaml": alias})
    assert [text.split(" ")[1] for text in told(tmp_path, "TPL,CHK")] == left


def test_what_is_not_where_it_is_looked_for_has_the_place_above(tmp_path: Path) -> None:
    """A file that is gone has no lines."""
    file = tmp_path / "a.yaml"
    file.write_text("a:\n  - b: c\n", encoding="utf-8")
    name = str(file)
    assert place_at(name, ("a", 0, "x"), "c", 0) == Place(file=name, line=2, column=5)
    assert place_at(name, ("a", 0, "b"), "other", 0) == Place(file=name, line=2, column=8)
    assert place_at(name, ("a", 0, "b"), "c", 7) == Place(file=name, line=2, column=8)
    assert key_place(name, ("a", 0, "b")) == Place(file=name, line=2, column=5)
    assert key_place(name, ("a", 0, "x")) == Place(file=name, line=2, column=5)
    assert key_place(name, ("a", 7)) == Place(file=name, line=2, column=3)
    file.unlink()
    assert place_at(name, ("a",), "c", 0) == key_place(name, ("a",)) == Place(file=name)
    file.write_text("", encoding="utf-8")
    assert place_at(name, ("a",), "c", 0) == key_place(name, ("a",)) == Place(file=name)


@settings(max_examples=60)
@given(
    text=st.text("ab{}%'\"\\#:é \n\t", max_size=60),
    style=st.sampled_from(["'", '"', "|", ">"]),
    width=st.integers(5, 30),
)
def test_every_sign_is_found_in_what_is_written_for_it(text: str, style: str, width: int) -> None:
    """Line and column hold it, or the sign that escapes it; nothing is lost in folding."""
    dumped = yaml.dump({"a": text}, default_style=style, width=width, allow_unicode=True)
    lines = dumped.split("\n")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        file.write(dumped)
        file.flush()
        for before, sign in enumerate("".join(text.split())):
            place = place_at(file.name, ("a",), text, before)
            assert lines[place.line - 1][place.column - 1] in (sign, "\\")
