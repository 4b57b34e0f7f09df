"""Rights: what runs as root without need, who may write to packs, passwords on the way."""

import os
from pathlib import Path

import pytest

from chatops_cli.validation.mounts import keeps_modes
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.validating import validate

ROOT_LINE = "parameters:\n  cmd: {immutable: true, default: '%s'}\n  sudo: {default: true}\n"


def told(root: Path, code: str) -> list[str]:
    """The files with this code, one for each finding."""
    return [each.file for each in validate(root, "--select", code)]


def test_a_line_that_needs_no_rights_is_told(tmp_path: Path) -> None:
    """Each program in it is one that gives everybody the same, or it calls sudo itself."""
    needless = ("uptime", "date; df -h | w", "echo a && echo {{b}}", "sudo systemctl restart a")
    needed = ("systemctl restart a", "echo 1 > /proc/a", "date -s 1", "echo $(cat a)", "{{a}} b")
    files = {
        f"actions/a{number}.yaml": action_text(f"a{number}", "local-shell-cmd", ROOT_LINE % line)
        for number, line in enumerate((*needless, *needed, ""))
    }
    files["actions/plain.yaml"] = action_text(
        "plain", "local-shell-cmd", "parameters:\n  cmd: {immutable: true, default: uptime}\n"
    )
    files["aliases/a.yaml"] = (
        alias_text("a", "core.local_sudo", "up") + "immutable_parameters: {cmd: uptime}\n"
    )
    files["actions/flow.yaml"] = action_text("flow", "orquesta", "entry_point: flow.txt\n")
    files["actions/flow.txt"] = "version: 1.0\ntasks: {t: {action: core.remote_sudo cmd='date'}}\n"
    write_pack(tmp_path, "web", files)
    wanted = [*(f"web/actions/a{n}.yaml" for n in range(len(needless))), "web/actions/flow.txt"]
    assert told(tmp_path, "SEC014") == [*wanted, "web/aliases/a.yaml"]


def test_passwords_over_plain_http_are_told(tmp_path: Path) -> None:
    """Whatever they are given as; not to the machine itself, and not with TLS."""
    url = "parameters:\n  url: {immutable: true, default: '%s'}\n"
    name = "  username: {default: a}\n"
    header = "  headers: {default: {%s: a}}\n"
    cases = {
        "user": url % "http://a.example/" + name,
        "header": url % "http://a.example/" + header % "Authorization",
        "inside": url % "http://a:b@a.example/",
        "own": url % "http://localhost:80/" + name,
        "none": url % "http://a.example/" + header % "Accept",
        "secure": url % "https://a.example/" + name,
    }
    files = {
        f"actions/{each}.yaml": action_text(each, "http-request", more)
        for each, more in cases.items()
    }
    files["actions/c.py"] = "import requests\nrequests.get('http://a.example', auth=('a', b))\n"
    write_pack(tmp_path, "web", files)
    names = ("c.py", "header.yaml", "inside.yaml", "user.yaml")
    assert told(tmp_path, "SEC015") == [f"web/actions/{name}" for name in names]


@pytest.mark.skipif(not keeps_modes("/"), reason="files have no modes here")
def test_what_everybody_may_write_to_is_told(tmp_path: Path) -> None:
    """Each of a few, all of many at once; hidden files and links are passed over."""
    files = {f"actions/{name}.sh": "#!/bin/sh\n" for name in "abcd"}
    pack = write_pack(tmp_path, "web", {**files, ".a/b": "", ".c": ""})
    (pack / "actions" / "link.sh").symlink_to("a.sh")
    for hidden in (".c", ".a", ".a/b"):
        (pack / hidden).chmod(0o777)
    assert told(tmp_path, "SEC016") == []
    (pack / "actions" / "a.sh").chmod(0o757)
    (pack / "actions").chmod(0o1777)
    assert told(tmp_path, "SEC016") == ["web/actions", "web/actions/a.sh"]
    for name in "bcd":
        (pack / "actions" / f"{name}.sh").chmod(0o646)
    assert told(tmp_path, "SEC016") == ["web/actions"]
    found = validate(pack / "actions" / "b.sh", "--select", "SEC016")
    assert [each.code for each in found] == ["SEC016"]


def test_modes_mean_nothing_on_some_file_systems(tmp_path: Path) -> None:
    """Linux says what is mounted; where nothing says it, they do mean something."""
    device = tmp_path.stat().st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    table = tmp_path / "mountinfo"
    line = f"36 35 {number} / /mnt rw shared:1 - vfat /dev/sda1 rw\n"
    table.write_text(f"1 2 0:99999 / /other rw - vfat a rw\nbroken\n{line}", encoding="utf-8")
    assert not keeps_modes(str(tmp_path), table)
    table.write_text(line.replace("vfat", "ext4"), encoding="utf-8")
    assert keeps_modes(str(tmp_path), table)
    assert keeps_modes(str(tmp_path), tmp_path / "none")
    assert keeps_modes(str(tmp_path / "none"), table)
