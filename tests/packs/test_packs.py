"""Packs from the chat room: what is said, what is there afterwards, and with whose settings."""

import json
from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from chatops_cli.model.json import Json
from tests.support.cli import invoke
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.repositories import manifest


@pytest.fixture(autouse=True)
def site(isolated: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings with a folder for packs and an index; they are named on the command line alone."""
    site = isolated / "site"
    (site / "packs").mkdir(parents=True)
    write_pack(site, "web", {
        "actions/go.yaml": action_text("go"),
        "aliases/go.yaml": alias_text("go", "web.go", "go web"),
    })  # fmt: skip
    entry = {"name": "web", "repo_url": "web", "version": "1.0.0", "description": "Web servers"}
    (site / "index.json").write_text(json.dumps({"packs": {"web": entry}}))
    (site / "chatops.yaml").write_text("packs: [packs]\npacks_index: [index.json]\n")
    elsewhere = isolated / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    return site


def say(message: str, site: Path) -> str:
    result = invoke("--config", str(site / "chatops.yaml"), "run", "--no-ack", message)
    return result.stdout


def test_from_searching_a_pack_to_removing_it(site: Path) -> None:
    assert say("pack search servers", site) == "web: Web servers\n"
    previewed = say("pack preview web", site)
    assert previewed.startswith("web 1.0.0 from ")
    assert "It would run 1 noop.\nYou could type: go web\n" in previewed
    assert list((site / "packs").iterdir()) == []
    installed = say("pack install web", site)
    assert installed.startswith("Installed web 1.0.0 from ")
    assert installed.endswith("I know what is new when I have reloaded, which the bridge does by itself.\n")
    assert (site / "packs/web/pack.yaml").is_file()
    assert say("pack show web", site).endswith("Version 1.0.0 is installed.\n")
    (site / "web/pack.yaml").write_text(manifest("web", "1.1.0"))
    (site / "web/actions/new.yaml").write_text(action_text("new"))
    assert say("pack update web", site).startswith(
        "web: 1.0.0 -> 1.1.0; actions: 1 new, 0 changed, 0 gone.\n"
    )
    assert say("pack remove web", site).startswith("Removed web. ")
    assert list((site / "packs").iterdir()) == []


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        pytest.param("pack search nothing", "No index has a pack with 'nothing' in", id="search"),
        pytest.param("pack get nix", "No pack nix is installed.", id="get"),
        pytest.param("pack get core", "core 1.0.0: ", id="get bundled"),
        pytest.param(
            "pack install --force,$(id)", "Nothing was installed: '--force' is no", id="option"
        ),
        pytest.param("pack remove core", "Nothing was removed: the pack core comes", id="remove"),
    ],
)
def test_what_can_not_be_done_is_told(message: str, answer: str, site: Path) -> None:
    assert say(message, site).startswith(answer)


def test_results_have_the_shape_of_stackstorm(site: Path) -> None:
    """`packs.install` names the packs, `packs.get` answers null for none."""
    assert result("packs.install", "packs=web", site)["packs_list"] == ["web"]
    assert result("packs.get", "pack=nix", site) == {"pack": None, "git_status": None}


def result(action: str, parameter: str, site: Path) -> dict[str, Json]:
    config = str(site / "chatops.yaml")
    done = invoke("--config", config, "action", "run", action, parameter, "--json")
    assert done.exit_code == ExitCode.OK, done.stdout
    reply = done.json_lines[-1]
    assert isinstance(reply, dict)
    shown = invoke("history", "output", str(reply["execution_id"]), "--json").json
    assert isinstance(shown, dict)
    value = shown["result"]
    assert isinstance(value, dict)
    return value
