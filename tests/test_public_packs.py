"""The page about public packs: the program that writes it, and what stands there."""

import re
import subprocess
import sys
from pathlib import Path

from tests.support.pack_suites import BAD, GOOD, write_suite
from tests.support.packs import action_text, alias_text, write_pack

DOCS = Path(__file__).parents[1] / "docs"


def test_every_column_says_what_is_so(tmp_path: Path) -> None:
    root = tmp_path / "packs"
    formats = ("go {{ place }}( now)?", "[Ss]top( {{ what=all }})?", "bad (")
    needy = "parameters:\n  n: {type: integer, required: true}\n  m: {default: x, type: integer}\n"
    write_pack(
        root,
        "one",
        {
            "actions/go.yaml": action_text("go"),
            "actions/needy.yaml": action_text("needy", more=needy),
            "aliases/go.yaml": alias_text("go", "one.go", *formats),
        },
    )
    write_suite(root, "two", {"tests/test_half.py": GOOD, "tests/test_bad.py": BAD})
    output = tmp_path / "page.md"
    command = [sys.executable, str(DOCS / "generate_public_packs.py"), str(root)]
    subprocess.run(
        [*command, "--home", str(tmp_path / "home"), "--output", str(output)],
        check=True,
        capture_output=True,
    )
    rows = output.read_text().splitlines()
    assert rows[-2:] == [
        "| one | 2 and 1; 1 alias-format | 4 | 1 of 2 | - |",
        "| two | 0 and 0 | - | - | 2, not 1 |",
    ]
    assert "| of these, all tests pass | 0 |" in rows


def test_the_page_names_no_machine() -> None:
    text = (DOCS / "public-packs.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^\| [a-z0-9_]+ \| \d+ and \d+", text, re.MULTILINE)) > 150
    assert not re.search(r"/(tmp|home|work|root|usr)/", text)
