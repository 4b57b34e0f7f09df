"""The page about public packs: the program that writes it, and what stands there."""

import re
import subprocess
import sys
from pathlib import Path

from tests.support.pack_suites import BAD, GOOD, write_suite
from tests.support.packs import action_text, alias_text, write_pack

DOCS = Path(__file__).parents[1] / "docs"


def generate(
    root: Path, output: Path, *options: str, check: bool = True
) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(DOCS / "generate_public_packs.py"), str(root)]
    return subprocess.run(
        [*command, "--home", str(output.parent / "home"), "--output", str(output), *options],
        check=check,
        capture_output=True,
        text=True,
    )


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
    generate(root, output)
    rows = output.read_text().splitlines()
    assert "| one | 2 and 1; 1 alias-format | 4 | 1 of 2 | - | - |" in rows
    assert "| two | 0 and 0 | - | - | - | 2, not 1 |" in rows
    assert rows[-1] == "None."
    assert "| of these, all tests pass | 0 |" in rows


def test_the_page_names_no_machine() -> None:
    text = (DOCS / "public-packs.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^\| [a-z0-9_]+ \| \d+ and \d+", text, re.MULTILINE)) > 150
    assert not re.search(r"/(tmp|home|work|root|usr)/", text)


PACK = {
    "actions/say.yaml": action_text(
        "say",
        "local-shell-cmd",
        "parameters:\n  word: {type: string, required: true}\n"
        "  cmd: {default: 'echo {{ word }}', immutable: true}\n",
    ),
    "actions/ask.yaml": action_text(
        "ask", "http-request", "parameters:\n  method: {type: string, default: GET}\n"
    ),
    "actions/stored.yaml": action_text(
        "stored",
        "local-shell-cmd",
        "parameters:\n"
        "  cmd: {default: 'cat {{ config_context.file }}; echo {{ st2kv.system.k }}'}\n",
    ),
    "config.schema.yaml": "file: {type: string}\n",
    "aliases/say.yaml": alias_text("say", "one.say", "say {{ word }}"),
}

CALLS = """
one:
  config: {file: $FOLDER/sub/a.txt}
  keys: {k: kept}
  files: {sub/a.txt: "written "}
  prepare: printf ' and prepared ' >> sub/a.txt
  answers:
    GET /given: {a: [1]}
  calls:
    - {action: one.say, parameters: {word: hello}, result: {stdout: hello, return_code: 0}}
    - {action: one.say, status: error, reply: word}
    - {message: say hello, reply: "stdout.*hello|hello"}
    - {message: sing, status: no_match}
    - {action: one.stored, matches: {stdout: "^written +and prepared kept$"}}
    - {action: one.ask, parameters: {url: $SERVER/given}, result: {body/a/0: 1}}
    - action: one.ask
      parameters: {url: "http://127.0.0.1:$PORT/asked?x=1", method: POST}
      result: {body/path: /asked, body/query: {x: "1"}, body/method: POST}
    - {action: one.ask, parameters: {url: $SERVER/missing}, status: failed}
    - {action: one.say, parameters: {word: hello}, result: {stdout: bye}, why: it says hello}
    - {action: one.say, parameters: {word: hello}, status: failed}
    - {action: one.none}
absent:
  calls: [{action: absent.go}]
"""


def test_calls_are_made_and_what_differs_is_told(tmp_path: Path) -> None:
    write_pack(tmp_path / "packs", "one", PACK)
    output, calls = tmp_path / "page.md", tmp_path / "calls.yaml"
    calls.write_text(CALLS)
    tested = "| packs with tests | 7 |\n| tests passed | 40 |\n"
    head = "| pack | loads | tests pass |\n|---|---|---|\n"
    output.write_text(f"{tested}\n{head}| one | 1 and 0 | 3, not 1; broken |\n")
    generate(tmp_path / "packs", output, "--calls", str(calls), "--keep-tests")
    page = output.read_text()
    assert "| one | 3 and 1 | 2 | 2 of 3 | 8 of 11 | 3, not 1; broken |" in page
    assert "| packs with calls | 1 |\n| calls that did what they should | 8 of 11 |\n" in page
    assert tested in page
    told = page.partition("## Calls that did something else")[2].splitlines()[4:]
    assert told == [
        "| one | `one.say` | it says hello |",
        "| one | `one.say` | succeeded: hello |",
        "| one | `one.none` | error: no action named 'one.none' hint: did you mean one.stored? |",
    ]


def test_an_unknown_key_of_a_call_stops_all(tmp_path: Path) -> None:
    write_pack(tmp_path / "packs", "one", PACK)
    calls = tmp_path / "calls.yaml"
    calls.write_text("one:\n  calls: [{action: one.say, statsu: failed}]\n")
    done = generate(tmp_path / "packs", tmp_path / "page.md", "--calls", str(calls), check=False)
    assert "calls.yaml: one: unknown: statsu" in done.stderr
    assert not (tmp_path / "page.md").exists()
