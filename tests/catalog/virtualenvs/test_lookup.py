"""Which interpreter an action runs in, and what is said where there is none."""

import logging
from pathlib import Path

import pytest

from chatops_cli.catalog.virtualenvs.build import adopt
from chatops_cli.catalog.virtualenvs.examination import examine
from chatops_cli.catalog.virtualenvs.generation import (
    Generation,
    base_digest_of,
    digest_of,
    link_name,
    read_name,
)
from chatops_cli.catalog.virtualenvs.lookup import find_python
from chatops_cli.catalog.virtualenvs.requirements import read_requirements
from chatops_cli.catalog.virtualenvs.site import Site
from chatops_cli.catalog.virtualenvs.state import State
from chatops_cli.errors import RunnerError, SetupError
from chatops_cli.model.pack import Pack
from tests.support.virtualenvs import make_pack


@pytest.fixture
def site(tmp_path: Path) -> Site:
    folder = tmp_path / "virtualenvs"
    folder.mkdir()
    return Site(folder=folder)


def write_environment(home: Path) -> str:
    """What is looked at of an environment; gives its interpreter."""
    (home / "bin").mkdir(parents=True)
    (home / "pyvenv.cfg").touch()
    (home / "bin" / "python").touch()
    return str(home / "bin" / "python")


def adopted(pack: Pack, site: Site) -> str:
    """An environment for what the pack asks for now; gives its interpreter."""
    digest = digest_of(read_requirements(pack.path))
    base = base_digest_of(site.base)
    generation = Generation(ref=pack.ref, digest=digest, base=base, token="0")
    python = write_environment(site.folder / generation.name)
    adopt(generation, site)
    return python


def find(pack: Pack, site: Site) -> str | None:
    return find_python(str(site.folder), pack.ref, pack.path)


def test_a_pack_that_asks_for_nothing_needs_no_environment(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "demo", "# nothing\n")
    assert find(pack, site) is None
    assert examine("demo", pack.path, site).state is State.NONE
    assert find_python(None, "demo", make_pack(tmp_path, "demo", "six").path) is None


def test_the_interpreter_is_the_generations_own(tmp_path: Path, site: Site) -> None:
    """So that an action goes on in what it has begun with when the link is replaced."""
    pack = make_pack(tmp_path, "demo", "six\n")
    python = adopted(pack, site)
    assert find(pack, site) == python
    assert "/.demo." in python
    assert examine("demo", pack.path, site).state is State.FRESH


def test_without_what_it_requires_nothing_runs(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "demo", "six\n")
    with pytest.raises(RunnerError) as caught:
        find(pack, site)
    message = "the virtual environment of the pack 'demo' has not been built"
    assert (caught.value.message, caught.value.hint) == (message, "run 'chatops pack setup demo'")
    assert examine("demo", pack.path, site).state is State.MISSING


@pytest.mark.parametrize("gone", ["bin/python", "pyvenv.cfg"])
def test_a_broken_one_says_what_is_gone(gone: str, tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "demo", "six\n")
    home = Path(adopted(pack, site)).parents[1]
    (home / gone).unlink()
    with pytest.raises(RunnerError, match=f"'demo' is broken: .*/{gone} is missing"):
        find(pack, site)
    assert examine("demo", pack.path, site).state is State.BROKEN


def test_an_interpreter_that_was_uninstalled_is_named(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "demo", "six\n")
    python = Path(adopted(pack, site))
    python.unlink()
    python.symlink_to(tmp_path / "opt" / "python3.9")
    with pytest.raises(RunnerError, match=f"is broken: {tmp_path}/opt/python3.9 is missing"):
        find(pack, site)


def test_a_stale_one_is_used_and_a_line_says_so(
    tmp_path: Path, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    pack = make_pack(tmp_path, "demo", "six\n")
    python = adopted(pack, site)
    with caplog.at_level(logging.WARNING):
        assert find(pack, site) == python
        assert caplog.messages == []
        make_pack(tmp_path, "demo", "six<2\n")
        assert find(pack, site) == python
    assert [line.partition(" reason")[0] for line in caplog.messages] == [
        "virtualenv-stale pack=demo"
    ]
    assert examine("demo", pack.path, site).state is State.STALE


def test_other_base_packages_make_it_stale(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "demo", "six\n")
    adopted(pack, site)
    other = Site(folder=site.folder, base=("requests",))
    found = examine("demo", pack.path, other)
    assert (found.state, found.reason) == (
        State.STALE, "holds other base packages than the settings name",
    )  # fmt: skip


def test_one_made_by_hand_is_used(tmp_path: Path, site: Site) -> None:
    """A folder, or a link to where another program keeps them; never replaced."""
    pack = make_pack(tmp_path, "demo", "six\n")
    python = write_environment(site.folder / "demo")
    assert find(pack, site) == python
    assert examine("demo", pack.path, site).state is State.MANUAL
    generation = Generation(ref="demo", digest="0", base="0", token="0")
    with pytest.raises(SetupError, match="demo can't be replaced"):
        adopt(generation, site)
    assert [path.name for path in site.folder.iterdir()] == ["demo"]


def test_a_link_to_one_made_by_hand_is_used(tmp_path: Path, site: Site) -> None:
    pack = make_pack(tmp_path, "demo", "six\n")
    write_environment(tmp_path / "elsewhere")
    (site.folder / "demo").symlink_to(tmp_path / "elsewhere")
    assert find(pack, site) == f"{site.folder}/demo/bin/python"


@pytest.mark.parametrize("ref", ["demo", "a-b", "ü", "a/b", "a%2Fb"])
def test_names_are_read_back(ref: str) -> None:
    generation = Generation(ref=ref, digest="d", base="b", token="t")
    assert read_name(generation.name) == generation
    assert "/" not in generation.name + link_name(ref)


@pytest.mark.parametrize("name", ["", "demo", ".demo", ".demo.lock", "a.b.c.d.e", ".a.b..d"])
def test_other_names_are_none_of_an_environment(name: str) -> None:
    assert read_name(name) is None


@pytest.mark.parametrize(
    ("code", "state"),
    [
        pytest.param("import six", State.MISSING, id="import"),
        pytest.param("try:\n    from yaml import x\n", State.MISSING, id="from, indented"),
        pytest.param("import os, urllib3", State.MISSING, id="among others"),
        pytest.param("import urllib3.exceptions", State.MISSING, id="a module of it"),
        pytest.param("import st2common.util.jinja as j", State.MISSING, id="through st2common"),
        pytest.param("from st2common.util.jinja import a", State.MISSING, id="through it, from"),
        pytest.param("from st2common.util import (isotime, jinja)", State.MISSING, id="inner"),
        pytest.param("from st2common.util import isotime", State.NONE, id="another inner"),
        pytest.param("from st2common.util import jinjas", State.NONE, id="another inner name"),
        pytest.param("import sixty\nimport os", State.NONE, id="another name"),
        pytest.param("# import six\nx = 'import six'", State.NONE, id="no import"),
    ],
)
def test_code_that_imports_base_packages_needs_an_environment(
    code: str, state: State, tmp_path: Path, site: Site
) -> None:
    pack = make_pack(tmp_path, "demo", None, code)
    based = Site(folder=site.folder, base=("six", "PyYAML>=5", "requests", "jinja2", "./l.whl"))
    assert examine("demo", pack.path, based).state is state
    assert examine("demo", pack.path, site).state is State.NONE
    assert find(pack, site) is None
