"""docs/compatibility.md: what can be held true of it by the code, is."""

import json
import re
from pathlib import Path

import pytest

from chatops_cli.catalog.schema_keywords import TYPES
from chatops_cli.model.action import Parameter
from chatops_cli.model.environment import INHERITED
from chatops_cli.model.execution import Status
from chatops_cli.model.runner import BUILT_IN
from chatops_cli.rendering.filters.table import FILTERS
from chatops_cli.rendering.view import execution_view
from chatops_cli.runners.registry import find_runner
from tests.support.cli import invoke
from tests.support.executions import make_execution
from tests.support.packs import action_text, write_pack

TEXT = (Path(__file__).parents[1] / "docs" / "compatibility.md").read_text(encoding="utf-8")

FILTERS_OF_STACKSTORM = """
decrypt_kv from_json_string from_yaml_string json_escape jsonpath_query to_complex to_json_string
to_yaml_string regex_match regex_replace regex_search regex_substring to_human_time_from_seconds
version_compare version_more_than version_less_than version_equal version_match version_bump_major
version_bump_minor version_bump_patch version_strip_patch use_none basename dirname
"""
STATUSES_OF_STACKSTORM = """
requested scheduled delayed running succeeded failed timeout abandoned canceling canceled pending
pausing paused resuming
"""


def rows(title: str) -> list[list[str]]:
    """The rows of the tables below a heading."""
    found = re.search(rf"^#+ {title}\n(.*?)(?=^#|\Z)", TEXT, re.DOTALL | re.MULTILINE)
    assert found is not None, title
    lines = [line for line in found[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_every_fact_has_an_answer() -> None:
    """yes, differs, no or not yet; who differs says how; further lines of a fact have neither."""
    found = re.findall(r"^(?:###?) ([^\n]*)\n+(?=\| (?:fact|runner) \| here)", TEXT, re.MULTILINE)
    assert len(found) > 8
    for title in found:
        for fact, here, says in rows(re.escape(title)):
            assert here in {"yes", "differs", "no", "not yet"} or (fact, here) == ("", ""), fact
            assert says or here in {"yes", "not yet"}, fact


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_parameters_of_runners_are_those_documented(name: str) -> None:
    (said,) = [row[1] for row in rows("Parameters of the runners") if f"`{name}`" in row[0]]
    parameters = find_runner(name).PARAMETERS
    assert said == (", ".join(map(spelled, parameters.values())) or "none")


def spelled(parameter: Parameter) -> str:
    """A parameter with its mark and its default, as the table has it."""
    default = "" if parameter.default is None else f" ({json.dumps(parameter.default)})"
    if parameter.name == "schema":
        default = " (asks for `continue`, true or false)"
    return f"`{parameter.name}`{'*' if parameter.secret else ''}{default}"


def test_filters_statuses_and_types_are_stackstorms() -> None:
    ours = set(FILTERS) - set(FILTERS_OF_STACKSTORM.split())
    assert set(FILTERS_OF_STACKSTORM.split()) <= set(FILTERS)
    (said,) = [row[2] for row in rows("Jinja") if row[0].startswith("All filters")]
    assert all(f"`{name}`" in said for name in ours)
    assert set(STATUSES_OF_STACKSTORM.split()) == {str(status) for status in Status}
    assert set(TYPES) == {"array", "boolean", "integer", "null", "number", "object", "string"}


def test_what_an_execution_holds_is_there() -> None:
    """Each key that the table names, in the view of an execution that has ended."""
    (row,) = [row for row in rows("Acks and results") if row[0].startswith("`execution`:")]
    ended = make_execution(result={"a": 1})
    view: dict[str, object] = {**execution_view(ended, web_url="http://w")}
    for path in re.findall(r"`([a-z_.]+)`", row[0].partition(":")[2]):
        here: object = view
        for key in path.split("."):
            assert isinstance(here, dict), path
            assert key in here, path
            here = here[key]


def test_variables_of_actions_are_documented_as_there() -> None:
    said = " ".join(row[0] for row in rows("Actions"))
    for name in ("PACK_NAME", "EXECUTION_ID", "METADATA_FILE", "DEBUG", "API_URL", "AUTH_TOKEN"):
        assert f"`ST2_ACTION_{name}`" in said
    assert not any(name.startswith(("ST2_", "CHATOPS_")) for name in INHERITED)


ECHO = "parameters: {text: {type: string, required: true}}\n"
SAY = """
name: say
action_ref: t.echo
formats: [{display: "say <text>", representation: ["say {{ text }}", "tell {{ text }}"]}]
ack: {enabled: false}
result: {format: "got {{ execution.parameters.text }} {~}"}
"""


def test_facts_about_messages_hold(isolated: Path) -> None:
    """Line ends in values, `{~}` at the end, help by display, a disabled action."""
    files = {
        "actions/echo.yaml": action_text("echo", "noop", ECHO),
        "actions/idle.yaml": action_text("idle", "noop", "enabled: false\n"),
        "aliases/say.yaml": SAY,
    }
    write_pack(isolated / "packs", "t", files)
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")
    assert invoke("run", "tell a\nb  c").stdout == "got a\nb  c\n"
    helped = invoke("run", "help").stdout
    assert ("say <text>" in helped, "tell" in helped) == (True, False)
    assert "action t.idle is disabled" in invoke("action", "run", "t.idle").stderr


def test_facts_about_nested_parameters_hold(isolated: Path) -> None:
    """`required: true` inside, further properties, a default that is optional and not filled in."""
    inner = (
        "{name: {type: string, required: true}, size: {type: integer, required: true, default: 3}}"
    )
    parameters = (
        f"parameters: {{o: {{type: object, properties: {inner}, additionalProperties: false}}}}\n"
    )
    write_pack(
        isolated / "packs", "t", {"actions/take.yaml": action_text("take", "noop", parameters)}
    )
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")

    def take(value: str) -> str:
        return invoke("action", "run", "t.take", f"o={value}").stderr

    assert take('{"name": "x"}') == ""
    assert "does not fit its schema" in take("{}")
    assert "does not fit its schema" in take('{"name": "x", "more": 1}')
    assert "does not fit its schema" in take('{"name": "x", "size": "3"}')
    shown = invoke("audit", "search", "--event", "execution.requested", "--json").json_lines
    assert [record["parameters"] for record in shown if isinstance(record, dict)] == [
        {"o": {"name": "x"}}
    ]
