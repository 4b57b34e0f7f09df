"""`chatops pack create`: what it writes passes our own checks, runs, and its tests pass."""

from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke


def test_a_new_pack_is_in_order_and_runs(isolated: Path) -> None:
    """Without settings it is in the working folder; what is said to try is what works."""
    result = invoke("pack", "create", "weather")
    assert result.exit_code == ExitCode.OK
    lines = result.stdout.splitlines()
    assert "wrote weather/weather.yaml.example" in lines
    assert lines[-3:] == [
        'Try it: chatops --packs . run "weather greet Ada"',
        "Rehearse it: chatops rehearse weather",
        "Test it: chatops --packs . test weather",
    ]
    assert invoke("--packs", ".", "run", "weather greet Ada").stdout == "Hello, Ada!\n"
    assert invoke("--packs", ".", "run", "weather count a b").stdout == "That is 2 words.\n"
    shown = invoke("--packs", ".", "pack", "show", "weather", "--json").json
    assert isinstance(shown, dict)
    assert (shown["problems"], shown["actions"]) == ([], ["weather.count", "weather.greet"])
    assert [entry.name for entry in isolated.iterdir()] == ["weather"]


def test_its_tests_pass(isolated: Path) -> None:
    invoke("pack", "create", "weather", "--into", "mine")
    result = invoke("test", "./mine/weather/", "--json")
    value = result.json
    assert isinstance(value, dict)
    assert (value["tests"], value["passed"]) == ("passed", 3), result.stderr
    assert not (isolated / "weather").exists()


def test_with_settings_it_is_where_they_read_it(isolated: Path) -> None:
    (isolated / "packs").mkdir()
    (isolated / "chatops.yaml").write_text("packs: [packs]\n")
    value = invoke("pack", "create", "w2", "--json").json
    assert isinstance(value, dict)
    assert value["path"] == str(isolated / "packs/w2")
    assert invoke("pack", "create", "w3").stdout.splitlines()[-3:] == [
        'Try it: chatops run "w3 greet Ada"',
        "Rehearse it: chatops rehearse packs/w3",
        "Test it: chatops test w3",
    ]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("My-Pack", "hint: take my_pack\n", id="likely"),
        pytest.param("../x", "hint: take x\n", id="path"),
        pytest.param("ü", "", id="nothing left"),
    ],
)
def test_what_is_no_ref_is_refused(name: str, hint: str, isolated: Path) -> None:
    result = invoke("pack", "create", name)
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr == (
        f"error: {name!r} is no ref of a pack: lower-case letters, digits and underscores\n{hint}"
    )
    assert [entry.name for entry in isolated.iterdir()] == []


def test_no_pack_stands_in_for_another_unasked(isolated: Path) -> None:
    result = invoke("pack", "create", "core")
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr.startswith("error: there is a pack core already: ")
    assert [entry.name for entry in isolated.iterdir()] == []
    assert invoke("pack", "create", "core", "--into", "own").exit_code == ExitCode.OK


def test_what_is_there_is_left_alone(isolated: Path) -> None:
    (isolated / "web").mkdir()
    result = invoke("pack", "create", "web")
    assert result.stderr == f"error: {isolated}/web is there already; nothing was written\n"
    assert [entry.name for entry in (isolated / "web").iterdir()] == []
