"""`chatops pack setup`: environments built, checked, and broken off; what is said about it."""

import io
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chatops_cli.catalog.virtualenvs.setup import Stage
from chatops_cli.cli.setup_progress import Display, Lines, open_progress
from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import write_pack
from tests.support.wheels import write_wheel

METADATA = "name: act\nrunner_type: python-script\nentry_point: act.py\n"
CODE = """
from st2common.runners.base_action import Action

class Act(Action):
    def run(self):
        import subprocess
        import made
        return [made.VERSION, subprocess.check_output(["show-made"], text=True), made.__file__]
"""
UV = """#!/bin/sh
for last; do :; done
case "$(cat "$last")" in
*hang*) echo "$$" > uv-pid; echo "Collecting hang"; sleep 600 ;;
*fail*) echo "no such package at https://me:canary@h/" >&2; exit 2 ;;
*) echo "Installed $(cat "$last")" ;;
esac
"""


@pytest.fixture(autouse=True)
def root(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Packs `one` and `two`, which ask for two versions of a library, and `none`.

    An installer `uv`, which only pretends, is what the settings name.
    """
    root = isolated / "packs"
    for ref, requirements in (("one", "made==1.0\n"), ("two", "made==2.0\n"), ("none", "")):
        files = {"actions/act.yaml": METADATA, "actions/act.py": CODE}
        write_pack(root, ref, {**files, "requirements.txt": requirements})
    set_installer(isolated, "uv")
    uv = isolated / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text(UV)
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", f"{uv.parent}:{os.environ['PATH']}")
    return root


def set_installer(folder: Path, name: str) -> None:
    (folder / "chatops.yaml").write_text(
        f"packs: [packs]\nbundled: false\nvirtualenvs: {{base: [], installer: {name}}}\n"
    )


def virtualenvs(folder: Path) -> Path:
    return folder.parent / "home" / "virtualenvs"


def untimed(text: str) -> str:
    return re.sub(r"[\d.]+ s\b", "N s", text)


@pytest.mark.slow
def test_two_packs_have_two_versions_of_one_library(
    isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By pip, from packages that the test made; programs of the environment are on the PATH."""
    set_installer(isolated, "pip")
    for name in tuple(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(isolated / "wheels"))
    for version in ("1.0", "2.0"):
        write_wheel(isolated / "wheels", "made", version, script="show-made")
    result = invoke("pack", "setup", "--all")
    assert (result.exit_code, untimed(result.stdout)) == (
        ExitCode.OK, "one: built in N s\ntwo: built in N s\n2 built, 1 need none\n",
    )  # fmt: skip
    for ref, version in (("one", "1.0"), ("two", "2.0")):
        text = invoke("action", "run", f"{ref}.act").stdout
        assert f"{version}\n" in text
        assert f"{virtualenvs(isolated)}/.{ref}." in text
        script = virtualenvs(isolated) / ref / "bin" / "show-made"
        assert subprocess.check_output([script], text=True) == f"{version}\n"


def test_list_show_and_doctor_tell_what_is_to_be_done() -> None:
    """Before and after; an action that needs its environment says so."""
    assert invoke("pack", "show", "one").stdout.count(
        "environment: missing; run 'chatops pack setup one'\n"
    )
    doctor = invoke("doctor")
    assert doctor.exit_code == ExitCode.PROBLEMS
    assert (
        "WRONG  virtual environments: 2 of 2 to be built; run 'chatops pack setup --all'\n"
        "       one: has not been built\n"
        "       two: has not been built\n"
    ) in doctor.stdout
    ran = invoke("action", "run", "one.act")
    assert ran.exit_code == ExitCode.FAILED
    assert "virtual environment of the pack 'one' has not been built" in ran.stdout
    assert "run 'chatops pack setup one'" in ran.stdout
    invoke("pack", "setup", "--all")
    assert "environment: fresh\n" in invoke("pack", "show", "one").stdout
    states = [v["environment"] for v in invoke("pack", "list", "--json").json_lines]  # type: ignore[call-overload,index]  # they are objects
    assert states == ["none", "fresh", "fresh"]
    assert "virtual environments: 2 of 2 up to date\n" in invoke("doctor").stdout


def test_what_is_fresh_is_left_alone() -> None:
    """Named packs are answered each; of all only what was done, and how many there are."""
    result = invoke("pack", "setup", "one", "none", "one")
    assert (result.exit_code, untimed(result.stdout)) == (
        ExitCode.OK,
        "one: built in N s\nnone: the virtual environment is not needed\n",
    )
    assert result.stderr == (
        "one: building; the virtual environment has not been built\none: fresh (2 of 2)\n"
    )
    result = invoke("pack", "setup", "one")
    assert (result.stdout, result.stderr) == ("one: the virtual environment is up to date\n", "")
    result = invoke("pack", "setup", "--all")
    assert untimed(result.stdout) == "two: built in N s\n1 built, 1 need none, 1 fresh\n"
    assert invoke("pack", "setup", "--all").stdout == "1 need none, 2 fresh\n"


def test_check_builds_nothing(root: Path, isolated: Path) -> None:
    """Its exit code says whether something is to be done."""
    result = invoke("pack", "setup", "--all", "--check")
    assert (result.exit_code, result.stderr) == (ExitCode.FAILED, "")
    assert result.stdout == (
        "one: the virtual environment has not been built\n"
        "two: the virtual environment has not been built\n"
        "1 need none, 2 missing\n"
    )
    assert not virtualenvs(isolated).exists()
    invoke("pack", "setup", "one")
    assert invoke("pack", "setup", "one", "--check").exit_code == ExitCode.OK
    (root / "one" / "requirements.txt").write_text("made==3.0\n")
    result = invoke("pack", "setup", "one", "--check")
    assert result.exit_code == ExitCode.FAILED
    assert result.stdout.startswith("one: the virtual environment is older than the pack's requ")


def test_a_failure_shows_the_installers_last_lines(root: Path) -> None:
    """Without passwords; the others go on."""
    (root / "one" / "requirements.txt").write_text("fail\n")
    result = invoke("pack", "setup", "--all", "--jobs", "1")
    assert (result.exit_code, untimed(result.stdout)) == (
        ExitCode.FAILED, "two: built in N s\n1 built, 1 failed, 1 need none\n",
    )  # fmt: skip
    assert result.stderr.endswith(
        "one | no such package at https://********@h/\n"
        "error: one: what the pack requires can't be installed (exit code 2)\n"
    )
    value = invoke("pack", "setup", "one", "--json").json
    assert isinstance(value, dict)
    assert isinstance(value.pop("seconds"), float)
    assert value == {
        "ref": "one",
        "was": "missing",
        "state": "missing",
        "reason": "has not been built",
        "error": "what the pack requires can't be installed (exit code 2)",
        "output": ["no such package at https://********@h/"],
    }


def test_ctrl_c_ends_the_installers(root: Path, isolated: Path) -> None:
    """Nothing is left of what was not done, and the exit code says so."""
    (root / "one" / "requirements.txt").write_text("hang\n")
    command = [sys.executable, "-m", "chatops_cli", "pack", "setup", "one"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("one: building")
        wait_for(root / "one" / "uv-pid", process)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    assert (process.returncode, said.splitlines()[0]) == (
        ExitCode.INTERRUPTED, "error: interrupted",
    )  # fmt: skip
    uv = int((root / "one" / "uv-pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(uv, 0)
    assert [path.name for path in virtualenvs(isolated).iterdir()] == [".one.lock"]


def wait_for(file: Path, process: "subprocess.Popen[str]") -> None:
    """The file has content, or the process has ended."""
    while process.poll() is None and not (file.exists() and file.read_text().strip()):
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.01)


def test_what_is_removed_takes_its_environment_along(isolated: Path) -> None:
    invoke("pack", "setup", "one")
    assert (virtualenvs(isolated) / "one").exists()
    assert invoke("pack", "remove", "--yes", "--force", "one").exit_code == ExitCode.OK
    assert list(virtualenvs(isolated).iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        pytest.param([], "which packs?", id="none named"),
        pytest.param(["one", "--all"], "which packs?", id="both"),
        pytest.param(["one", "--check", "--rebuild"], "--check builds nothing", id="opposites"),
        pytest.param(["one", "--jobs", "0"], "'--jobs'", id="no job"),
    ],
)
def test_a_command_line_that_can_not_be_meant(arguments: list[str], error: str) -> None:
    result = invoke("pack", "setup", *arguments)
    assert (result.exit_code, result.stdout) == (ExitCode.USAGE, "")
    assert error in result.stderr


def test_a_pack_that_is_not_there() -> None:
    """Nothing is built for the others, either."""
    result = invoke("pack", "setup", "one", "nosuch")
    assert (result.exit_code, result.stdout) == (ExitCode.FAILED, "")
    assert result.stderr == ("error: no pack named 'nosuch'\nhint: loaded are none, one, two\n")


class Terminal(io.StringIO):
    """Text that is written to a terminal."""

    def isatty(self) -> bool:
        return True


async def test_a_terminal_shows_what_is_being_built(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without colour, as without a terminal, there are lines."""
    stream = Terminal()
    assert isinstance(open_progress(stream, total=2), Lines)
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "xterm")
    progress = open_progress(stream, total=2)
    assert isinstance(progress, Display)
    with progress:
        progress.tell("one", Stage.WAITING, "")
        progress.tell("one", Stage.BUILDING, "has not been built")
        progress.tell("one", Stage.LINE, "Collecting \x1b[5mmade")
        progress.tell("one", Stage.LINE, "anything else")
        progress.draw()
        shown = stream.getvalue()
        progress.tell("one", Stage.ENDED, "fresh")
        progress.draw()
    assert "Collecting" in shown
    assert "\x1b[5m" not in stream.getvalue()
    assert "anything else" not in shown
    assert "0 of 2" in shown
    assert "1 of 2" in stream.getvalue()


def test_lines_say_who_waits(capsys: pytest.CaptureFixture[str]) -> None:
    with Lines(total=1) as lines:
        lines.tell("one", Stage.WAITING, "")
    assert capsys.readouterr().err == "one: waiting for another setup of it\n"
