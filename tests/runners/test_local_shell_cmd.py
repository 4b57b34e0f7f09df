"""A shell line on this machine."""

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners import local_shell_cmd
from tests.support.calls import make_action, make_call, shell_call


async def run(cmd: str, **runner_parameters: Json) -> dict[str, Json]:
    outcome = await local_shell_cmd.run(shell_call(cmd, **runner_parameters))
    assert isinstance(outcome.result, dict)
    return outcome.result


async def test_the_result_has_its_five_keys() -> None:
    outcome = await local_shell_cmd.run(shell_call("echo a; echo b >&2; exit 2"))
    assert outcome.status is Status.FAILED
    assert outcome.result == {
        "stdout": "a",
        "stderr": "b",
        "return_code": 2,
        "succeeded": False,
        "failed": True,
    }


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        pytest.param(r"a\n\n", "a\n", id="one line end goes"),
        pytest.param(r"a\r\n", "a", id="CR LF goes"),
        pytest.param(r'{"a": [1, null]}\n', {"a": [1, None]}, id="object"),
        pytest.param(r" [1, 2]\n", [1, 2], id="array"),
        pytest.param(r'[{"a": "ü"}]\n', [{"a": "ü"}], id="text in it"),
        pytest.param(r"42\n", "42", id="a number stays text"),
        pytest.param(r'"x"\n', '"x"', id="so does a string"),
        pytest.param(r"{broken\n", "{broken", id="broken JSON"),
        pytest.param(r"[NaN]\n", "[NaN]", id="not a number"),
        pytest.param(r'["\\ud800"]\n', r'["\ud800"]', id="half a pair"),
        pytest.param("", "", id="nothing"),
    ],
)
async def test_standard_output_becomes_a_value(printed: str, expected: Json) -> None:
    assert (await run(f"printf '{printed}'"))["stdout"] == expected


async def test_json_nested_without_end_stays_text() -> None:
    result = await run("head -c 200000 /dev/zero | tr '\\0' '['")
    assert result["stdout"] == "[" * 200_000


async def test_the_line_is_a_script_of_its_own() -> None:
    """A here-document, a comment in front, several lines, an exit in the middle."""
    text = "#!/bin/bash\ncat <<END\n$((1 + 1)) $0 $#\nEND\nif true; then exit 7; fi\necho never"
    result = await run(text)
    assert (result["stdout"], result["return_code"]) == ("2 /bin/sh 0", 7)


async def test_a_long_line_with_any_character_arrives_whole() -> None:
    text = 'ü$`"' * 60_000
    result = await run(f"printf %s '{text}' | wc -c")
    assert result["stdout"] == str(60_000 * 5)


async def test_a_syntax_error_is_told_by_the_shell() -> None:
    result = await run("if")
    assert result["return_code"] == 2
    assert "yntax error" in str(result["stderr"])


async def test_the_empty_line_succeeds() -> None:
    assert (await run(""))["succeeded"] is True


async def test_the_folder_is_the_one_asked_for() -> None:
    assert (await run("pwd", cwd="/"))["stdout"] == "/"


async def test_a_folder_that_is_not_there_is_refused() -> None:
    with pytest.raises(RunnerError, match="can't be started in '/no/such': No such file"):
        await run("pwd", cwd="/no/such")


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        pytest.param({}, "demo.act has no cmd", id="none"),
        pytest.param({"cmd": "a\0b"}, "cmd holds a NUL byte", id="NUL"),
        pytest.param({"cmd": "echo \ud800"}, "is no character", id="half a pair"),
    ],
)
async def test_a_line_that_no_shell_can_have_is_refused(
    parameters: dict[str, Json], expected: str
) -> None:
    with pytest.raises(RunnerError, match=expected):
        await local_shell_cmd.run(make_call(make_action("local-shell-cmd"), **parameters))


async def test_bytes_that_came_in_as_no_text_go_out_as_they_were() -> None:
    line = b"printf %s '\xff' | od -An -tx1".decode(errors="surrogateescape")
    assert str((await run(line))["stdout"]).strip() == "ff"
