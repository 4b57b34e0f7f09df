"""Acks and results: the template where it can be rendered, the result in any case."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from chatops_cli.model.action import ActionRef
from chatops_cli.model.alias import Ack, Alias, Format, Result
from chatops_cli.model.chat import Attachment, Field
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Place
from chatops_cli.rendering.replies import Rendered, render_ack, render_result
from chatops_cli.rendering.templates import Templates
from tests.support.executions import SHELL_RESULT, make_execution

URL = "https://chatops.test/e1"
FILE = "packs/linux/aliases/load.yaml"


def _alias(ack: Ack | None = None, result: Result | None = None) -> Alias:
    return Alias(
        ref="linux.load",
        pack="linux",
        name="load",
        description="Load averages",
        action_ref=ActionRef("linux.check_load"),
        formats=(Format(display="load", representations=()),),
        place=Place(file=FILE, line=1, column=1),
        ack=ack or Ack(),
        result=result or Result(),
    )


def _ack(ack: Ack, *, web_url: str | None = None) -> Rendered:
    execution = make_execution(status=Status.RUNNING, elapsed=None, parameters={"host": "web1"})
    rendered = render_ack(_alias(ack=ack), execution, templates=Templates(), web_url=web_url)
    assert rendered is not None
    return rendered


def _result(
    form: str | None, value: Json = SHELL_RESULT, extra: Mapping[str, Json] | None = None
) -> Rendered:
    result = Result(format=form, extra=extra or {}, place=Place(file=FILE, line=10, column=5))
    execution = make_execution(value, parameters={"host": "web1"})
    rendered = render_result(_alias(result=result), execution, templates=Templates())
    assert rendered is not None
    return rendered


def test_the_default_ack_names_action_execution_and_address() -> None:
    default = "On it: running linux.check_load (execution e1)."
    assert _ack(Ack()).text == default
    assert _ack(Ack(), web_url=URL).text == f"{default}\nDetails: {URL}"
    assert _ack(Ack(append_url=False), web_url=URL).text == default
    assert _ack(Ack(format="  \n"), web_url=None).text == default


def test_an_ack_template_sees_execution_and_alias() -> None:
    form = "{{ actionalias.ref }} {{ execution.id[:1] }} on {{ execution.parameters.host }}\n"
    assert _ack(Ack(format=form)).text == "linux.load e on web1"
    assert _ack(Ack(format=form), web_url=URL).text == f"linux.load e on web1\nDetails: {URL}"
    assert _ack(Ack(format=form, append_url=False), web_url=URL).text == "linux.load e on web1"
    assert _ack(Ack(format="{{ execution.status }}")).text == "running"


def test_what_is_switched_off_is_not_said() -> None:
    alias = _alias(ack=Ack(enabled=False), result=Result(enabled=False))
    assert render_ack(alias, make_execution(), templates=Templates()) is None
    assert render_result(alias, make_execution(), templates=Templates()) is None


def test_a_broken_ack_says_so_and_still_answers() -> None:
    ack = Ack(format="{{ nope.more }}", place=Place(file=FILE, line=7, column=11))
    rendered = _ack(ack, web_url=URL)
    assert rendered.text == (
        "ack.format of linux.load can't be rendered: 'nope' is undefined in line 1 of the template"
        f" ({FILE}:7)\n"
        "On it: running linux.check_load (execution e1).\n"
        f"Details: {URL}"
    )
    assert [p.rule for p in rendered.problems] == ["broken-template"]


def test_a_broken_result_template_still_shows_the_result() -> None:
    rendered = _result("Load:\n\n{{ execution.result.nope.more }}\n")
    assert rendered.text == (
        "result.format of linux.load can't be rendered: there is no 'nope', only stdout, stderr,"
        " return_code, succeeded, failed in line 3 of the template"
        " (packs/linux/aliases/load.yaml:12)\n"
        "linux.check_load succeeded in 0.3 s (execution e1)\n"
        "one line"
    )
    (problem,) = rendered.problems
    assert str(problem) == (
        "packs/linux/aliases/load.yaml:12:0: error[broken-template] result.format of linux.load"
        " can't be rendered: there is no 'nope', only stdout, stderr, return_code, succeeded,"
        " failed in line 3 of the template"
    )


def test_a_mistake_in_the_template_is_told_where_it_stands() -> None:
    (problem,) = _result("a\n{% if x %}\n").problems
    assert problem.place == Place(file=FILE, line=11)
    (problem,) = _result("{% nope %}").problems
    assert problem.place == Place(file=FILE, line=10, column=5)


def test_without_place_the_alias_is_named() -> None:
    result = Result(format="{{ 1 / 0 }}")
    rendered = render_result(_alias(result=result), make_execution(), templates=Templates())
    assert rendered is not None
    assert rendered.text.startswith(
        "result.format of linux.load can't be rendered: ZeroDivisionError: division by zero in"
        f" line 1 of the template ({FILE}:1)\nlinux.check_load succeeded"
    )


def test_an_action_without_alias_gets_the_default() -> None:
    rendered = render_result(None, make_execution(SHELL_RESULT), templates=Templates(), web_url=URL)
    assert rendered == Rendered(
        text=f"linux.check_load succeeded in 0.3 s (execution e1)\none line\nDetails: {URL}"
    )


def test_a_template_that_writes_nothing_leaves_one_line() -> None:
    assert _result("{% if false %}x{% endif %}").text == (
        "linux.check_load succeeded in 0.3 s (execution e1)"
    )
    assert _result(" {~} ").text == "linux.check_load succeeded in 0.3 s (execution e1)"


def test_a_result_template_sees_all_of_the_execution() -> None:
    names = [
        *("id", "status", "action.ref", "action.name", "runner.name", "parameters.host"),
        *("context.api_user", "start_timestamp", "end_timestamp", "elapsed_seconds"),
        *("liveaction.action", "web_url"),
    ]
    form = " ".join(f"{{{{ execution.{name} }}}}" for name in names)
    alias = _alias(result=Result(format=form + " {{ alias.name }}: {{ alias.formats[0] }}"))
    execution = make_execution(SHELL_RESULT, parameters={"host": "web1"})
    rendered = render_result(alias, execution, templates=Templates(), web_url=URL)
    assert rendered is not None
    assert rendered.text == (
        "e1 succeeded linux.check_load check_load local-shell-cmd web1 alice"
        " 2026-05-04T12:00:00.250000Z 2026-05-04T12:00:00.550000Z 0.3 linux.check_load"
        f" {URL} load: load"
    )


@pytest.mark.parametrize(
    ("form", "text", "framed"),
    [
        ("all plain", "all plain", None),
        ("\n\n  indented\n\n", "  indented", None),
        ("plain {~} framed {{ execution.id }}\n", "plain", " framed e1"),
        ("{~}**framed**", "", "**framed**"),
        ("plain\n{~}\n", "plain", None),
        ("a{~}b{~}c", "a", "bc"),
    ],
)
def test_the_split_divides_plain_from_framed(form: str, text: str, framed: str | None) -> None:
    rendered = _result(form)
    expected = (Attachment(text=framed, color="good"),) if framed else ()
    assert (rendered.text, rendered.attachments) == (text, expected)


def test_a_failure_colours_its_frame() -> None:
    alias = _alias(result=Result(format="a{~}b"))
    for status, color in (
        (Status.FAILED, "danger"),
        (Status.TIMEOUT, "danger"),
        (Status.CANCELED, "warning"),
        (Status.PENDING, ""),
    ):
        rendered = render_result(alias, make_execution(status=status), templates=Templates())
        assert rendered is not None
        assert rendered.attachments == (Attachment(text="b", color=color),)


def test_extra_is_rendered_deep_and_shapes_the_frame() -> None:
    extra: dict[str, Json] = {
        "slack": {
            "color": "{% if execution.status == 'succeeded' %}#219939{% else %}red{% endif %}",
            "title": 'Load of "{{ execution.parameters.host }}"',
            "title_link": "https://x.test/{{ execution.id }}",
            "footer": "GitHub",
            "ts": 12,
            "thread_response": True,
            "fields": [
                {"title": "out", "value": "{{ execution.result.stdout }}", "short": True},
                {"title": "code", "value": 0, "short": "false"},
                {"title": "both", "value": "x", "short": "{{ execution.result.succeeded }}"},
                "not a field",
            ],
        }
    }
    rendered = _result("before{~}after", extra=extra)
    assert rendered.text == "before"
    assert rendered.attachments == (
        Attachment(
            text="after",
            color="#219939",
            title='Load of "web1"',
            title_link="https://x.test/e1",
            footer="GitHub",
            fields=(
                Field(title="out", value="one line", short=True),
                Field(title="code", value="0"),
                Field(title="both", value="x", short=True),
            ),
        ),
    )
    slack = rendered.extra["slack"]
    assert isinstance(slack, dict)
    assert (slack["ts"], slack["thread_response"]) == (12, True)


def test_without_split_an_alias_that_describes_a_frame_gets_one() -> None:
    rendered = _result("all", extra={"slack": {"image_url": "http://x.test/a.png"}})
    assert rendered.text == ""
    assert rendered.attachments == (
        Attachment(text="all", color="good", image_url="http://x.test/a.png"),
    )
    assert _result("all", extra={"color": "#123456"}).attachments == (
        Attachment(text="all", color="#123456"),
    )
    assert _result("all{~}", extra={"color": "#123456"}) == Rendered(
        text="all", extra={"color": "#123456"}
    )
    assert _result("all", extra={"slack": {"icon_emoji": ":x:"}}).text == "all"


def test_the_default_text_is_framed_too() -> None:
    rendered = _result(None, extra={"slack": {"title": "T"}})
    assert rendered.attachments == (
        Attachment(
            title="T",
            color="good",
            text="linux.check_load succeeded in 0.3 s (execution e1)\none line",
        ),
    )


def test_listed_attachments_take_the_place_of_the_text() -> None:
    extra: dict[str, Json] = {
        "slack": {
            "text": "found",
            "attachments": [{"title": "{{ execution.id }}", "color": "warning"}, "odd"],
        }
    }
    rendered = _result("not shown", extra=extra)
    assert rendered.text == "found"
    assert rendered.attachments == (Attachment(title="e1", color="warning"),)


def test_another_network_shapes_the_frame_where_slack_is_not_given() -> None:
    rendered = _result("a{~}b", extra={"security": "x", "mattermost": {"title": "T"}})
    assert rendered.attachments == (Attachment(text="b", title="T", color="good"),)


def test_a_broken_value_of_extra_is_left_out_and_reported() -> None:
    extra: dict[str, Json] = {
        "slack": {"title": "{{ nope.more }}", "footer": "kept"},
        "color": "{{ nope.more }}",
    }
    rendered = _result("a{~}b", extra=extra)
    assert rendered.attachments == (Attachment(text="b", color="good", footer="kept"),)
    reason = "of linux.load can't be rendered: 'nope' is undefined in line 1 of the template"
    assert [p.message for p in rendered.problems] == [
        f"result.extra.slack.title {reason}",
        f"result.extra.color {reason}",
    ]
    assert rendered.extra == {"slack": {"footer": "kept"}}


def test_a_split_in_the_output_divides_nothing_without_template() -> None:
    result: Json = {"stdout": "a{~}b", "return_code": 0}
    assert _result(None, result).text.endswith("\na{~}b")


def test_masked_values_stay_masked() -> None:
    execution = replace(make_execution(), parameters={"password": "********"})
    alias = _alias(result=Result(format="{{ execution }}"))
    rendered = render_result(alias, execution, templates=Templates())
    assert rendered is not None
    assert "'password': '********'" in rendered.text
