"""The tutorial does what it says: its files are written and its commands run, in their order."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
STEP = re.compile(
    r"^(?:`(?P<file>[^`\n]+)`:\n\n)?```(?P<language>\w+)\n(?P<text>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)


def run(command: str, folder: Path, home: Path) -> str:
    """What a command prints: results, then all else."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={"PATH": path, "HOME": str(home), "LANG": "C.UTF-8", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_each_command_prints_what_is_shown(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path
    home.mkdir()
    commands = 0
    for step in STEP.finditer(PAGE.read_text(encoding="utf-8")):
        if step["file"]:
            (folder / step["file"]).write_text(step["text"], encoding="utf-8")
            continue
        assert step["language"] == "console"
        for shown in re.split(r"^\$ ", step["text"], flags=re.MULTILINE)[1:]:
            command, _, expected = shown.partition("\n")
            printed = run(command, folder, home)
            # pytest says how long it took.
            assert re.sub(r" in [0-9.]+s$", "", printed, flags=re.MULTILINE) == expected, command
            commands += 1
            if " && cd " in command:
                folder /= command.rpartition(" ")[2]
    assert commands > 12
    assert "testsuites" in (folder / "report.xml").read_text()
    assert (folder / ".github/workflows/rehearse.yml").is_file()
