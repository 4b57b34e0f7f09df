"""The pages of networks: the settings that they show are read, their options are all there are."""

import re
from pathlib import Path
from textwrap import dedent

import pytest

from chatops_cli.bridge.connections import Outside, adapter_of, connections_of
from chatops_cli.room.opening import new_id, now
from chatops_cli.settings.load import load_settings
from chatops_cli.validation.schemas.networks import OPTIONS

PAGES = Path(__file__).parents[2] / "docs" / "networks"
NETWORKS = ("discord", "http", "mattermost", "slack", "xmpp")


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NETWORKS)
def test_the_settings_that_a_page_shows_are_in_order(name: str, tmp_path: Path) -> None:
    blocks = re.findall(r"^ *```yaml\n(.*?)^ *```", page(name), re.DOTALL | re.MULTILINE)
    (example,) = (block for block in blocks if "bridge:" in block)
    file = tmp_path / "chatops.yaml"
    file.write_text(dedent(example))
    settings = load_settings(config=file, home=tmp_path / "home")
    (connection,) = connections_of(settings)
    assert connection.type == name
    outside = Outside(now=now, new_id=new_id, follow=lambda text: text, environment={})
    assert adapter_of(connection, settings, outside).network.name == name


@pytest.mark.parametrize("name", NETWORKS)
def test_all_options_are_on_the_page(name: str) -> None:
    table = page(name).partition("## Options")[2].partition("## ")[0]
    cells = re.findall(r"^\| (`[^|]+)\|", table, re.MULTILINE)
    assert {key for cell in cells for key in re.findall(r"`(\w+)`", cell)} == set(OPTIONS[name])
