"""Every file of the bundled packs is in order, and none opens a shell to chat text."""

import re
import subprocess
from pathlib import Path

import pytest

from chatops_cli.catalog.catalog import open_catalog
from chatops_cli.model.action import Action
from chatops_cli.model.runner import BUILT_IN
from chatops_cli.settings.load import bundled_packs
from tests.support import bundled
from tests.support.shared import CORPUS, needs_corpus

ACTIONS = [pytest.param(action, id=action.ref) for action in bundled.catalog().actions()]
ROOT = bundled_packs()
SCRIPTS = sorted(ROOT.glob("*/actions/**/*.sh"))
VALUE = re.compile(r"{{(.*?)}}")


def test_the_packs_are_these_and_nothing_is_wrong_with_them() -> None:
    assert list(bundled.catalog().packs) == ["chatops", "core", "examples", "linux", "packs"]
    assert bundled.catalog().problems == ()
    assert bundled.table().problems == ()


@pytest.mark.parametrize("ref", ["chatops", "core", "examples", "linux", "packs"])
def test_a_pack_says_what_it_is(ref: str) -> None:
    pack = bundled.catalog().packs[ref]
    assert (pack.author, pack.version, pack.python_versions) == (
        "The chatops authors",
        "1.0.0",
        ("3",),
    )
    assert pack.description.endswith(".")
    assert (ROOT / ref / "README.md").read_text().startswith(f"# {ref}\n")


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_says_what_it_does_and_can_be_run_today(action: Action) -> None:
    assert action.runner_type in BUILT_IN
    assert action.description
    described = [p for p in action.parameters.values() if not p.description and p.schema]
    assert described == []


@pytest.mark.parametrize("action", ACTIONS)
def test_an_entry_point_is_a_script_that_can_be_started(action: Action) -> None:
    if not action.entry_point:
        assert action.runner_type not in {"local-shell-script", "python-script"}
        return
    file = Path(action.pack_path, "actions", action.entry_point)
    if action.runner_type == "python-script":
        compile(file.read_text(), str(file), "exec")
        return
    assert file.read_text().startswith("#!/")
    assert file.stat().st_mode & 0o111


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("shell", [["sh"], ["bash", "--posix"]], ids=["sh", "bash"])
def test_a_script_is_one_for_any_posix_shell(script: Path, shell: list[str]) -> None:
    assert script.read_text().startswith("#!/bin/sh\n")
    done = subprocess.run([*shell, "-n", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("action", ACTIONS)
def test_a_command_line_quotes_every_value(action: Action) -> None:
    line = action.parameters.get("cmd")
    if line is None or not isinstance(line.default, str):
        return
    assert line.immutable
    assert [value for value in VALUE.findall(line.default) if "| shell_quote" not in value] == []


def test_no_enabled_alias_gives_a_shell() -> None:
    for alias in bundled.catalog().aliases:
        action = bundled.action(alias.action_ref)
        line = action.parameters.get("cmd")
        is_open = line is not None and not line.immutable
        assert not (alias.enabled and is_open), alias.ref


@pytest.mark.parametrize("action", ACTIONS)
def test_text_that_chat_gives_to_linux_has_a_pattern_or_a_list(action: Action) -> None:
    if action.pack != "linux":
        return
    loose = [
        name
        for name, parameter in action.parameters.items()
        if parameter.type == "string" and not {"pattern", "enum"} & parameter.schema.keys()
    ]
    assert loose == []


def test_disabled_aliases_are_those_that_are_meant_to_be() -> None:
    disabled = {alias.ref for alias in bundled.catalog().aliases if not alias.enabled}
    assert disabled == {"core.local", "linux.log"}


@needs_corpus
@pytest.mark.parametrize("pack", ["core", "linux"])
def test_shared_names_have_the_parameters_of_stackstorm(pack: str) -> None:
    """Packs that call these actions find each parameter, of the same type, at the same position."""
    theirs = open_catalog([CORPUS / pack], cache=None)
    shared = [action for action in theirs.actions() if bundled.catalog().action(action.ref)]
    assert {action.name for action in shared} == {
        "core": {
            *("echo", "error", "http", "local", "local_sudo", "noop", "pause", "sendmail", "uuid"),
            *("remote", "remote_sudo", "announcement", "ask", "winrm_cmd", "winrm_ps_cmd"),
        },
        "linux": {"dig"},
    }[pack]
    for action in shared:
        ours = bundled.action(action.ref)
        assert ours.runner_type == action.runner_type
        for name, parameter in action.parameters.items():
            mine = ours.parameters[name]
            assert (mine.position, mine.required or mine.immutable) == (
                parameter.position,
                parameter.required or parameter.immutable,
            ), name
            assert mine.type in {parameter.type, None}, name
