"""A script of the pack: how it is started and what it is given."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.json import Json
from chatops_cli.runners import local_shell_script
from chatops_cli.runners.contract import Call
from tests.support.calls import make_action, make_call, write_pack

SHOW = '#!/bin/sh\nprintf "<%s>" "$@"\n'
SHOW_PYTHON = '#!/usr/bin/env python3\nimport sys\nprint("".join(f"<{a}>" for a in sys.argv[1:]))\n'


def script_call(
    folder: Path,
    text: str,
    parameters: Mapping[str, Json] | None = None,
    *,
    positions: Mapping[str, int] | None = None,
    secrets: frozenset[str] = frozenset(),
    **runner_parameters: Json,
) -> Call:
    given = parameters or {}
    declared = [Parameter(name=n, position=(positions or {}).get(n)) for n in given]
    pack = write_pack(folder, {"act": text})
    action = make_action("local-shell-script", pack=pack, entry_point="act", parameters=declared)
    return replace(make_call(action, **runner_parameters), parameters=given, secrets=secrets)


async def run(call: Call) -> dict[str, Json]:
    outcome = await local_shell_script.run(call)
    assert isinstance(outcome.result, dict)
    return outcome.result


needs_perl = pytest.mark.skipif(not shutil.which("perl"), reason="perl is not installed")

NAMED: list[tuple[Json, str]] = [
    ("a b", "<--p=a b>"),
    (0, "<--p=0>"),
    (True, "<--p>"),
    (False, "<>"),
    (None, "<>"),
    ("", "<>"),
    (["a", 1], "<--p=['a', 1]>"),
    ({"k": None}, "<--p={'k': None}>"),
    ("$(id); `id` ' \"\nü", "<--p=$(id); `id` ' \"\nü>"),
]


@pytest.mark.parametrize("secrets", [frozenset(), frozenset({"p"})], ids=["plain", "secret"])
@pytest.mark.parametrize(("value", "expected"), NAMED, ids=[repr(v) for v, _ in NAMED])
async def test_named_arguments(
    value: Json, expected: str, secrets: frozenset[str], tmp_path: Path
) -> None:
    call = script_call(tmp_path, SHOW, {"p": value}, secrets=secrets)
    assert (await run(call))["stdout"] == expected


POSITIONAL: list[tuple[Json, str]] = [
    ("a b", "<a b>"),
    (0, "<0>"),
    (2.5, "<2.5>"),
    (True, "<1>"),
    (False, "<0>"),
    (None, "<>"),
    (["a", 1], "<a,1>"),
    ([], "<>"),
    ({"k": "ü"}, '<{"k": "ü"}>'),
    ({}, "<>"),
]


@pytest.mark.parametrize(("value", "expected"), POSITIONAL, ids=[repr(v) for v, _ in POSITIONAL])
async def test_positional_arguments(value: Json, expected: str, tmp_path: Path) -> None:
    call = script_call(tmp_path, SHOW, {"p": value}, positions={"p": 0})
    assert (await run(call))["stdout"] == expected


async def test_named_ones_come_first_and_positional_ones_in_their_order(tmp_path: Path) -> None:
    parameters: dict[str, Json] = {"second": "2", "name": "n", "first": "1", "other": "o"}
    call = script_call(tmp_path, SHOW, parameters, positions={"second": 5, "first": 1})
    assert (await run(call))["stdout"] == "<--name=n><--other=o><1><2>"


async def test_the_prefix_of_named_arguments_is_a_parameter(tmp_path: Path) -> None:
    call = script_call(tmp_path, SHOW, {"p": "x", "q": True}, kwarg_op="-")
    assert (await run(call))["stdout"] == "<-p=x><-q>"


@pytest.mark.parametrize("secrets", [frozenset(), frozenset({"p"})], ids=["plain", "secret"])
@pytest.mark.parametrize(
    "text",
    [
        pytest.param('echo "$0 $1"', id="no first line"),
        pytest.param('#!/bin/sh\necho "$0 $1"', id="sh"),
        pytest.param('#!/bin/bash -e\necho "${BASH_SOURCE[0]} $1"', id="bash"),
        pytest.param('#!/usr/bin/env bash\necho "$0 $1"', id="env bash"),
        pytest.param(
            "#!/usr/bin/env -S python3 -u\nimport sys\n"
            "if __name__ == '__main__': print(sys.argv[0], sys.argv[1])",
            id="env python",
        ),
        pytest.param('#!/usr/bin/perl\nprint "$0 $ARGV[0]\\n"', id="perl", marks=needs_perl),
    ],
)
@pytest.mark.parametrize("mode", [0o644, 0o755], ids=["not executable", "executable"])
async def test_a_script_is_run_by_its_interpreter_and_its_mode_stays(
    text: str, mode: int, secrets: frozenset[str], tmp_path: Path
) -> None:
    call = script_call(tmp_path, text, {"p": "x y"}, positions={"p": 0}, secrets=secrets)
    path = tmp_path / "demo" / "actions" / "act"
    path.chmod(mode)
    result = await run(call)
    assert (result["stdout"], result["stderr"]) == (f"{path} x y", "")
    assert path.stat().st_mode & 0o777 == mode


async def test_a_python_script_with_secrets_finds_its_neighbours_and_no_input(
    tmp_path: Path,
) -> None:
    write_pack(tmp_path, {"neighbour.py": "NAME = 'next door'"})
    text = (
        "#!/usr/bin/env python3\nimport sys, neighbour\n"
        "print(neighbour.NAME, repr(sys.stdin.read()), sys.argv[1:])\nsys.exit(4)"
    )
    result = await run(script_call(tmp_path, text, {"p": "s"}, secrets=frozenset({"p"})))
    assert result["stdout"] == "next door '' ['--p=s']"
    assert result["return_code"] == 4


async def test_a_program_that_is_no_script_is_run_too(tmp_path: Path) -> None:
    call = script_call(tmp_path, "", {"p": "x"}, positions={"p": 0}, secrets=frozenset({"p"}))
    program = tmp_path / "demo" / "actions" / "act"
    shutil.copy("/bin/echo", program)
    assert (await run(call))["stdout"] == "x"
    program.chmod(0o644)
    with pytest.raises(RunnerError, match="may not be executed"):
        await run(call)


async def test_a_large_secret_arrives_whole(tmp_path: Path) -> None:
    call = script_call(tmp_path, SHOW_PYTHON, {"p": "x" * 2_000_000}, secrets=frozenset({"p"}))
    assert len(str((await run(replace(call, output_limit=3_000_000)))["stdout"])) == 2_000_006


async def test_a_large_argument_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="too long for the system"):
        await run(script_call(tmp_path, SHOW, {"p": "x" * 2_000_000}))


async def test_an_argument_with_nul_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="an argument holds a NUL byte"):
        await run(script_call(tmp_path, SHOW, {"p": "a\0b"}))


@pytest.mark.parametrize(
    ("entry_point", "expected"),
    [
        pytest.param("", "demo.act has no entry_point", id="none"),
        pytest.param("missing.sh", "is no file", id="missing"),
        pytest.param("../../other/x.sh", "leads out of its pack", id="outside"),
        pytest.param("/bin/echo", "leads out of its pack", id="absolute"),
        pytest.param(".", "is no file", id="a folder"),
    ],
)
async def test_an_entry_point_that_is_none_is_refused(
    entry_point: str, expected: str, tmp_path: Path
) -> None:
    pack = write_pack(tmp_path, {"act": SHOW})
    action = make_action("local-shell-script", pack=pack, entry_point=entry_point)
    with pytest.raises(RunnerError, match=expected):
        await local_shell_script.run(make_call(action))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_script_that_can_not_be_read_is_refused(tmp_path: Path) -> None:
    call = script_call(tmp_path, SHOW)
    (tmp_path / "demo" / "actions" / "act").chmod(0)
    with pytest.raises(RunnerError, match="can't be read: Permission denied"):
        await run(call)


async def test_another_revision_of_the_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="content_version 'v1' is not supported"):
        await run(script_call(tmp_path, SHOW, content_version="v1"))


async def test_a_script_without_a_first_line_may_be_written_for_bash(tmp_path: Path) -> None:
    call = script_call(tmp_path, 'echo "${1/x/y}"', {"p": "axa"}, positions={"p": 0})
    assert (await run(call))["stdout"] == "aya"
