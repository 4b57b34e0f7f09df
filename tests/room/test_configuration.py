"""What a site says of a pack: seen by its actions, checked before any runs."""

from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import write_pack

SCHEMA = """
region: {type: string, default: eu}
token: {type: string, secret: true}
port: {type: integer, required: true}
limits:
  type: object
  properties:
    low: {type: integer, default: 1}
    high: {type: integer, default: 9}
"""
ACTION = "name: show\nrunner_type: python-script\nentry_point: show.py\n"
CODE = """
from st2common.runners.base_action import Action


class Show(Action):
    def run(self):
        return dict(self.config)
"""
FILES = {"config.schema.yaml": SCHEMA, "actions/show.yaml": ACTION, "actions/show.py": CODE}


@pytest.fixture(autouse=True)
def folder(isolated: Path) -> Path:
    """The folder of configurations of a site with the pack `p`."""
    write_pack(isolated / "packs", "p", FILES)
    (isolated / "chatops.yaml").write_text(
        "packs: packs\nbundled: false\nconfigs: configs\nconfig_environment: [P_TOKEN]\n"
    )
    (isolated / "configs").mkdir()
    return isolated / "configs"


def write(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "p.yaml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_actions_see_it_and_secrets_are_masked(folder: Path) -> None:
    """`self.config` has it; what the schema calls secret shows in no answer."""
    write(folder, "token: s3cr3t-t0ken\nport: 1\nlimits: {high: 5}\nmore: [1]\n")
    result = invoke("action", "run", "p.show")
    assert result.exit_code == ExitCode.OK, result.stderr
    for text in ("eu", "********", "low", "more"):
        assert text in result.stdout
    assert "s3cr3t-t0ken" not in result.stdout


def test_secrets_behind_a_reference_are_masked(isolated: Path, folder: Path) -> None:
    schema = (
        "all: {patternProperties: {'^': {$ref: '#/properties/group'}}}\n"
        "group: {properties: {password: {secret: true}}}\n"
    )
    write_pack(isolated / "packs", "p", {**FILES, "config.schema.yaml": schema})
    write(folder, "all: {lab: {password: s3cr3t-t0ken}}\n")
    result = invoke("action", "run", "p.show")
    assert result.exit_code == ExitCode.OK, result.stderr
    assert "lab" in result.stdout
    assert "s3cr3t-t0ken" not in result.stdout


def test_it_reads_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("P_TOKEN", "fr0m-env")
    monkeypatch.setenv("P_OTHER", "0ther")
    write(folder, "port: 1\nregion: '{{ env.P_TOKEN }}'\n")
    result = invoke("action", "run", "p.show")
    assert result.exit_code == ExitCode.OK, result.stderr
    assert "********" in result.stdout
    assert "fr0m-env" not in result.stdout
    write(folder, "port: 1\nregion: '{{ env.P_OTHER }}'\n")
    result = invoke("action", "run", "p.show")
    assert result.exit_code == ExitCode.USAGE
    assert "'config_environment'" in result.stderr
    assert "0ther" not in result.stderr


def test_without_a_file_defaults_hold() -> None:
    """Even where something is required: many actions of a pack need no configuration."""
    result = invoke("action", "run", "p.show")
    assert (result.exit_code, "eu" in result.stdout) == (ExitCode.OK, True)


def test_without_a_folder_the_state_folder_has_one(isolated: Path) -> None:
    (isolated / "chatops.yaml").write_text("packs: packs\nbundled: false\n")
    home = isolated.parent / "home" / "configs"
    home.mkdir(parents=True, mode=0o700)
    (home.parent).chmod(0o700)
    write(home, "port: 1\nregion: from-state\n")
    assert "from-state" in invoke("action", "run", "p.show").stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("a: [\n", "configs/p.yaml:", id="not YAML"),
        pytest.param("port: many\n", "configs/p.yaml:1:7: error[config-value] port must be a whole "
                     "number, not 'many'", id="a wrong value"),
        pytest.param("region: eu\n", "configs/p.yaml:1:1: error[missing-key] port is missing",
                     id="a missing one"),
    ],
)  # fmt: skip
def test_a_wrong_file_keeps_actions_from_running(folder: Path, text: str, says: str) -> None:
    """It is said where and what, and nothing runs."""
    write(folder, text)
    result = invoke("action", "run", "p.show")
    assert result.exit_code == ExitCode.FAILED
    assert says in result.stderr
    assert result.stdout == ""


def lines() -> list[str]:
    """What doctor says of configurations."""
    text = invoke("doctor").stdout.splitlines()
    start = next(i for i, line in enumerate(text) if line[7:].startswith("configurations: "))
    return text[start:]


def test_doctor_lists_all_that_is_wrong(folder: Path) -> None:
    write(folder, "port: many\nregoin: us\nlimits: {low: x}\ntoken: s3cr3t\n", mode=0o644)
    (folder / "gone.yaml").write_text("a: 1\n")
    assert lines() == [
        "WRONG  configurations: configs: 2 errors, 3 warnings",
        "       configs/gone.yaml: warning[config-pack] no pack 'gone' is loaded: nothing reads it",
        (
            "       configs/p.yaml:1:1: warning[config-open] others of this machine can read this"
            f" file, and secrets stand in it (chmod 600 {folder / 'p.yaml'})"
        ),
        "       configs/p.yaml:1:7: error[config-value] port must be a whole number, not 'many'",
        (
            "       configs/p.yaml:2:9: warning[unknown-key] the key 'regoin' is not known (did you"
            " mean region?)"
        ),
        (
            "       configs/p.yaml:3:15: error[config-value] limits.low must be a whole number, not"
            " 'x'"
        ),
    ]


def test_doctor_is_content_with_references(folder: Path) -> None:
    """Secrets that stand elsewhere may be read by others here."""
    write(folder, "port: 1\ntoken: '{{ st2kv.system.t }}'\n", mode=0o644)
    assert lines() == ["ok     configurations: configs: no problems"]


def test_doctor_tells_of_a_pack_without_what_it_needs() -> None:
    assert lines() == [
        "ok     configurations: configs: 1 warning",
        (
            "       configs/p.yaml: warning[config-absent] the pack p has no configuration, and"
            " needs port (chatops pack config p)"
        ),
    ]
