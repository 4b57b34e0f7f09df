"""What each command may load: start-up is a feature, and a library that creeps in is felt."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = frozenset(
    {
        *("asyncio", "fastjsonschema", "jinja2", "jsonpath_ng", "platformdirs", "prompt_toolkit"),
        *("pydantic", "rapidfuzz", "re2", "rich", "sqlite3", "tinydb", "typer", "yaml"),
        *("aiohttp", "yarl", "ahocorasick_rs", "cryptography", "unittest", "xml", "email", "http"),
    }
)
PACK = str(Path(__file__).parents[1] / "packs" / "core" / "pack.yaml")
SCRIPT = """
import json, sys
from chatops_cli.cli.main import run
arguments = json.loads(sys.argv[1])
code = run(arguments)
names = sorted({name.partition(".")[0] for name in sys.modules})
print("\\n" + json.dumps([code, names]), flush=True)
"""


def loaded(*arguments: str) -> frozenset[str]:
    """The heavy packages that a command has loaded, in a process of its own."""
    environment = {**os.environ, "COLUMNS": "80"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(arguments)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
    )
    code, names = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    return HEAVY & set(names)


RUN = {"ahocorasick_rs", "asyncio", "re2", "sqlite3"}


@pytest.mark.parametrize(
    ("arguments", "allowed"),
    [
        pytest.param(["--version"], {"typer"}, id="version"),
        pytest.param(["--help"], {"typer"}, id="help"),
        pytest.param(["run", "--help"], {"typer"}, id="help of a command"),
        pytest.param(["run", "example greet Ann"], RUN, id="run without a Jinja template"),
        pytest.param(["run", "disk usage on /"], RUN | {"jinja2"}, id="run with one"),
        pytest.param(["run", "--dry-run", "disk usage on /"], RUN - {"asyncio"}, id="dry run"),
        pytest.param(["alias", "match", "ping"], {"typer", *RUN} - {"asyncio"}, id="match"),
        pytest.param(["history", "list"], {"typer", "sqlite3"}, id="history"),
        pytest.param(["audit", "tail"], {"typer"}, id="audit"),
        pytest.param(["action", "show", "core.noop"], {"typer", "sqlite3", "rich"}, id="action"),
        pytest.param(["action", "show", "core.http"], {"typer", "sqlite3", "rich"}, id="http"),
    ],
)
def test_a_command_loads_no_more_than_it_needs(arguments: list[str], allowed: set[str]) -> None:
    """With a warm cache; what is allowed is what the command is made of."""
    subprocess.run(
        [sys.executable, "-m", "chatops_cli", "run", "ping"], check=True, capture_output=True
    )
    assert loaded(*arguments) <= allowed


def test_a_run_pays_for_no_rules_where_there_are_none() -> None:
    """Nor for what reads packs' files, with a warm cache."""
    script = SCRIPT.replace('{name.partition(".")[0] for name in sys.modules}', "set(sys.modules)")
    command = [sys.executable, "-c", script, json.dumps(["run", "example greet Ann"])]
    subprocess.run(command, capture_output=True, check=True)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    _, names = json.loads(done.stdout.splitlines()[-1])
    own = {name.removeprefix("chatops_cli.") for name in names}
    assert own.isdisjoint({"model.rule", "model.route", "reading.reader", "notifications.matching"})


def test_a_check_of_what_was_checked_before_loads_neither_typer_nor_rules() -> None:
    """As an editor or a hook asks for it again and again, of a file without remarks."""
    script = SCRIPT.replace('{name.partition(".")[0] for name in sys.modules}', "set(sys.modules)")
    command = [sys.executable, "-c", script, json.dumps(["validate", PACK])]
    subprocess.run(command, capture_output=True, check=True)
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, names = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    assert HEAVY & set(names) == {"sqlite3"}
    own = {name.removeprefix("chatops_cli.") for name in names}
    assert own.isdisjoint({"validation.rules", "validation.known", "validation.content"})
