"""The command lines that make environments."""

from pathlib import Path

import pytest

from chatops_cli.catalog.virtualenvs.installer import commands
from chatops_cli.catalog.virtualenvs.saying import Saying
from chatops_cli.catalog.virtualenvs.site import Site, site_of
from chatops_cli.errors import SetupError
from chatops_cli.settings.values import BASE, Settings

HOME = Path("/v/.a.0.0.0")
FILE = Path("/p/a/requirements.txt")


def lines_of(site: Site, file: Path | None = FILE, *base: str) -> list[str]:
    return [" ".join(command) for _, command in commands(site, HOME, file, base)]


def test_pip_installs_from_beside_this_program() -> None:
    """The environment needs no pip of its own, which is most of what an empty one costs."""
    site = Site(folder=Path("/v"), python="/opt/python")
    own = "/opt/python -I -m pip --python /v/.a.0.0.0/bin/python"
    assert lines_of(site, FILE, "six") == [
        "/opt/python -I -m venv --without-pip /v/.a.0.0.0",
        f"{own} install -r /p/a/requirements.txt six",
    ]
    assert len(lines_of(site, None)) == 1


@pytest.mark.parametrize("version", [None, "22.2.2", "9.0"])
def test_without_a_pip_that_can_the_environment_has_its_own(
    version: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pip from another folder of packages stands for the one that is installed."""
    folder = tmp_path / f"pip-{version}.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: pip\nVersion: {version}\n")
    monkeypatch.setattr("sys.path", [str(tmp_path)] if version else [])
    site = Site(folder=Path("/v"), python="/opt/python")
    assert lines_of(site) == [
        "/opt/python -I -m venv /v/.a.0.0.0",
        "/v/.a.0.0.0/bin/python -I -X utf8 -m pip install -r /p/a/requirements.txt",
    ]


def test_without_an_interpreter_there_is_no_command() -> None:
    with pytest.raises(SetupError, match="does not know its Python interpreter"):
        lines_of(Site(folder=Path("/v"), python=""))


def test_an_installer_sees_what_it_needs_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own settings, proxies and compilers, what the site names; not the bot's tokens."""
    for name in ("PIP_INDEX_URL", "PIP_TARGET", "UV_INDEX", "https_proxy", "CC", "MINE"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "canary")
    monkeypatch.setenv("PYTHONPATH", "/canary")
    monkeypatch.setenv("PIP_USER", "1")
    site = site_of(Settings(home=Path("/h"), roots=(), environment=("MINE",)))
    assert (site.folder, site.base, site.installer) == (Path("/h/virtualenvs"), BASE, "pip")
    seen = set(site.environment)
    assert seen >= {"PIP_INDEX_URL", "UV_INDEX", "https_proxy", "CC", "MINE", "PATH", "HOME"}
    assert not seen & {"SLACK_BOT_TOKEN", "PYTHONPATH", "PIP_TARGET"}
    assert (site.environment["PIP_USER"], site.environment["GIT_TERMINAL_PROMPT"]) == ("0", "0")
    assert "PIP_INDEX_URL" not in repr(site)


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        pytest.param("https://u:p@h/simple", "https://********@h/simple", id="password"),
        pytest.param("git+ssh://token@h/x.git", "git+ssh://********@h/x.git", id="token"),
        pytest.param("https://h/a@b", "https://h/a@b", id="a path"),
        pytest.param("mail a@b", "mail a@b", id="no address"),
        pytest.param("key canary!", "key ********!", id="a value that it names"),
        pytest.param("abc abcd", "abc ********", id="a short value"),
    ],
)
def test_passwords_are_masked(line: str, shown: str) -> None:
    saying = Saying(["canary", "abc", "abcd", ""])
    assert saying.add(line) == shown
    assert saying.lines == (shown,)
