"""`chatops test`: whole suites of small packs, run by pytest in processes of their own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.pack_suites import BAD, GOOD, write_suite
from tests.support.packs import write_pack
from tests.support.process_list import is_listed


@pytest.fixture(autouse=True)
def root(isolated: Path) -> Path:
    """A folder of packs, and no others."""
    (isolated / "packs").mkdir()
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")
    return isolated / "packs"


def test_one_pack_is_shown_as_pytest_shows_it(root: Path) -> None:
    write_suite(root, "demo")
    result = invoke("test", "demo")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert "tests/test_half.py .." in result.stdout
    assert result.stdout.splitlines()[-1].strip("= ").startswith("2 passed in ")


def test_a_selection_by_name(root: Path) -> None:
    write_suite(root, "demo", {"tests/test_half.py": GOOD, "tests/test_bad.py": BAD})
    result = invoke("test", "demo", "-k", "even or plain", "-v")
    assert result.exit_code == ExitCode.OK
    assert "tests/test_half.py::HalfTestCase::test_even PASSED" in result.stdout
    result = invoke("test", "demo", "-k", "nothing")
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr.endswith("error: no test is selected by -k 'nothing'\n")
    result = invoke("test", "demo", "-k", "even plain")
    assert result.exit_code == ExitCode.USAGE
    assert result.stderr.startswith("demo: Wrong expression passed to '-k': even plain")


def test_several_packs_and_their_report(root: Path, isolated: Path) -> None:
    """Only what is bad is shown, then a table; the report has a suite for each."""
    write_suite(root, "good")
    write_suite(root, "bad", {"tests/test_bad.py": BAD})
    write_suite(root, "ends", {"tests/test_ends.py": "import os\nos._exit(7)\n"})
    write_pack(root, "none")
    result = invoke("test", "--all", "--junit", "report.xml")
    assert result.exit_code == ExitCode.FAILED
    rows = [line.split()[:6] for line in result.stdout.splitlines()[-3:]]
    assert rows == [
        ["bad", "failed", "0", "1", "0", "0"],
        ["ends", "broken", "0", "0", "0", "0"],
        ["good", "passed", "2", "0", "0", "0"],
    ]
    assert "assert 1 == 2" in result.stdout
    assert "test_half" not in result.stdout
    assert result.stderr == (
        "1 pack without tests: none\n"
        "3 packs: 1 passed, 1 failed, 1 broken\n"
        "ends: pytest ended with exit code 7, and did not say how the tests went\n"
    )
    suites = ET.parse(isolated / "report.xml").getroot()
    counted = {s.get("name"): (s.get("tests"), s.get("failures"), s.get("errors")) for s in suites}
    assert counted == {"bad": ("1", "1", "0"), "ends": ("1", "0", "1"), "good": ("2", "0", "0")}


def test_as_json(root: Path) -> None:
    """One object a pack, and nothing of pytest on standard output."""
    skipping = "import pytest\n@pytest.mark.skip\ndef test_later():\n    pass\n"
    write_suite(root, "demo", {"tests/test_bad.py": BAD, "tests/test_later.py": skipping})
    result = invoke("test", "demo", "--json", "-v")
    assert result.exit_code == ExitCode.FAILED
    value = result.json
    assert isinstance(value, dict)
    assert isinstance(value.pop("seconds"), float)
    counts = {key: value.pop(key) for key in ("passed", "failed", "errors", "skipped")}
    assert counts == {"passed": 0, "failed": 1, "errors": 0, "skipped": 1}
    assert value == {
        "pack": "demo",
        "tests": "failed",
        "xfailed": 0,
        "xpassed": 0,
        "bad": ["tests/test_bad.py::test_bad"],
        "missing": [],
        "why": "",
        "hint": None,
    }
    assert "assert 1 == 2" in result.stderr


def test_a_missing_library_is_named(root: Path) -> None:
    """The other files of tests are run all the same."""
    needy = "import nosuchlibrary.part\n"
    write_suite(root, "demo", {"tests/test_half.py": GOOD, "tests/test_needy.py": needy})
    result = invoke("test", "demo")
    assert result.exit_code == ExitCode.FAILED
    assert "2 passed, 1 error in " in result.stdout
    assert result.stderr == (
        "demo: could not be imported: nosuchlibrary\n"
        "hint: run 'chatops pack setup demo'; what stays missing belongs into the pack's "
        "requirements.txt\n"
    )


def test_a_pack_by_its_folder(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It need not be under a root, and settings need not be right for it."""
    folder = write_suite(root.parent / "else", "demo")
    assert invoke("test", "else/demo", "./else/demo", "--jobs", "2").stdout.count("passed") == 1
    monkeypatch.chdir(folder)
    assert invoke("test", ".").exit_code == ExitCode.OK


def test_a_pack_without_tests_says_so(root: Path) -> None:
    write_pack(root, "none", {"tests/fixtures/test_no.txt": "", "tests/helper.py": ""})
    result = invoke("test", "none")
    assert (result.exit_code, result.stdout) == (ExitCode.OK, "")
    assert result.stderr == "none: it has no tests\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param([], ExitCode.USAGE, "name a pack, or give --all", id="no pack"),
        pytest.param(["nope"], ExitCode.FAILED, "no pack named 'nope'", id="unknown pack"),
        pytest.param(["./nope"], ExitCode.FAILED, "it has no pack.yaml", id="no folder"),
        pytest.param(["packs/"], ExitCode.FAILED, "it has no pack.yaml", id="folder of packs"),
        pytest.param(
            ["--all", "--junit", "no/report.xml"],
            ExitCode.USAGE,
            "the folder of the report no/report.xml does not exist",
            id="report nowhere",
        ),
        pytest.param(["--all", "--junit", "."], ExitCode.USAGE, "can't be written", id="no file"),
        pytest.param(["--all", "--jobs", "0"], ExitCode.USAGE, "--jobs", id="no jobs"),
        pytest.param(["--all", "--timeout", "nan"], ExitCode.USAGE, "nan", id="no time"),
    ],
)
def test_a_mistake_is_told_in_a_line(arguments: list[str], code: ExitCode, said: str) -> None:
    result = invoke("test", *arguments)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


def test_a_reader_that_has_gone(root: Path, isolated: Path) -> None:
    """What is left to be run is ended, as for every command; that is no bug."""
    write_suite(root, "demo")
    command = f"{sys.executable} -m chatops_cli test demo | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=isolated, stderr=subprocess.PIPE, check=False, text=True
    )
    assert (done.returncode, done.stderr) == (ExitCode.FAILED, "")


def test_tests_that_hang_are_ended(root: Path) -> None:
    write_suite(root, "demo", {"tests/test_hang.py": "import time\ntime.sleep(60)\n"})
    result = invoke("test", "demo", "--timeout", "1")
    assert result.exit_code == ExitCode.FAILED
    assert result.stderr == "demo: did not end within 1 s\n"


def test_an_interrupt_ends_all_of_them(root: Path, isolated: Path) -> None:
    """What the tests have started is ended too, and that is said in one line."""
    mark = f"60.{os.getpid()}"
    hang = f"""
        import pathlib, subprocess, time
        subprocess.Popen(["sleep", "{mark}"])
        pathlib.Path("started").touch()
        time.sleep(60)
    """
    for ref in ("one", "two"):
        write_suite(root, ref, {"tests/test_hang.py": hang})
    command = [sys.executable, "-m", "chatops_cli", "test", "--all", "--jobs", "2"]
    started = [root / ref / "started" for ref in ("one", "two")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=isolated) as process:
        deadline = time.monotonic() + 30
        while not all(file.exists() for file in started):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert is_listed(f"sleep {mark}")
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (ExitCode.INTERRUPTED, "error: interrupted\n")
    assert not is_listed(f"sleep {mark}")
