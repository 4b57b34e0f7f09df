"""What the tests of a pack see: path, environment, pytest, and the program that runs them."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place
from chatops_cli.pack_tests.run import Wanted, run_suite
from chatops_cli.pack_tests.suite import Suite, find_suite
from chatops_cli.pack_tests.verdict import Ending, Verdict
from tests.support.pack_suites import GOOD, write_suite


def suite_of(folder: Path, virtualenvs: Path | None = None) -> Suite:
    place = Place(file=f"{folder}/pack.yaml")
    pack = Pack(ref=folder.name, name=folder.name, path=str(folder), place=place)
    suite = find_suite(pack, virtualenvs or folder / "nowhere")
    assert suite is not None
    return suite


def run(suite: Suite, wanted: Wanted | None = None) -> tuple[Verdict, str]:
    """The verdict, and what pytest printed."""
    chunks: list[bytes] = []
    verdict = asyncio.run(
        run_suite(suite, wanted or Wanted(), on_output=lambda _, chunk: chunks.append(chunk))
    )
    return verdict, b"".join(chunks).decode()


OLD_NAMES = """
import unittest, unittest.mock, unittest2, mock
from mock import patch
class Case(unittest2.TestCase):
    @patch("os.getcwd", return_value="/else")
    def test_it(self, getcwd):
        import os
        assert os.getcwd() == "/else" and mock.Mock is unittest.mock.Mock
"""
PATHS = """
import root_module, in_lib, in_sensors, half, in_actions_lib, in_etc, lib.thing, beside
import os, sys

def test_path():
    assert lib.thing.__file__.endswith("actions/lib/thing.py")
    assert os.getcwd() == os.path.dirname(os.path.dirname(__file__))
    assert sys.argv == ["pytest"]
    assert os.read(0, 1) == b""
"""


def test_the_folders_of_the_pack_are_on_the_path(tmp_path: Path) -> None:
    """So are old names of libraries that have become Python's own."""
    places = {
        "root_module": ".",
        "in_lib": "lib",
        "in_sensors": "sensors",
        "in_etc": "etc",
        "in_actions_lib": "actions/lib",
        "beside": "tests",
    }
    files = {f"{place}/{name}.py": "" for name, place in places.items()}
    lib = {"actions/lib/__init__.py": "", "actions/lib/thing.py": ""}
    folder = write_suite(tmp_path, "demo", {**files, **lib, "tests/test_path.py": PATHS})
    (folder / "tests/test_old_names.py").write_text(OLD_NAMES)
    verdict, output = run(suite_of(folder))
    assert verdict.ending is Ending.PASSED, output


def test_the_environment_is_that_of_actions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No token of the bot is seen, nor settings of pytest; nor is the line, by processes."""
    monkeypatch.setenv("BOT_TOKEN", "s3cr3t")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--nosuchoption")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("EXTRA", "seen")
    write_suite(
        tmp_path,
        "demo",
        {
            "tests/test_environment.py": """
            import os, subprocess, sys, pytest
            def test_environment():
                assert os.environ["EXTRA"] == "seen"
                assert not {"BOT_TOKEN", "PYTHONPATH", "CHATOPS_TESTS_FD"} & set(os.environ)
                with pytest.raises(ModuleNotFoundError):
                    import typer
                code = "import os; print(sorted(map(int, os.listdir('/proc/self/fd')))[:-1])"
                done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE,
                                      close_fds=False, text=True)
                assert done.stdout == "[0, 1, 2]\\n"
            """
        },
    )
    verdict, output = run(suite_of(tmp_path / "demo"), Wanted(inherited=frozenset({"EXTRA"})))
    assert verdict.ending is Ending.PASSED, output


def test_no_settings_but_the_packs_own_count(tmp_path: Path) -> None:
    """Those of folders above it, and their conftest.py, are not looked at."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nosuchoption\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError('not ours')\n")
    folder = write_suite(tmp_path, "demo")
    assert run(suite_of(folder))[0].ending is Ending.PASSED
    (folder / "setup.cfg").write_text("[tool:pytest]\npython_functions = check_*\n")
    verdict, _ = run(suite_of(folder))
    assert verdict.counts["passed"] == 1


def test_nothing_is_left_in_the_pack(tmp_path: Path) -> None:
    """Whatever is wanted: here colours, and a width."""
    folder = write_suite(tmp_path, "demo")
    before = sorted(folder.rglob("*"))
    _, output = run(suite_of(folder), Wanted(has_color=True, columns=50))
    assert sorted(folder.rglob("*")) == before
    first, *_, last = output.splitlines()
    assert "\x1b[32m" in last
    assert len(first.replace("\x1b[1m", "").replace("\x1b[0m", "")) == 50


def test_a_broken_conftest_of_the_pack_breaks_that_pack_alone(tmp_path: Path) -> None:
    files = {"tests/conftest.py": "raise RuntimeError('broken')", "tests/test_half.py": GOOD}
    verdict, output = run(suite_of(write_suite(tmp_path, "demo", files)))
    assert verdict.is_bad
    assert "broken" in output


ALIAS = """
name: restart
action_ref: demo.restart
formats:
  - 'restart {{ name }}'
  - display: reboot NAME
    representation: ['reboot {{ name }}', 'reset {{ name=all }} (now|later)']
  - display: broken
    representation: 'bad (?P<a>'
"""
ALIASES = """
import pytest
from st2tests.base import BaseActionAliasTestCase

class RestartTestCase(BaseActionAliasTestCase):
    action_alias_name = "restart"

    def test_formats(self):
        db = self.action_alias_db
        assert (db.ref, db.action_ref, db.enabled) == ("demo.restart", "demo.restart", True)
        assert db.formats[0] == "restart {{ name }}"
        assert db.formats[1]["display"] == "reboot NAME"
        self.texts = db.get_format_strings()
        assert len(self.texts) == 4

    def test_parameters(self):
        first, second, third, broken = self.action_alias_db.get_format_strings()
        self.assertExtractedParametersMatch(first, "restart web 1 a=b", {"name": "web 1", "a": "b"})
        self.assertExtractedParametersMatch(third, "reset now", {"name": "all"})
        self.assertCommandMatchesExactlyOneFormatString([first, second, third], "reboot web")
        for call, said in (
            (lambda: self.assertExtractedParametersMatch(first, "Restart x", {}), "not matched"),
            (lambda: self.assertExtractedParametersMatch(first, "restart x", {}), "x"),
            (lambda: self.assertCommandMatchesExactlyOneFormatString([first], "x"), "none of"),
            (lambda: self.assertCommandMatchesExactlyOneFormatString([first, first], "restart x"),
             "is matched by"),
        ):
            with pytest.raises(AssertionError, match=said):
                call()
        with pytest.raises(ValueError, match="has no format"):
            self.assertExtractedParametersMatch("other", "restart x", {})
        with pytest.raises(ValueError, match="not a regular expression"):
            self.assertExtractedParametersMatch(broken, "restart x", {})
        with pytest.raises(ValueError, match="has 50,009 bytes"):
            self.assertExtractedParametersMatch(first, "restart x" + "x" * 50000, {})

def test_missing():
    class MissingTestCase(BaseActionAliasTestCase):
        def runTest(self): ...

    case = MissingTestCase()
    with pytest.raises(ValueError, match="action_alias_name"):
        case.setUp()
    case.action_alias_name = "nope"
    with pytest.raises(ValueError, match="has no alias named 'nope'"):
        case.setUp()
"""


def test_aliases_are_matched_as_stackstorm_matches_them(tmp_path: Path) -> None:
    """Letter by letter, with any pair at the end; by this program, which the tests ask."""
    files = {"aliases/a.yaml": "[torn", "aliases/restart.yaml": ALIAS, "aliases/README": ""}
    verdict, output = run(
        suite_of(write_suite(tmp_path, "demo", {**files, "tests/test_aliases.py": ALIASES}))
    )
    assert verdict.counts["passed"] == 3, output
    assert verdict.ending is Ending.PASSED, output


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment for the pack `demo`, in which nothing is installed."""
    folder = tmp_path_factory.mktemp("virtualenvs")
    command = [sys.executable, "-m", "venv", "--without-pip", str(folder / "demo")]
    subprocess.run(command, check=True)
    return folder


def test_an_environment_is_lent_pytest_and_nothing_else(tmp_path: Path, environment: Path) -> None:
    """A library that stands beside pytest is not found: the pack would not have it either."""
    text = """
        import os, sys, pytest, shutil
        def test_it():
            assert sys.prefix != sys.base_prefix and sys.prefix.endswith("demo")
            assert shutil.which("python") == os.path.join(sys.prefix, "bin", "python")
            with pytest.raises(ModuleNotFoundError):
                import typer
            import typer
    """
    required = "No_Such.Package>1\npytest\nother; python_version < '3'\n"
    folder = write_suite(
        tmp_path, "demo", {"tests/test_it.py": text, "requirements-tests.txt": required}
    )
    verdict, output = run(suite_of(folder, environment))
    assert verdict.missing == ("typer",), output
    assert verdict.why == "requirements-tests.txt asks for no-such-package besides"
    python = f"{environment}/demo/bin/python"
    assert verdict.hint == f"pip --python {python} install -r {folder}/requirements-tests.txt"


def test_an_interpreter_that_is_none(tmp_path: Path) -> None:
    """One line says so."""
    home = tmp_path / "virtualenvs" / "demo"
    (home / "bin").mkdir(parents=True)
    (home / "pyvenv.cfg").touch()
    python = home / "bin" / "python"
    python.write_text("#!/nosuch\n")
    python.chmod(0o755)
    verdict, _ = run(suite_of(write_suite(tmp_path, "demo"), home.parent))
    assert verdict.ending is Ending.BROKEN
    assert str(python) in verdict.why


def test_an_environment_that_has_to_be_built(tmp_path: Path) -> None:
    """As for the pack's actions: nothing runs without it."""
    folder = write_suite(
        tmp_path, "demo", {"tests/test_half.py": GOOD, "requirements.txt": "six\n"}
    )
    verdict, _ = run(suite_of(folder))
    assert (verdict.ending, verdict.hint) == (Ending.BROKEN, "run 'chatops pack setup demo'")
    assert verdict.why == "the virtual environment of the pack 'demo' has not been built"


def test_an_environment_that_is_lent_a_pytest_it_can_not_use(
    tmp_path: Path, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chatops_cli.pack_tests.offered.MODULES", ("pytest",))
    verdict, _ = run(suite_of(write_suite(tmp_path, "demo"), environment))
    assert verdict.ending is Ending.BROKEN
    assert verdict.why == "pytest can't be imported: No module named '_pytest'"
    assert verdict.hint == "pip install 'chatops-cli[test]'"


def test_without_pytest_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatops_cli.pack_tests.run.offered_modules", dict)
    verdict, _ = run(suite_of(write_suite(tmp_path, "demo")))
    assert verdict == Verdict(
        ref="demo",
        ending=Ending.BROKEN,
        why="pytest is not installed",
        hint="pip install 'chatops-cli[test]'",
    )
