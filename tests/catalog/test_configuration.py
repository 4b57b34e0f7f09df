"""A pack's site configuration: the site's values above the schema's defaults."""

from pathlib import Path

import pytest

from chatops_cli.catalog.catalog import open_catalog
from chatops_cli.catalog.configuration import read_configuration
from chatops_cli.errors import ExitCode, SettingsError
from tests.support.cli import invoke
from tests.support.packs import write_pack

SCHEMA = """
region: {type: string, default: eu}
token: {type: string, secret: true}
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


def configuration(root: Path, folder: Path | None) -> object:
    """What actions of the pack `p` would see."""
    write_pack(root, "p", {"config.schema.yaml": SCHEMA})
    catalog = open_catalog([root], cache=None)
    return read_configuration("p", catalog.config_schema("p"), folder)


def test_defaults_alone(tmp_path: Path) -> None:
    """Without a file, what the schema gives, nested objects too."""
    expected = {"region": "eu", "limits": {"low": 1, "high": 9}}
    assert configuration(tmp_path, None) == expected
    assert configuration(tmp_path, tmp_path / "nowhere") == expected


def test_the_site_goes_first(tmp_path: Path) -> None:
    """A value of the site stands; what it leaves out has its default, in objects as well."""
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "p.yaml").write_text("region: us\nlimits: {high: 5}\nmore: [1]\n")
    assert configuration(tmp_path, tmp_path / "configs") == {
        "region": "us",
        "limits": {"high": 5, "low": 1},
        "more": [1],
    }


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    """Comments alone are as good as no file."""
    (tmp_path / "p.yaml").write_text("# nothing\n")
    assert configuration(tmp_path / "packs", tmp_path) == {
        "region": "eu",
        "limits": {"low": 1, "high": 9},
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a: [\n", "p.yaml:", id="not YAML"),
        pytest.param("- a\n", "p.yaml:1:1: error[wrong-type]", id="a list"),
    ],
)
def test_a_broken_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    """With its place."""
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        configuration(tmp_path / "packs", tmp_path)
    assert message in caught.value.message


def test_actions_see_it_and_secrets_are_masked(isolated: Path) -> None:
    """`self.config` has it; what the schema calls secret shows in no answer."""
    files = {"config.schema.yaml": SCHEMA, "actions/show.yaml": ACTION, "actions/show.py": CODE}
    write_pack(isolated / "packs", "p", files)
    (isolated / "configs").mkdir()
    (isolated / "configs" / "p.yaml").write_text("token: s3cr3t-t0ken\n")
    (isolated / "chatops.yaml").write_text("packs: packs\nconfigs: configs\n")
    result = invoke("action", "run", "p.show")
    assert result.exit_code == ExitCode.OK, result.stderr
    assert "eu" in result.stdout
    assert "********" in result.stdout
    assert "s3cr3t-t0ken" not in result.stdout


def test_a_broken_file_keeps_the_action_from_running(isolated: Path) -> None:
    """It is said which file, and nothing runs."""
    files = {"actions/show.yaml": ACTION, "actions/show.py": CODE}
    write_pack(isolated / "packs", "p", files)
    (isolated / "configs").mkdir()
    (isolated / "configs" / "p.yaml").write_text("a: [\n")
    (isolated / "chatops.yaml").write_text("packs: packs\nconfigs: configs\n")
    result = invoke("action", "run", "p.show")
    assert result.exit_code == ExitCode.FAILED
    assert "configs/p.yaml:" in result.stderr
