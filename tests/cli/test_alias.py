"""`chatops alias`: list, show, match and explain; what is printed, and with which exit code."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chatops_cli.errors import ExitCode
from tests.support.cli import invoke
from tests.support.packs import action_text, write_pack
from tests.support.shared import CORPUS, needs_corpus
from tests.support.small_packs import alias

DEPLOY = """
name: deploy
description: Puts a version out.
action_ref: t.act
formats:
  - display: deploy <app> [to <place>]
    representation: ['deploy {{ app }}( to {{ place=test }})?', 'put {{ app }} out']
  - {display: 'ship {{ app }}', representation: ['ship {{ app }}'], match_multiple: true}
ack: {enabled: false}
result: {format: "{{ execution.status }}\\nfor all"}
immutable_parameters: {who: me}
"""
FILES = {
    "actions/act.yaml": action_text("act"),
    "aliases/deploy.yaml": DEPLOY,
    "aliases/status.yaml": alias("status", "t.act", "status", "how is {{ it }}"),
    "aliases/off.yaml": alias("off", "t.act", "switch off", more="enabled: false\n"),
    "aliases/one.yaml": alias("one", "t.act", "both {{ x }}"),
    "aliases/two.yaml": alias("two", "t.act", "both {{ y }}"),
}


@pytest.fixture(autouse=True)
def root(isolated: Path) -> Path:
    """The packs `t` and `u`, and no others."""
    root = isolated / "packs"
    write_pack(root, "t", FILES)
    write_pack(root, "u", {"aliases/one.yaml": alias("one", "t.act", "only u")})
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")
    return root


def test_list() -> None:
    """A line a format; disabled aliases are marked."""
    result = invoke("alias", "list", "--pack", "t")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert result.stdout == (
        "TYPE                       TO RUN  DESCRIPTION\n"
        "deploy <app> [to <place>]  t.act   Puts a version out.\n"
        "ship {{ app }}             t.act   Puts a version out.\n"
        "switch off                 t.act   (disabled)\n"
        "both {{ x }}               t.act\n"
        "status                     t.act\n"
        "how is {{ it }}            t.act\n"
        "both {{ y }}               t.act\n"
    )


def test_list_as_json(root: Path) -> None:
    """One object an alias."""
    assert invoke("alias", "list", "--pack", "u", "--json").json_lines == [
        {
            "ref": "u.one",
            "pack": "u",
            "name": "one",
            "enabled": True,
            "description": "",
            "action": "t.act",
            "formats": ["only u"],
            "file": str(root / "u/aliases/one.yaml"),
        }
    ]


@pytest.mark.parametrize("ref", ["t.deploy", "deploy"])
def test_show(ref: str) -> None:
    """Formats, what they are matched with, and how it answers; a name alone is enough."""
    result = invoke("alias", "show", ref)
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert result.stdout == (
        "t.deploy: Puts a version out.\n"
        "action: t.act\n"
        "file: packs/t/aliases/deploy.yaml\n"
        "type: deploy <app> [to <place>]\n"
        "  matched with: deploy {{ app }}( to {{ place=test }})?\n"
        "  matched with: put {{ app }} out\n"
        "type: ship {{ app }} (every match)\n"
        "ack: none\n"
        "result:\n"
        "  {{ execution.status }}\n"
        "  for all\n"
    )


def test_show_as_json(root: Path) -> None:
    """All keys."""
    assert invoke("alias", "show", "t.deploy", "--json").json == {
        "ref": "t.deploy",
        "pack": "t",
        "name": "deploy",
        "enabled": True,
        "description": "Puts a version out.",
        "action": "t.act",
        "formats": [
            {
                "display": "deploy <app> [to <place>]",
                "representations": [
                    "deploy {{ app }}( to {{ place=test }})?",
                    "put {{ app }} out",
                ],
                "match_multiple": False,
            },
            {
                "display": "ship {{ app }}",
                "representations": ["ship {{ app }}"],
                "match_multiple": True,
            },
        ],
        "file": str(root / "t/aliases/deploy.yaml"),
        "ack": {"enabled": False, "format": None},
        "result": {"enabled": True, "format": "{{ execution.status }}\nfor all"},
        "immutable_parameters": {"who": "me"},
    }


@pytest.mark.parametrize(
    ("ref", "error"),
    [
        pytest.param(
            "one",
            "error: several aliases are named 'one'\nhint: name one of t.one, u.one\n",
            id="several",
        ),
        pytest.param(
            "t.deplo", "error: no alias named 't.deplo'\nhint: did you mean t.deploy?\n", id="near"
        ),
        pytest.param(
            "xyz", "error: no alias named 'xyz'\nhint: see 'chatops alias list'\n", id="far"
        ),
    ],
)
def test_an_unknown_alias(ref: str, error: str) -> None:
    """It is named, with what may be meant; for `explain --alias` as well."""
    for words in (["show", ref], ["explain", "--alias", ref, "status"]):
        result = invoke("alias", *words)
        assert (result.exit_code, result.stdout, result.stderr) == (ExitCode.FAILED, "", error)


@pytest.mark.parametrize(
    ("words", "code", "stdout"),
    [
        pytest.param(
            ["deploy", "shop", "to", "live"],
            ExitCode.OK,
            't.deploy: deploy <app> [to <place>] -> t.act\n  app = "shop"\n  place = "live"\n',
            id="several words",
        ),
        pytest.param(["status"], ExitCode.OK, "t.status: status -> t.act\n", id="no parameters"),
        pytest.param(
            ["both a"],
            ExitCode.NO_MATCH,
            "2 aliases match, so nothing would run:\n"
            "  t.one: both {{ x }}\n  t.two: both {{ y }}\n",
            id="ambiguous",
        ),
        pytest.param(
            ["how id it"],
            ExitCode.NO_MATCH,
            "no alias matches\n  near: t.status: how is {{ it }}  (is instead of 'id it')\n",
            id="near",
        ),
        pytest.param(["switch off"], ExitCode.NO_MATCH, "no alias matches\n", id="disabled"),
        pytest.param([""], ExitCode.NO_MATCH, "no alias matches\n", id="empty"),
        pytest.param(
            ["x" * 41_000],
            ExitCode.NO_MATCH,
            "refused: the message has 41,000 bytes, at most 40,960 are read\n",
            id="too long",
        ),
    ],
)
def test_match(words: list[str], code: ExitCode, stdout: str) -> None:
    """What each message means, and the exit code."""
    result = invoke("alias", "match", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (code, stdout, "")


def test_match_as_json() -> None:
    """One object, by outcome."""
    assert invoke("alias", "match", "--json", "ship a").json == {
        "message": "ship a",
        "outcome": "matched",
        "alias": "t.deploy",
        "action": "t.act",
        "format": "ship {{ app }}",
        "representation": "ship {{ app }}",
        "parameters": {"app": "a"},
        "executions": [{"app": "a"}],
    }
    assert invoke("alias", "match", "--json", "both a").json == {
        "message": "both a",
        "outcome": "ambiguous",
        "candidates": [
            {"alias": "t.one", "format": "both {{ x }}", "parameters": {"x": "a"}},
            {"alias": "t.two", "format": "both {{ y }}", "parameters": {"y": "a"}},
        ],
    }
    none = invoke("alias", "match", "--json", "how id it").json
    assert isinstance(none, dict)
    assert (sorted(none), none["outcome"]) == (["message", "nearest", "outcome"], "none")
    assert isinstance(none["nearest"], list)
    assert isinstance(none["nearest"][0], dict)
    assert sorted(none["nearest"][0]) == ["alias", "expected", "format", "offset", "score"]


def test_match_lines_as_json() -> None:
    """Each line has its answer in order: blank ones, too long ones and what isn't text, too."""
    stdin = b"status\n\nsw\xff\r\n" + b"x" * 200_000 + b"\nhow is \xe2\x9c\x93\r\nstatus"
    result = invoke("alias", "match", "--json", "-", stdin=stdin)
    assert (result.exit_code, result.stderr) == (ExitCode.NO_MATCH, "")
    answers = [line for line in result.json_lines if isinstance(line, dict)]
    assert [(line["message"], line["outcome"]) for line in answers] == [
        ("status", "matched"),
        ("", "none"),
        ("sw\ufffd", "refused"),
        ("x" * 40_960, "refused"),
        ("how is \u2713", "matched"),
        ("status", "matched"),
    ]
    assert answers[2]["reason"] == "the message is not UTF-8 text: byte 3 of the line"
    assert answers[3]["reason"] == "the message has 200,000 bytes, at most 40,960 are read"


@pytest.mark.parametrize("excess", [0, 1, 2, 3])
def test_match_a_line_about_as_long_as_may_be(excess: int) -> None:
    """The newline and a carriage return don't count."""
    text = "how is " + "x" * (40_960 - 7 + excess)
    for end in ("", "\n", "\r\n"):
        first, *others = invoke("alias", "match", "--json", "-", stdin=text + end).json_lines
        assert others == []
        assert isinstance(first, dict)
        assert first["outcome"] == ("refused" if excess else "matched")


def test_match_lines_as_text() -> None:
    """Each answer stands below its message; all matched gives 0."""
    result = invoke("alias", "match", "-", stdin="status\nhow is x\n")
    assert (result.exit_code, result.stdout) == (
        ExitCode.OK,
        (
            "> status\nt.status: status -> t.act\n"
            '> how is x\nt.status: how is {{ it }} -> t.act\n  it = "x"\n'
        ),
    )
    assert invoke("alias", "match", "-").stdout == ""


def test_match_answers_while_the_pipe_is_open() -> None:
    """A script may wait for an answer before it asks again; Ctrl-C ends it."""
    process = start("alias", "match", "--json", "-")
    assert process.stdin is not None
    assert process.stdout is not None
    for message in (b"status", b"how is x"):
        process.stdin.write(message + b"\n")
        process.stdin.flush()
        assert b'"outcome":"matched"' in process.stdout.readline()
    process.send_signal(2)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (ExitCode.INTERRUPTED, b"error: interrupted\n")


def test_match_for_a_reader_that_goes_away() -> None:
    """No complaint about a closed pipe."""
    process = start("alias", "match", "--json", "-")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"status\n")
    process.stdin.flush()
    process.stdout.readline()
    process.stdout.close()
    process.stdin.write(b"status\n" * 1000)
    process.stdin.close()
    assert process.wait(timeout=20) == ExitCode.FAILED
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_match_without_standard_input() -> None:
    """A closed one is told in one line."""
    done = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m chatops_cli alias match - <&-"],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        ExitCode.USAGE,
        b"error: standard input is closed\nhint: pipe messages in, one a line\n",
    )


@needs_corpus
def test_match_thousands_in_one_process() -> None:
    """Of real packs a line takes well under a millisecond."""
    lines = "".join(f"st2 list rules pack=p{n}\nhello there {n}\n" for n in range(1000))
    invoke("--packs", str(CORPUS), "alias", "match", "--json", "-", stdin="warm\n")
    began = time.process_time()
    result = invoke("--packs", str(CORPUS), "alias", "match", "--json", "-", stdin=lines)
    assert len(result.json_lines) == 2000
    assert (time.process_time() - began) / 2000 < 0.001


def test_explain() -> None:
    """Step by step, for the formats that come into question."""
    result = invoke("alias", "explain", "how", "is", "x")
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
    assert result.stdout == (
        "match: t.status: how is {{ it }}\n"
        "  - to be matched: 'how is x'\n"
        "  - matches 'how is x'\n"
        "  - it is 'x'\n"
        "  - no other alias matches: it is chosen\n"
    )


def test_explain_one_alias_as_json() -> None:
    """One object a representation; the exit code is of the message."""
    result = invoke("alias", "explain", "--alias", "deploy", "--json", "status")
    assert result.exit_code == ExitCode.OK
    lines = [line for line in result.json_lines if isinstance(line, dict)]
    assert [sorted(line) for line in lines] == [
        ["alias", "format", "matches", "representation", "steps"]
    ] * 3
    assert [line["matches"] for line in lines] == [False] * 3
    assert lines[0]["steps"] == [
        {"kind": "text", "says": "to be matched: 'status'", "facts": {"text": "status"}},
        {
            "kind": "literal-missing",
            "says": "it does not hold 'deploy'",
            "facts": {"any_of": ["deploy"]},
        },
        {
            "kind": "departs",
            "says": "at character 0 stands 'status', expected deploy",
            "facts": {"offset": 0, "expected": "deploy"},
        },
    ]


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        pytest.param([""], ExitCode.NO_MATCH, "no alias comes near\n", id="empty"),
        pytest.param(
            ["x" * 41_000],
            ExitCode.NO_MATCH,
            "error: the message has 41,000 bytes, at most 40,960 are read\n",
            id="too long",
        ),
        pytest.param(
            ["--alias", "off", "switch off"],
            ExitCode.FAILED,
            "error: the alias off is disabled\nhint: see chatops alias show off\n",
            id="disabled",
        ),
    ],
)
def test_nothing_to_explain(words: list[str], code: ExitCode, error: str) -> None:
    """It is said why, and nothing is on stdout."""
    result = invoke("alias", "explain", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (code, "", error)


def test_explain_what_comes_near() -> None:
    """Where nothing matches, the nearest alias is explained."""
    result = invoke("alias", "explain", "how id it")
    assert result.exit_code == ExitCode.NO_MATCH
    assert "no: t.status: how is {{ it }}\n" in result.stdout
    assert "expected is\n" in result.stdout


def test_plain_ascii() -> None:
    """LANG=C gets what it can show, and no error."""
    process = start("alias", "match", "-", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    out, err = process.communicate("how is Grüße\n".encode(), timeout=20)
    assert (process.returncode, err) == (ExitCode.OK, b"")
    assert out.isascii()


def start(*words: str, **environment: str) -> "subprocess.Popen[bytes]":
    """`chatops WORDS` as a process of its own, with pipes."""
    return subprocess.Popen(
        [sys.executable, "-m", "chatops_cli", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    )
