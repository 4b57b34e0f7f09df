"""Templates are tried with samples: what fails for certain is told, and nothing else."""

from pathlib import Path

from chatops_cli.validation.jinja.sample import Unknown, is_unknown
from tests.support.packs import write_pack
from tests.support.validating import answer, answers, told, told_by_file

PYTHON = """\
runner_type: python-script
entry_point: go.py
parameters:
  host: {type: string}
output_schema:
  type: object
  properties:
    count: {type: integer}
    ratio: {type: number}
    hosts: {type: array, items: {type: object, properties: {name: {type: string}}}}
"""
SHELL = "runner_type: local-shell-cmd\nparameters: {cmd: {default: uptime}}\n"
REMOTE = "runner_type: remote-shell-cmd\nparameters: {cmd: {default: uptime}}\n"


UNKNOWN = [
    (SHELL, "{{ execution.result.stdout | from_json_string }}"),
    (SHELL, "{{ (execution.result.stdout | from_yaml_string).a.b[0].c }}"),
    (SHELL, "{% for k, v in execution.result.stdout.items() %}{{ k }}{{ v.a }}{% endfor %}"),
    (SHELL, "{% for a, b, c in execution.result.stdout %}{{ c.d }}{% endfor %}"),
    (SHELL, "{% for k, v in execution.result.items() %}{{ k + '=' }}{{ v }}{% endfor %}"),
    (SHELL, "{{ execution.result.stdout[0][:3] + 'x' + execution.result.stderr[-1] }}"),
    (SHELL, "{{ '%s of %d' % (execution.result.stdout, execution.result.stdout) }}"),
    (SHELL, "{{ '{} {:>4}'.format(execution.result.stdout, execution.result.stderr) }}"),
    (SHELL, "{{ ', '.join(execution.result.stdout) }}{{ range(execution.result.stdout) }}"),
    (SHELL, "{{ execution.result.stdout | map(attribute='a') | sort | first }}"),
    (SHELL, "{{ (execution.result.stdout | selectattr('a', 'equalto', 1)).next().b.c }}"),
    (SHELL, "{{ execution.result.stdout.a.b() + 1 - 2 * 3 / 4 // 5 % 6 ** 7 }}"),
    (SHELL, "{{ -execution.result.stdout }}{{ 1 < execution.result.stdout <= 2 }}"),
    (SHELL, "{% set n = namespace(x=0) %}{% set n.x = execution.result.stdout %}{{ n.x }}"),
    (SHELL, "{% macro m(a) %}{{ a.b.c }}{% endmacro %}{{ m(execution.result.stdout) }}"),
    (SHELL, "{% set a = execution.result.stdout %}{{ a if a is string else a['b']['c'] }}"),
    (SHELL, "{{ execution.start_timestamp[:19] | replace('T', ' ') }}{{ execution.id[:2] }}"),
    (SHELL, "{{ execution.elapsed_seconds | round }} {{ 1 + execution.result.return_code }}"),
    (SHELL, "{{ execution.parameters.cmd.split(' ')[0] }}{{ alias.formats | join }}"),
    (SHELL, "{{ execution.elapsed_seconds | to_human_time_from_seconds }}"),
    (SHELL, "{{ {'a': execution.result.stdout} | to_json_string }}{{ execution | tojson }}"),
    (REMOTE, "{% for h in execution.result %}{{ execution.result[h].stdout.a.b }}{% endfor %}"),
    (REMOTE, "{% for h, r in execution.result.items() %}{{ r.stdout | length }}{% endfor %}"),
    (REMOTE, "{{ execution.result['web-1'].return_code + 1 }}{{ execution.result | length }}"),
    (PYTHON, "{% for h in execution.result.result.hosts %}{{ h.name | upper }}{% endfor %}"),
    (PYTHON, "{{ execution.result.result.hosts[3].name[0] }}{{ execution.result.result.x.y }}"),
    (PYTHON, "{{ execution.result.result.count + 1 }}{{ execution.result.result.keys() }}"),
]


def test_what_is_not_known_does_not_fail(tmp_path: Path) -> None:
    """Whatever is done with it."""
    answers(tmp_path, UNKNOWN)
    assert told(tmp_path, "TPL") == []


CERTAIN = [
    (SHELL, "ok\n{{ 'code ' + execution.result.return_code }}", "8:5 TPL108 succeeded TypeErr"),
    (SHELL, "{% for k, v in execution.result %}{{ k }}{% endfor %}", "7:5 TPL108 ValueError"),
    (SHELL, "{{ alias.pack.name.first }}", "7:5 TPL108 no attribute 'name'"),
    (SHELL, "{% if execution.status == 'failed' %}{{ 'a' - 1 }}{% endif %}", "TPL108 failed"),
    (SHELL, "{% if execution.result.stdout %}a{% else %}{{ 1 / 0 }}{% endif %}", "ZeroDiv"),
    (SHELL, "{{ execution.id() }}", "TPL108 not callable"),
    (SHELL, "{% block a %}{% endblock %}{% block a %}{% endblock %}", "TPL108 defined twice"),
    (PYTHON, "{{ 'n ' + execution.result.result.count }}", "TPL108 succeeded TypeError"),
    (PYTHON, "{{ 'n ' + execution.result.result.ratio }}", "TPL108 succeeded TypeError"),
    (REMOTE, "{{ 'n ' + execution.result['a'].return_code }}", "TPL108 TypeError"),
]


def test_what_fails_for_certain_is_told(tmp_path: Path) -> None:
    """In the branch where it does, with its line."""
    answers(tmp_path, [(action, template) for action, template, _ in CERTAIN])
    found = told_by_file(tmp_path, "TPL")
    for number, (_, _, said) in enumerate(CERTAIN):
        (one,) = found[f"a{number}"]
        assert all(word in one for word in said.split(" "))


def test_an_ack_is_tried_before_there_is_a_result(tmp_path: Path) -> None:
    """Its result is null."""
    (one,) = answer(tmp_path, SHELL, "{{ execution.result | length }}", part="ack")
    assert "ack.format can't be rendered: TypeError" in one
    assert (
        answer(
            tmp_path, SHELL, "{{ execution.result or 'soon' }} {{ actionalias.ref }}", part="ack"
        )
        == []
    )


def test_defaults_are_tried(tmp_path: Path) -> None:
    """With parameters of which nothing is known."""
    default = "{default: \"{{ (host + 'a').b.c }}{{ 'a' + 1 }}\"}"
    action = (
        f"name: go\nrunner_type: local-shell-cmd\nparameters:\n  host: {{}}\n  cmd: {default}\n"
    )
    write_pack(tmp_path, "web", {"actions/go.yaml": action})
    (one,) = told(tmp_path, "TPL")
    assert one.startswith("5:19 TPL108 parameters.cmd.default can't be rendered: TypeError")


def test_an_unknown_value_is_found_in_others() -> None:
    """However deep; it writes something, and counts as a number."""
    one = Unknown(is_true=True)
    assert is_unknown({"a": [(1, one)]})
    assert is_unknown({one: 1})
    assert not is_unknown({"a": [1, "b"]})
    assert (str(one), int(one), float(one), len(one), [1, 2][one]) == ("…", 1, 1.0, 1, 2)
    assert one == 1
    assert not Unknown(is_true=False) == 1  # noqa: SIM201  # != is asked apart
    assert one != 1
    assert list(Unknown(is_true=False)) == []
