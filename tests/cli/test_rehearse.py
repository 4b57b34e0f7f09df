"""`chatops rehearse`: what it prints, writes and ends with."""

import json
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
from tests.support.transcripts import ops_pack

FRONT = "---\nstubs: {ops.deploy: {stdout: done}}\n---\n"
GOOD = f"{FRONT}\n[#ops] ann: !deploy api to x\nbot: api: done\n"
BAD = GOOD.replace("bot: api: done", "bot: api: other")
BROKEN = "---\npeople: {ann: }\n---\n[#ops] anna: hi\n"


@pytest.fixture
def work(isolated: Path) -> Path:
    """A project with a pack and three transcripts: one good, one bad, one broken."""
    ops_pack(isolated / "packs")
    (isolated / "chatops.yaml").write_text("packs: [packs]\n")
    for name, text in (("good", GOOD), ("bad", BAD), ("broken", BROKEN)):
        folder = isolated / "talks" / name
        folder.mkdir(parents=True)
        (folder / f"{name}.chat").write_text(text)
    (isolated / ".hidden").mkdir()
    (isolated / ".hidden" / "x.chat").write_text(BROKEN)
    return isolated


def test_what_is_not_as_expected_is_shown(work: Path) -> None:
    result = invoke("rehearse")
    assert result.exit_code == ExitCode.PROBLEMS
    assert result.stdout == (
        "failed  talks/bad/bad.chat\n"
        "  talks/bad/bad.chat:6: the bot says something else\n"
        "      - bot: api: other\n"
        "      + bot: api: done\n"
        "broken  talks/broken/broken.chat\n"
        "  talks/broken/broken.chat:4:8: error[transcript-person] 'anna' is none of the people in "
        "the front matter (did you mean ann?)\n"
    )
    assert result.stderr == "3 rehearsals: 1 broken, 1 failed, 1 passed\n"
    assert invoke("rehearse", "talks/bad").exit_code == ExitCode.FAILED
    good = invoke("rehearse", "-v", "talks/good")
    assert (good.exit_code, good.stdout) == (ExitCode.OK, "passed  talks/good/good.chat\n")
    assert not (work / "x").exists()


def test_there_must_be_transcripts(work: Path) -> None:
    assert invoke("rehearse", "nowhere").stderr == "error: there is no file nowhere\n"
    missing = invoke("rehearse", "packs")
    assert missing.exit_code == ExitCode.FAILED
    assert missing.stderr.startswith("error: there is no transcript (*.chat) below packs\n")
    (work / "chatops.yaml").write_text("packs: [none]\n")
    broken = invoke("rehearse", "talks/good")
    assert broken.exit_code == ExitCode.PROBLEMS
    assert "the folder with packs" in broken.stdout


def test_an_update_makes_it_good(work: Path) -> None:
    file = work / "talks/bad/bad.chat"
    file.chmod(0o640)
    result = invoke("rehearse", "--update", "talks/bad")
    assert (result.exit_code, file.read_text()) == (ExitCode.OK, GOOD)
    assert result.stderr == "updated talks/bad/bad.chat\n1 rehearsal: 1 passed\n"
    assert file.stat().st_mode & 0o777 == 0o640
    file.write_text(BAD.replace("ops.deploy:", "ops.other:"))
    refused = invoke("rehearse", "--update", "talks/bad")
    assert refused.exit_code == ExitCode.FAILED
    assert "is not updated: ops.deploy would not run" in refused.stderr


def test_real_results_are_kept_beside_it(work: Path) -> None:
    file = work / "talks/real.chat"
    file.write_text("---\nrecord: true\n---\n[#ops] ann: !deploy api to x\nbot: api: really api\n")
    assert invoke("rehearse", "talks/real.chat").exit_code == ExitCode.FAILED
    recorded = invoke("rehearse", "--record", "talks/real.chat")
    assert recorded.stderr.startswith("kept 1 result in talks/real.results.json\n")
    results = work / "talks/real.results.json"
    assert invoke("rehearse", "talks/real.chat").exit_code == ExitCode.OK
    results.write_text("{}")
    assert "can't be read" in invoke("rehearse", "talks/real.chat").stdout


def test_reports_for_programs(work: Path) -> None:
    junit = invoke("rehearse", "--output-format", "junit")
    suite = ET.fromstring(junit.stdout)[0]
    assert [suite.get(key) for key in ("tests", "failures", "errors")] == ["3", "1", "1"]
    failure = suite.find(".//failure")
    assert failure is not None
    assert failure.text is not None
    assert "+ bot: api: done" in failure.text
    tap = invoke("rehearse", "--output-format", "tap").stdout.splitlines()
    assert tap[:2] == ["TAP version 13", "1..3"]
    assert [line for line in tap if line.startswith(("ok", "not"))] == [
        "not ok 1 - talks/bad/bad.chat",
        "not ok 2 - talks/broken/broken.chat",
        "ok 3 - talks/good/good.chat",
    ]
    github = invoke("rehearse", "--output-format", "github").stdout.splitlines()
    assert github[0] == (
        "::error file=talks/bad/bad.chat,line=6,title=Rehearsal::the bot says something else%0A"
        "- bot: api: other%0A+ bot: api: done"
    )
    assert github[1].startswith("::error file=talks/broken/broken.chat,line=4,col=8,title=")
    lines = invoke("rehearse", "--json").json_lines
    assert [line["rehearsal"] for line in lines if isinstance(line, dict)] == [
        "failed",
        "broken",
        "passed",
    ]
    invoke("rehearse", "--json", "--output", "r.json", "talks/good")
    assert json.loads((work / "r.json").read_text())["messages"] == 1
    assert invoke("rehearse", "--output", "no/r.txt", "talks/good").exit_code == ExitCode.USAGE


def test_several_processes_say_the_same(work: Path) -> None:
    result = invoke("rehearse", "-j", "2", "--json")
    assert result.stderr == "3 rehearsals: 1 broken, 1 failed, 1 passed\n"
    alone = invoke("rehearse", "-j", "1", "--json")
    found = [sorted(line.items()) for line in result.json_lines if isinstance(line, dict)]
    assert len(found) == 3
    files = [sorted(str(dict(each)["file"]) for each in found)]
    assert files == [sorted(str(e["file"]) for e in alone.json_lines if isinstance(e, dict))]
    assert result.exit_code == alone.exit_code == ExitCode.PROBLEMS
    assert not (work / ".chatops").exists()


def test_transcripts_are_written_in_their_form(work: Path) -> None:
    file = work / "talks/good/good.chat"
    file.write_text(GOOD.replace("\n\n[#ops]", "\n[#ops]  ").replace("bot: api", "bot:   api"))
    check = invoke("rehearse", "--format", "--check", "talks/good")
    assert (check.exit_code, check.stdout) == (
        ExitCode.PROBLEMS,
        "would format talks/good/good.chat\n",
    )
    assert invoke("rehearse", "--format", "talks/good").exit_code == ExitCode.OK
    assert file.read_text() == GOOD
    assert invoke("rehearse", "--format", "--check", "talks/good").exit_code == ExitCode.OK
    broken = invoke("rehearse", "--format", "talks/broken")
    assert broken.exit_code == ExitCode.PROBLEMS
    assert broken.stderr.endswith("1 transcript left alone: broken\n")
    assert invoke("rehearse", "--check").exit_code == ExitCode.USAGE
    piped = invoke("rehearse", "--format", "-", stdin="[#a]  ann: hi")
    assert (piped.exit_code, piped.stdout) == (ExitCode.OK, "[#a] ann: hi\n")
    assert invoke("rehearse", "--format", "-", stdin="x").exit_code == ExitCode.PROBLEMS


def test_what_nothing_exercises_is_named(work: Path) -> None:
    result = invoke("rehearse", "talks/good", "--coverage", "--fail-under", "90")
    assert result.exit_code == ExitCode.FAILED
    assert result.stdout == (
        "packs/ops/aliases/nothing.yaml:4: ops.nothing: no message for the format do nothing\n"
        "coverage: 67 % (2 of 3)\n"
    )
    assert result.stderr.endswith("coverage 67 % is below 90 %\n")
    assert invoke("rehearse", "talks/good", "--fail-under", "60").exit_code == ExitCode.OK
    (value,) = invoke("rehearse", "talks/good", "--coverage", "--json").json_lines[1:]
    assert value == {
        "coverage": {
            "percent": 66.67,
            "points": 3,
            "missed": [
                {
                    "kind": "format",
                    "alias": "ops.nothing",
                    "file": str(work / "packs/ops/aliases/nothing.yaml"),
                    "line": 4,
                    "says": "do nothing",
                }
            ],
        }
    }


def test_a_network_may_misbehave(work: Path) -> None:
    good = work / "talks/good/good.chat"
    assert invoke("rehearse", "--chaos", "4", str(good)).exit_code == ExitCode.OK
    bad = invoke("rehearse", "--chaos", "4", "talks/bad")
    assert bad.exit_code == ExitCode.FAILED
    assert "  the network (seed 4): " in bad.stdout


@pytest.mark.parametrize(
    ("jobs", "number"),
    [("1", signal.SIGINT), ("2", signal.SIGINT), ("2", signal.SIGTERM)],
    ids=str,
)
def test_interrupted_it_ends_what_runs_and_leaves_nothing(
    jobs: str, number: signal.Signals, work: Path
) -> None:
    """Also in the processes that it has started."""
    action = work / "packs/ops/actions/deploy.yaml"
    started = work / "started"
    text = action.read_text().replace("echo really {{ app }}", f"touch {started}; sleep 300")
    action.write_text(text)
    for name in ("one", "two"):
        transcript = f"---\nrun: [ops.deploy]\n---\n[#a] ann: !deploy {name} to x\nbot: <...>\n"
        (work / f"{name}.chat").write_text(transcript)
    temporary = work / "tmp"
    temporary.mkdir()
    command = [sys.executable, "-m", "chatops_cli", "rehearse", "-j", jobs, "one.chat", "two.chat"]
    process = subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not started.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    if number is signal.SIGINT:
        os.killpg(process.pid, number)
    else:
        process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (ExitCode.INTERRUPTED, "", "error: interrupted\n")
    assert list(temporary.iterdir()) == []
