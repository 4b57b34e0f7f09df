"""YAML files of a pack that the catalog doesn't hold are read all the same when asked for."""

import os
from pathlib import Path

import pytest

from chatops_cli.catalog.catalog import open_catalog
from chatops_cli.catalog.other_files import check_pack_files
from tests.support.packs import write_pack


def told(root: str) -> list[str]:
    (pack,) = open_catalog([Path(root)], cache=None).packs.values()
    return [str(problem) for problem in check_pack_files(pack)]


def test_what_is_no_yaml_is_told_wherever_it_is() -> None:
    """Triggers, workflows in any depth; what the catalog reads and a pack's tests are left out."""
    pack = write_pack(
        Path("packs"),
        "p",
        {
            "triggers/a.yaml": "a: 1\na: 2\n",
            "actions/workflows/deep/w.yml": "a:\n\tx: 1",
            "actions/broken.yaml": "[",
            "config.schema.yaml": "[",
            "sensors/good.yaml": "a: 1",
            "sensors/empty.yaml": "",
            "policies/broken.yaml": "[",
            "rules/broken.yaml": "[",
            "tests/fixtures/f.yaml": "[",
            ".git/x.yaml": "[",
            "triggers/.hidden.yaml": "[",
            "sensors/a.txt": "[",
        },
    )
    (pack / "triggers/link.yaml").symlink_to("/dev/zero")
    (pack / "triggers/loop").symlink_to("..")
    os.mkfifo(pack / "triggers/pipe.yaml")
    assert told("packs") == [
        (
            "packs/p/actions/workflows/deep/w.yml:2:1: error[tab-indent] a tab indents this line;"
            " YAML is indented by spaces only (replace the tab by spaces)"
        ),
        (
            "packs/p/triggers/a.yaml:2:1: error[repeated-key] the key 'a' is repeated: first at"
            " packs/p/triggers/a.yaml:1:1; the last one counts (remove one of them)"
        ),
        (
            "packs/p/triggers/pipe.yaml: error[not-a-file] is a pipe, socket or device, not a file"
            " (rename it)"
        ),
    ]


def test_a_root_that_is_a_pack_keeps_its_name() -> None:
    write_pack(Path(), "p", {"triggers/a.yaml": "["})
    assert [line.split(":")[0] for line in told("p")] == ["p/triggers/a.yaml"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unreadable to root")
def test_a_folder_without_permission_is_told_by_its_own_name() -> None:
    """Once: the catalog tells of those that it reads."""
    pack = write_pack(Path("packs"), "p", {"triggers/a.yaml": "", "aliases/a.yaml": "name: a\n"})
    for name in ("triggers", "aliases"):
        (pack / name).chmod(0)
    found = told("packs")
    for name in ("triggers", "aliases"):
        (pack / name).chmod(0o700)
    assert found == ["packs/p/triggers: error[unreadable] cannot be read: permission denied"]
