"""Whatever is typed reaches programs as data; whatever comes out, there is an answer."""

from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import ParameterError
from chatops_cli.model.action import Action
from chatops_cli.model.alias import Alias
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from tests.support import bundled

SHELLS = {
    *("core.local", "core.local_sudo", "core.remote", "core.remote_sudo"),
    *("core.winrm_cmd", "core.winrm_ps_cmd"),
}
"""Actions whose parameter is a command line: hostile by purpose, and without an enabled alias."""

SLOW = {
    *("examples.slow", "core.sendmail"),
    *("packs.get", "packs.install", "packs.search", "packs.show"),
}
"""Not tried here: the first has no text to give, the others have their own tests."""

FITTING: dict[str, Json] = {
    "app": "web", "environment": "staging", "host": "localhost", "hostname": "localhost",
    "item": "bolts", "max_pause": 0, "message": "m", "name": "n", "number": 2, "path": "/proc/self",
    "channel": "#ops", "port": 1, "service": "s", "size": "small", "task": "t", "ticket": 1, "user": "u", "file": "f",
}  # fmt: skip
"""A value for each required parameter."""


def texts(action: Action) -> list[str]:
    return [
        name
        for name, parameter in action.parameters.items()
        if parameter.type == "string" and not parameter.immutable and not parameter.secret
    ]


def tried() -> list[tuple[str, str]]:
    return [
        (action.ref, name)
        for action in bundled.catalog().actions()
        if action.ref not in SHELLS | SLOW
        for name in texts(action)
    ]


@pytest.mark.parametrize(("ref", "name"), tried())
def test_no_text_runs_as_a_command_or_becomes_an_option(
    ref: str, name: str, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    hostile = [
        f"/; touch {trace}",
        f"/$(touch {trace})",
        f"`touch {trace}`",
        f"'; touch {trace}; '",
        f'"; touch {trace}; "',
        f"/\ntouch {trace}",
        f"| touch {trace}",
        "-rf",
        "--help",
        f"{{{{ '{trace}' }}}}",
    ]
    required = {
        key: FITTING[key] for key, p in bundled.action(ref).parameters.items()
        if p.required and not p.immutable
    }
    for text in hostile:
        try:
            execution = bundled.run(ref, **(required | {name: text}))
        except ParameterError:
            continue
        assert execution.status in {Status.SUCCEEDED, Status.FAILED}, text
        assert "Traceback" not in str(execution.result), text
        assert "Usage:" not in str(execution.result), text
    assert not trace.exists()


RESULTS: list[Json] = [
    None,
    {},
    {"error": "it was ended"},
    {"error": "it was ended", "stdout": "", "stderr": "", "return_code": -9, "succeeded": False},
    {"error": "it was ended", "result": None, "stdout": "", "stderr": "a\nb", "exit_code": -9},
    {"result": None, "stdout": "", "stderr": "Traceback\nValueError: no", "exit_code": 1},
    {"stdout": "not what was meant", "stderr": "", "return_code": 1, "failed": True},
]


@pytest.mark.parametrize("status", [Status.FAILED, Status.TIMEOUT, Status.CANCELED])
@pytest.mark.parametrize(
    "alias",
    [
        pytest.param(alias, id=alias.ref)
        for alias in bundled.catalog().aliases
        if alias.result.enabled and alias.pack != "examples"
    ],
)
def test_a_template_answers_whatever_happened(alias: Alias, status: Status) -> None:
    required = {
        key: FITTING.get(key, "x")
        for key, p in bundled.action(alias.action_ref).parameters.items()
        if p.required and not p.immutable
    }
    requested = bundled.prepare(alias.action_ref, required).execution
    for result in RESULTS:
        ended = replace(requested, status=status, result=result)
        assert bundled.said(alias.ref, ended).strip(), result
