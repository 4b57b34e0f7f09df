"""pytest collects transcripts: each is a test, and what is not as expected is its report."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.transcripts import ops_pack

GOOD = (
    "---\nstubs: {ops.deploy: {stdout: done}}\n---\n[#ops] ann: !deploy api to x\nbot: api: done\n"
)


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Pytest with our plugin alone."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(
        [*command, "-W", "ignore"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def folder(isolated: Path) -> Path:
    ops_pack(isolated / "packs")
    (isolated / "chatops.yaml").write_text("packs: [packs]\n")
    (isolated / "good.chat").write_text(GOOD)
    (isolated / "bad.chat").write_text(GOOD.replace("bot: api: done", "bot: api: other"))
    return isolated


def test_a_transcript_is_a_test(folder: Path) -> None:
    done = run_pytest(folder)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("F.")
    start = next(number for number, line in enumerate(lines) if "rehearsal: bad" in line)
    assert lines[start + 1 : start + 4] == [
        f"{folder}/bad.chat:5: the bot says something else",
        "    - bot: api: other",
        "    + bot: api: done",
    ]


def test_one_is_chosen_by_its_name(folder: Path) -> None:
    """Templates of transcripts are none."""
    (folder / "template.chat.txt").write_text("bot: nobody has said anything\n")
    done = run_pytest(folder, "-k", "good")
    assert (done.returncode, "1 passed, 1 deselected" in done.stdout) == (0, True)
