"""The small functions of `st2common` that packs use, as packs use them."""

import json
import sys
from pathlib import Path

import pytest

from chatops_cli.rendering.filters.table import FILTERS
from tests.support.interpreters import evaluate


def shown(code: str) -> list[str]:
    """What each expression, one a line, prints; of one that fails its error."""
    lines = [line.strip() for line in code.strip().splitlines()]
    imports = "\n".join(line for line in lines if line.startswith(("import ", "from ")))
    rest = [line for line in lines if line and not line.startswith(("import ", "from "))]
    # A None in there is a module that isn't installed, whatever the tests' own environment has.
    program = f"""
import sys
sys.modules["dateutil"] = None
{imports}
for line in {rest!r}:
    try:
        print(eval(line))
    except Exception as error:
        print(f"{{type(error).__name__}}: {{error}}".splitlines()[0])
"""
    return evaluate(program).splitlines()


DATEUTIL = (
    "ValueError: 'the 5th of May' is no ISO 8601 date; python-dateutil, which reads others, "
    "isn't installed: add it to the pack's requirements.txt"
)
DECRYPT = (
    "NotProvidedError: chatops does not provide decrypt_kv here (read with decrypt=True): "
    "see 'What packs import' in docs/compatibility.md"
)


def test_times_as_text_and_back() -> None:
    code = """
from datetime import datetime, timedelta, timezone
from st2common.util import date, isotime
isotime.format(datetime(2026, 1, 2, 3, 4, 5, 6))
isotime.format(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=-3))), usec=False)
isotime.format("2026-01-02 03:04:05.678Z", offset=False)
isotime.format(0, usec=False, offset=False)
isotime.format(datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=1), "CET")), False, False)
isotime.parse("2026-01-02T03:04:05+00:00").isoformat()
isotime.parse("2026-01-02T03:04:05+02:30")
isotime.parse("2026-01-02T03:04:05-02:30", validate_value=False).isoformat()
isotime.parse("2026-01-02T03:04:05+0230", True, validate_value=False).isoformat()
isotime.validate(datetime.max), isotime.validate("x", raise_exception=False)
date.parse("20260102").isoformat(), date.parse("2026-01-02T03:04:05.123456789").microsecond
date.parse("2026-13-02")
date.parse("the 5th of May")
date.add_utc_tz(datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=1))))
date.append_milliseconds_to_time(datetime(2026, 1, 2), 1500).isoformat()
date.get_datetime_utc_now().utcoffset()
"""
    assert shown(code) == [
        "2026-01-02T03:04:05.000006+00:00",
        "2026-01-02T03:04:05-03:00",
        "2026-01-02T03:04:05.678000Z",
        "1970-01-01T00:00:00Z",
        "2026-01-02T00:00:00CET",
        "2026-01-02T03:04:05+00:00",
        "ValueError: '2026-01-02T03:04:05+02:30' is no time in UTC such as 2026-01-31T12:00:00Z",
        "2026-01-02T05:34:05+00:00",
        "2026-01-02T03:04:05+02:30",
        "(True, False)",
        "('2026-01-02T00:00:00+00:00', 123456)",
        "ValueError: month must be in 1..12",
        DATEUTIL,
        "ValueError: 2026-01-02T00:00:00+01:00 is not in UTC",
        "2026-01-02T00:00:01.500000+00:00",
        "0:00:00",
    ]


def test_shell_words_and_commands() -> None:
    code = f"""
import subprocess
from st2common.util import monkey_patch, shell
from st2common.util.shell import quote_unix, quote_windows, run_command
quote_unix("a b; $c"), quote_windows("a b")
run_command([{sys.executable!r}, "-c", "print(1); import sys; sys.exit('no')"])
run_command("echo $A; printf '\\\\377' >&2", shell=True, env={{"A": "b"}}, cwd="/")
run_command(["true"], stdout=subprocess.DEVNULL, close_fds=True)
monkey_patch.monkey_patch(), monkey_patch.use_select_poll_workaround()
"""
    assert shown(code) == [
        "(\"'a b; $c'\", '\"a b\"')",
        "(1, '1\\n', 'no\\n')",
        "(0, 'b\\n', '\\\\xff')",
        "(0, '', '')",
        "(None, None)",
    ]


def test_the_description_of_a_pack(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("name: Some Pack\nversion: 1.0.0\n")
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "pack.yaml").write_text("- 1\n")
    code = f"""
from st2common.util import pack
from st2common.constants.pack import PACK_VERSION_SEPARATOR, SYSTEM_PACK_NAMES
pack.get_pack_metadata({str(tmp_path)!r}), PACK_VERSION_SEPARATOR, SYSTEM_PACK_NAMES[0]
pack.get_pack_metadata({str(broken)!r}) and 1
pack.get_pack_metadata("/nonexistent")
pack.get_pack_ref_from_metadata({{"name": "Some Pack", "ref": "x"}})
pack.get_pack_ref_from_metadata({{"name": "Some Pack"}}, "some_pack")
pack.get_pack_ref_from_metadata({{"name": "Some Pack"}}, "Some Pack")
"""
    assert shown(code) == [
        "({'name': 'Some Pack', 'version': '1.0.0'}, '=', 'chatops')",
        f"ValueError: {broken}/pack.yaml is no mapping",
        "ValueError: the folder /nonexistent has no pack.yaml",
        "x",
        "some_pack",
        "ValueError: the pack 'Some Pack' needs a ref in its pack.yaml",
    ]


def test_folders_of_packs_where_nobody_says_them() -> None:
    code = """
from st2common.content import utils
utils.get_packs_base_paths(), utils.get_system_packs_base_path(), utils.get_pack_base_path("")
utils.get_pack_base_path("nothing"), utils.get_pack_directory("nothing")
utils.get_relative_path_to_pack_file("nothing", "a/b")
"""
    assert shown(code) == [
        "(['/opt/stackstorm/packs'], '/opt/stackstorm/packs', None)",
        "('/opt/stackstorm/packs/nothing', None)",
        "a/b",
    ]


def test_templates_are_rendered_as_there() -> None:
    code = """
from st2common.util import jinja
jinja.render_values({"a": "{{ x }}", "b": 5, "c": ["{{ x }}"], "d": {"k": "{{ x }}"}}, {"x": "y"})
jinja.render_values({"a": "{{ z }}"}, {"x": 1})
jinja.render_values({"a": "[{{ z }}]"}, {"x": 1}, allow_undefined=True)
jinja.render_values({"a": "{{ __context.x }}"}, {"x": 1}), jinja.render_values({}, None)
jinja.get_jinja_environment().from_string("{% if 1 is in [1] %}\\n yes{% endif %}").render()
jinja.get_jinja_environment().from_string("{{ ''.__class__.__mro__ }}").render()
jinja.is_jinja_expression("{{ a }}"), jinja.is_jinja_expression("a"), jinja.is_jinja_expression(1)
jinja.convert_jinja_to_raw_block({"a": ["{{ x }}", "x", 1]})
jinja.get_jinja_environment().from_string("{{ 'x' | decrypt_kv }}").render()
"""
    assert shown(code) == [
        "{'a': 'y', 'b': 5, 'c': ['y'], 'd': {'k': 'y'}}",
        "UndefinedError: 'z' is undefined",
        "{'a': '[]'}",
        "({'a': '1'}, {})",
        " yes",
        "SecurityError: access to attribute '__class__' of 'str' object is unsafe.",
        "(True, False, False)",
        "{'a': ['{% raw %}{{ x }}{% endraw %}', 'x', 1]}",
        DECRYPT,
    ]


CASES: tuple[tuple[str, tuple[object, ...]], ...] = (
    ("from_json_string", ('{"a": [1]}',)),
    ("from_yaml_string", ("a: [1]",)),
    ("json_escape", ('say "hi"\n',)),
    ("jsonpath_query", ({"a": [{"b": 1}, {"b": 2}]}, "a[*].b")),
    ("jsonpath_query", ({"a": 1}, "b")),
    ("to_complex", ({"a": 1},)),
    ("to_json_string", ({"b": 1, "a": 2}, 1, True)),
    ("to_yaml_string", ({"b": ["ü"], "a": 2},)),
    ("regex_match", ("abc", "B", True)),
    ("regex_search", ("abc", "B", True)),
    ("regex_replace", ("abcabc", "(b)(c)", r"\2\1")),
    ("regex_substring", ("a1b22", "[0-9]+", 1)),
    ("to_human_time_from_seconds", (12345,)),
    ("to_human_time_from_seconds", (40 * 86400,)),
    ("to_human_time_from_seconds", (0,)),
    ("to_human_time_from_seconds", (0.5,)),
    ("use_none", (None,)),
    ("use_none", ("a",)),
    *(("version_compare", pair) for pair in (("1.2.3", "1.10.0"), ("1.0.0", "1.0.0-rc.1"))),
    *(("version_compare", pair) for pair in (("1.0.0-a.2", "1.0.0-a.10"), ("1.0.0+x", "1.0.0"))),
    *(("version_match", ("1.2.3", sign + "1.2.3")) for sign in (">=", "<", "", "!=", "==")),
    ("version_more_than", ("1.2.3", "1.2.2")),
    ("version_less_than", ("1.2.3", "1.2.2")),
    ("version_equal", ("1.2.3", "1.2.3")),
    ("version_bump_major", ("1.2.3-rc",)),
    ("version_bump_minor", ("1.2.3",)),
    ("version_bump_patch", ("1.2.3",)),
    ("version_strip_patch", ("1.2.3",)),
    ("basename", ("/a/b",)),
    ("dirname", ("/a/b",)),
)


@pytest.fixture(scope="module")
def filtered() -> list[object]:
    """What packs' code gets for each case, and the names of all its filters at the end."""
    code = f"""
import json
from st2common.util.jinja import get_filters
filters = get_filters()
for name, arguments in json.loads({json.dumps(CASES)!r}):
    print(json.dumps(filters[name](*arguments)))
print(json.dumps(sorted(filters)))
"""
    return [json.loads(line) for line in evaluate(code).splitlines()]


def test_filters_give_what_those_of_the_program_give(filtered: list[object]) -> None:
    expected = [FILTERS[name](*arguments) for name, arguments in CASES]
    assert filtered[:-1] == expected


def test_all_filters_of_stackstorm_are_there(filtered: list[object]) -> None:
    assert filtered[-1] == sorted(set(FILTERS) - {"powershell_quote", "shell_quote"})
