"""Shell completion: what bash, zsh and fish ask and are told; never an error."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chatops_cli.aliases.beginnings import beginning_of
from chatops_cli.errors import ExitCode
from tests.support.cli import Result, invoke
from tests.support.packs import action_text, write_pack
from tests.support.small_packs import alias

DISK = alias("disk", "t.act", "disk usage on {{ path }}", more="description: How full it is.\n")
HOSTILE = r"""
name: evil
description: "[/bold] $(touch owned) `touch owned` ' \" \\$(touch owned)\e[31m\n: x"
action_ref: t.act
formats:
  - {display: "evil `touch owned` ; touch owned & 'x' \"y", representation: [foo]}
  - {display: "evil: it's", representation: [bar]}
"""
SECRETS = [f"ALI101,PCK,SEC10{n}" for n in (1, 2, 3)]
FILES = {
    "actions/act.yaml": action_text("act"),
    "actions/ask.yaml": action_text("ask"),
    "aliases/disk.yaml": DISK,
    "aliases/space.yaml": alias("space", "t.act", "disk space", "Show {{ x }} now"),
    "aliases/off.yaml": alias("off", "t.act", "disk off", more="enabled: false\n"),
}


@pytest.fixture(autouse=True)
def root(isolated: Path) -> Path:
    """One pack, and no others."""
    root = isolated / "packs"
    write_pack(root, "t", FILES)
    (isolated / "chatops.yaml").write_text("packs: [packs]\nbundled: false\n")
    return root


@pytest.fixture
def bash(monkeypatch: pytest.MonkeyPatch) -> "type[Bash]":
    """Asks as bash's script does."""
    monkeypatch.setenv("_CHATOPS_COMPLETE", "complete_bash")
    Bash.environment = monkeypatch
    return Bash


class Bash:
    """The words as bash cuts them, the last one up to the cursor."""

    environment: pytest.MonkeyPatch

    @classmethod
    def offers(cls, *words: str) -> list[str]:
        cls.environment.setenv("COMP_WORDS", "\n".join(["chatops", *words]))
        cls.environment.setenv("COMP_CWORD", str(len(words)))
        result = invoke()
        assert (result.exit_code, result.stderr) == (ExitCode.OK, "")
        return result.stdout.split("\n")[:-1] if result.stdout != "\n" else []


def ask(monkeypatch: pytest.MonkeyPatch, shell: str, line: str, action: str = "get-args") -> Result:
    """Asks as the scripts of zsh and fish do."""
    monkeypatch.setenv("_CHATOPS_COMPLETE", f"complete_{shell}")
    monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
    if shell == "fish":
        monkeypatch.setenv("_TYPER_COMPLETE_FISH_ACTION", action)
    result = invoke()
    assert result.stderr == ""
    return result


@pytest.mark.parametrize(
    ("words", "offers"),
    [
        pytest.param(["au"], ["audit"], id="commands"),
        pytest.param(["--pa"], ["--packs"], id="global options"),
        pytest.param(["action", ""], ["list", "show", "run"], id="commands of a group"),
        pytest.param(["action", "run", "--str"], ["--stream"], id="options"),
        pytest.param(["action", "run", "t.a"], ["t.act", "t.ask"], id="actions"),
        pytest.param(["action", "show", "t.as"], ["t.ask"], id="an action"),
        pytest.param(["action", "list", "--pack", ""], ["t"], id="packs of an option"),
        pytest.param(["alias", "list", "--pack", "=", "t"], ["t"], id="a pack behind ="),
        pytest.param(["alias", "show", "t.d"], ["t.disk"], id="aliases"),
        pytest.param(["alias", "explain", "--alias", "t.s"], ["t.space"], id="alias of an option"),
        pytest.param(["pack", "show", ""], ["t"], id="packs"),
        pytest.param(["run", ""], ["disk", "Show"], id="first words of messages"),
        pytest.param(["run", "di"], ["disk"], id="a first word"),
        pytest.param(["run", "sh"], ["show"], id="a word in another case"),
        pytest.param(["run", "disk", ""], ["usage", "space"], id="second words"),
        pytest.param(["run", "--json", "disk", "u"], ["usage"], id="behind an option"),
        pytest.param(["run", "disk", "usage", "on", ""], [], id="a parameter"),
        pytest.param(["run", '"di'], ["disk usage on", "disk space"], id="in double quotes"),
        pytest.param(["run", "'disk u"], ["disk usage on"], id="in single quotes"),
        pytest.param(["run", "disk\\ u"], ["disk\\ usage"], id="a space behind a backslash"),
        pytest.param(["run", '"disk usage"', ""], ["on"], id="behind quotes"),
        pytest.param(["alias", "match", "disk", "s"], ["space"], id="alias match"),
        pytest.param(["alias", "explain", "--alias", "t.disk", "d"], ["disk"], id="explain"),
        pytest.param(["--config", ""], [], id="a file is left to the shell"),
        pytest.param(["rule", "CHK00"], [f"CHK00{n}" for n in range(1, 8)], id="codes"),
        pytest.param(["rule", "unused-i"], ["unused-ignore"], id="names of rules"),
        pytest.param(["validate", "--select", "S"], ["SET", "SEC", "STY"], id="families of rules"),
        pytest.param(["validate", "--ignore", "ALI101,PCK,SEC10"], SECRETS, id="behind commas"),
        pytest.param(["validate", "--format", "j"], ["json", "jsonl", "junit"], id="formats"),
        pytest.param(["nope", ""], [], id="an unknown command"),
        pytest.param(["action", "run", "t.act", ""], [], id="nothing more"),
        pytest.param(["run", '"disk \x7f'], [], id="a control character"),
    ],
)
def test_bash(bash: type[Bash], words: list[str], offers: list[str]) -> None:
    """Each value on a line, quoted as bash needs it where the cursor is."""
    assert bash.offers(*words) == offers


def test_global_options_count(bash: type[Bash], isolated: Path, tmp_path: Path) -> None:
    """`--packs` and `--config` on the line, and their variables, choose what is offered."""
    write_pack(tmp_path, "u", {"actions/go.yaml": action_text("go")})
    asked = ["action", "run", "u"]
    assert bash.offers(*asked) == []
    assert bash.offers("--packs", str(tmp_path), *asked) == ["u.go"]
    assert bash.offers("--packs", str(tmp_path), ":", "packs", *asked) == ["u.go"]
    (isolated / "other.yaml").write_text(f"packs: [{tmp_path}]\n")
    assert bash.offers("--config", "=", "other.yaml", *asked) == ["u.go"]
    bash.environment.setenv("CHATOPS_PACKS", str(tmp_path))
    assert bash.offers(*asked) == ["u.go"]


def test_zsh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Code for zsh to evaluate: values with what they do; files where there is nothing."""
    assert ask(monkeypatch, "zsh", 'chatops run "disk u').stdout == (
        "local -a chatops_offers;"
        " chatops_offers=($'disk\\040usage\\040on:How\\040full\\040it\\040is.');"
        " _describe chatops chatops_offers\n"
    )
    assert ask(monkeypatch, "zsh", "chatops nope ").stdout == "_files\n"


def test_fish(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value and what it does, a tab between; it is asked first whether there is any."""
    assert ask(monkeypatch, "fish", "chatops run disk u").stdout == "usage\tHow full it is.\n"
    assert ask(monkeypatch, "fish", "chatops run d").stdout == "disk\t2 commands\n"
    assert ask(monkeypatch, "fish", "chatops --vers").stdout == (
        "--version\tPrint the version and exit.\n"
    )
    some = ask(monkeypatch, "fish", "chatops run d", "is-args")
    none = ask(monkeypatch, "fish", "chatops nope ", "is-args")
    assert (some.exit_code, some.stdout) == (ExitCode.OK, "")
    assert (none.exit_code, none.stdout) == (ExitCode.FAILED, "")


def test_text_of_packs_is_no_code(
    root: Path, monkeypatch: pytest.MonkeyPatch, bash: type[Bash]
) -> None:
    """What packs write reaches no shell's parser, and no terminal as it is."""
    write_pack(root, "evil", {"aliases/evil.yaml": HOSTILE})
    in_quotes = bash.offers("run", '"evil')
    assert in_quotes == ["evil \\`touch owned\\` ; touch owned & 'x' \\\"y", "evil: it's"]
    assert bash.offers("run", "'evil: i") == ["evil: it'\\''s"]
    assert bash.offers("run", "evil", "") == ["\\`touch"]
    zsh = ask(monkeypatch, "zsh", "chatops run 'evil").stdout
    words = re.fullmatch(r"local -a \w+; \w+=\((.*)\); _describe \w+ \w+\n", zsh)
    assert words is not None
    for word in words[1].split(" "):
        assert re.fullmatch(r"\$'(?:[\w./:@%+,=-]|\\[0-7]{3})*'", word, re.ASCII)
    fish = ask(monkeypatch, "fish", "chatops run 'evil").stdout
    assert fish.splitlines()[1] == (
        "evil: it's\t[/bold] $(touch owned) `touch owned` ' \" \\$(touch owned)[31m : x"
    )


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param("packs: [nope]\n", id="unknown root"),
        pytest.param("packs: 5: 6\n", id="no YAML"),
        pytest.param("packs: [none]\nbundled: false\n", id="no packs"),
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        ["action", "run", ""],
        ["alias", "show", ""],
        ["pack", "show", ""],
        ["run", ""],
        ["alias", "match", '"'],
    ],
    ids=" ".join,
)
def test_what_is_wrong_is_not_told(
    bash: type[Bash], isolated: Path, settings: str, words: list[str]
) -> None:
    """Nothing is offered and nothing printed: the command will tell."""
    (isolated / "none").mkdir()
    (isolated / "chatops.yaml").write_text(settings)
    assert bash.offers(*words) == []


def test_a_state_folder_that_cannot_be_written(bash: type[Bash], isolated: Path) -> None:
    """Without a cache all is offered as well."""
    (isolated / "file").write_text("")
    assert bash.offers("--home", "file/home", "action", "run", "t.as") == ["t.ask"]


@pytest.mark.parametrize(
    "environment",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"COMP_WORDS": "chatops\nrun", "COMP_CWORD": "x"}, id="no number"),
        pytest.param({"COMP_WORDS": "", "COMP_CWORD": "7"}, id="no words"),
    ],
)
def test_a_script_that_asks_wrongly(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    """It gets nothing, or what there is at the beginning; no traceback."""
    monkeypatch.setenv("_CHATOPS_COMPLETE", "complete_bash")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    result = invoke()
    assert (result.exit_code, result.stderr) == (ExitCode.OK, "")


def test_other_shells_are_left_to_typer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It knows some more; of those it doesn't know it says so."""
    monkeypatch.setenv("_CHATOPS_COMPLETE", "complete_tcsh")
    with pytest.raises(SystemExit) as ended:
        invoke()
    assert ended.value.code == 1


@pytest.mark.parametrize(
    ("display", "beginning"),
    [
        pytest.param("disk space", "disk space", id="words alone"),
        pytest.param("deploy {{ app }} now", "deploy", id="a parameter"),
        pytest.param("deploy [now] <app>", "deploy", id="an option"),
        pytest.param("(show )?disks", "", id="a group"),
        pytest.param("what is up?", "what is", id="a regular expression"),
        pytest.param("^top {{ n }}", "top", id="an anchor"),
        pytest.param("id:{{ n }}", "", id="part of a word"),
        pytest.param("\u2026 PROJ-1 \u2026", "", id="dots"),
        pytest.param("{{ x }}", "", id="a parameter alone"),
    ],
)
def test_how_a_format_begins(display: str, beginning: str) -> None:
    """Whole words only, as they are typed."""
    assert beginning_of(display) == beginning


@pytest.mark.parametrize(
    ("words", "absent"),
    [
        pytest.param(["a"], {"sqlite3", "yaml", "chatops_cli.catalog.catalog"}, id="commands"),
        pytest.param(["action", "run", "t"], {"yaml", "jinja2"}, id="actions"),
        pytest.param(["run", "d"], {"yaml", "jinja2", "re2"}, id="messages"),
    ],
)
def test_what_is_loaded(words: list[str], absent: set[str], isolated: Path) -> None:
    """With a warm cache no more than is needed to name things."""
    (isolated / "chatops.yaml").unlink()
    code = (
        "import sys; from chatops_cli.cli.main import run; code = run([]);"
        "print(*sys.modules, file=sys.stderr); sys.exit(code)"
    )
    environment = {
        **os.environ,
        "CHATOPS_PACKS": "packs",
        "_CHATOPS_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(["chatops", *words]),
        "COMP_CWORD": str(len(words)),
    }
    command = [sys.executable, "-c", code]
    subprocess.run(command, capture_output=True, env=environment, check=True)
    done = subprocess.run(command, capture_output=True, env=environment, text=True, check=True)
    assert done.stdout != "\n"
    loaded = set(done.stderr.split())
    assert loaded & (absent | {"rich", "asyncio", "rapidfuzz", "chatops_cli.room.room"}) == set()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_in_bash(isolated: Path) -> None:
    """The script that `--install-completion` writes, sourced and asked in bash itself."""
    program = isolated / "bin" / "chatops"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m chatops_cli \"$@\"\n")
    program.chmod(0o755)
    script = """
    chatops --install-completion || exit 9
    source ~/.bash_completions/chatops.sh
    complete -p chatops
    ask() {
        COMP_WORDS=(chatops "$@"); COMP_CWORD=$#
        _chatops_completion chatops; printf '<%s>' "${COMPREPLY[@]}"; echo
    }
    ask action run t.a
    ask run disk ''
    ask run '"disk u'
    ask nope ''
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        capture_output=True,
        env={
            **os.environ,
            "HOME": str(isolated),
            "PATH": f"{program.parent}:{os.environ['PATH']}",
        },
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[2:] == [
        "complete -o default -F _chatops_completion chatops",
        "<t.act><t.ask>",
        "<usage><space>",
        "<disk usage on>",
        "<>",
    ]


def test_names_of_values_are_offered(bash: "type[Bash]", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("_CHATOPS_COMPLETE")
    invoke("key", "set", "db.host", "1")
    invoke("key", "set", "--user", "alice", "db.port", "1")
    monkeypatch.setenv("_CHATOPS_COMPLETE", "complete_bash")
    assert bash.offers("key", "get", "d") == ["db.host", "db.port"]
    assert bash.offers("key", "delete", "--scope", "system", "d") == ["db.host"]
    assert bash.offers("key", "set", "x") == []
