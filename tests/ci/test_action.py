"""The GitHub Action, the job for GitLab and the hooks for pre-commit, as they run offline."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator

from chatops_cli.model.json import Json
from chatops_cli.reading.source import parse
from chatops_cli.reading.value import Value
from tests.support.packs import alias_text, write_pack

ROOT = Path(__file__).parents[2]
BAD = {"aliases/gone.yaml": alias_text("gone", "web.gone", "gone")}
GOOD = {"aliases/ping.yaml": alias_text("ping", "core.noop", "pang {{x}}")}


class Ended(NamedTuple):
    """How a step ended."""

    code: int
    stdout: str
    stderr: str


def content(name: str) -> Json:
    source = parse((ROOT / name).read_bytes(), file=name)
    assert source.root is not None
    assert source.problems == ()
    return Value(source.root, name, []).json()


def at(value: Json, *steps: str | int) -> Json:
    """What stands at a path."""
    for step in steps:
        value = value[step]  # type: ignore[index]  # the test fails where it isn't there
    return value


def shell(script: str, folder: Path, **variables: str) -> Ended:
    """A script as the runner of a step starts it: bash, which stops at the first failure."""
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def install(venv: Path) -> None:
    """A program `chatops` in the folder of programs of a virtual environment."""
    (venv / "bin").mkdir(parents=True)
    program = venv / "bin" / "chatops"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m chatops_cli "$@"\n')
    program.chmod(0o755)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a good and a bad pack; the second one's name has a space."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    write_pack(tmp_path / "packs", "web", GOOD)
    write_pack(tmp_path / "more packs", "bad", BAD)
    install(tmp_path / "venv")
    return tmp_path


# Forms


@pytest.mark.parametrize(
    ("name", "schema"),
    [("action.yml", "vendor.github-actions"), ("templates/gitlab.yml", "vendor.gitlab-ci")],
)
def test_a_file_for_a_service_is_of_its_form(name: str, schema: str) -> None:
    """As its schema has it."""
    errors = Draft7Validator(get_builtin_schema(schema)).iter_errors(content(name))
    assert [error.message for error in errors] == []


def test_scripts_of_the_action_hold_no_inputs() -> None:
    """They come as variables: as text of a script they could hold commands."""
    steps = at(content("action.yml"), "runs", "steps")
    assert isinstance(steps, list)
    scripts = [each["run"] for each in steps if isinstance(each, dict) and "run" in each]
    assert len(scripts) == 2
    assert not any("${{" in str(script) for script in scripts)


# GitHub


def test_every_input_of_the_action_is_documented() -> None:
    """With the value that holds where none is given."""
    inputs = at_dict(at(content("action.yml"), "inputs"))
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (?:`([^`]+)`)? ?\|", page, re.MULTILINE)
    assert dict(rows) == {name: at(each, "default") for name, each in inputs.items()}


def check(site: Path, paths: str, options: str = "", sarif: str = "", **more: str) -> Ended:
    script = str(at(content("action.yml"), "runs", "steps", 2, "run"))
    given = {"PATHS": paths, "OPTIONS": options, "SARIF": sarif, "VENV": str(site / "venv")}
    return shell(script, site, **given, **more)


def test_the_action_installs_itself_or_a_version(tmp_path: Path) -> None:
    """Into an environment of its own."""
    script = str(at(content("action.yml"), "runs", "steps", 1, "run"))
    python = tmp_path / "python"
    python.write_text(
        '#!/bin/sh\necho "$@"\nmkdir -p "$3/bin" && cp "$0" "$3/bin/python"\n', encoding="utf-8"
    )
    python.chmod(0o755)
    given = {"PYTHON": str(python), "ACTION": "/the action", "VENV": str(tmp_path / "venv")}
    told = f"-m venv {tmp_path}/venv\n-m pip install --quiet --disable-pip-version-check"
    own = shell(script, tmp_path, VERSION="", **given)
    assert own.stdout == f"{told} /the action\n"
    version = shell(script, tmp_path, VERSION="0.1.0", **given)
    assert version.stdout == f"{told} chatops-cli==0.1.0\n"


def test_the_action_shows_findings_beside_the_lines(site: Path) -> None:
    """And fails; findings are in the SARIF file, too."""
    ended = check(site, "packs\nmore packs\n", sarif="findings.sarif")
    assert ended.code == 1
    (line,) = ended.stdout.splitlines()
    assert line.startswith("::error file=more packs/bad/aliases/gone.yaml,line=2,col=1,")
    results = at(json.loads((site / "findings.sarif").read_text()), "runs", 0, "results")
    assert at(results, 0, "ruleId") == "ACT008"


def test_the_action_passes_options_on(site: Path) -> None:
    """A word a line, none of which is read by the shell; what isn't a finding ends it at once."""
    program = site / "venv" / "bin" / "chatops"
    program.write_text('#!/bin/sh\nprintf "[%s]" "$@"\nexit $CODE\n', encoding="utf-8")
    paths = "more packs\n$(touch stolen)\n`touch stolen`"
    ended = check(site, paths, "--ignore\nACT008\n", CODE="0")
    words = "validate", "--format", "github", "--ignore", "ACT008", "--", "more packs"
    told = "".join(f"[{word}]" for word in (*words, "$(touch stolen)", "`touch stolen`"))
    assert ended == Ended(0, told, "")
    assert not (site / "stolen").exists()
    assert check(site, "", sarif="a.sarif", CODE="2") == Ended(2, "", "")


# GitLab


def test_the_job_leaves_its_reports_and_fails(site: Path) -> None:
    """As the lines of its script run, one after the other."""
    script = at(content("templates/gitlab.yml"), "chatops-validate", "script")
    assert isinstance(script, list)
    shutil.move(site / "venv", site / ".chatops-cli")
    shutil.move(site / "more packs", site / "more")
    lines = "\n".join(map(str, script))
    ended = shell(lines, site, VALIDATE_PATHS="packs more", VALIDATE_OPTIONS="")
    assert ended.code == 1
    assert "error[ACT008]" in ended.stdout
    report = json.loads((site / "gl-code-quality-report.json").read_text())
    assert at(report, 0, "location", "path") == "more/bad/aliases/gone.yaml"
    assert 'failures="1"' in (site / "chatops-junit.xml").read_text()


# pre-commit


def test_hooks_run_on_what_is_changed(site: Path) -> None:
    """As pre-commit runs them, with the program that is installed in place of a new one."""
    hooks = content(".pre-commit-hooks.yaml")
    assert isinstance(hooks, list)
    program = str(site / "venv" / "bin" / "chatops")
    local: list[Json] = []
    for hook in hooks:
        assert isinstance(hook, dict)
        entry = str(hook["entry"]).replace("chatops", program, 1)
        local.append({**hook, "language": "system", "entry": entry})
    local[1] = {**at_dict(local[1]), "args": ["packs"]}
    config = {"repos": [{"repo": "local", "hooks": local}]}
    (site / ".pre-commit-config.yaml").write_text(json.dumps(config))
    (site / ".github").mkdir()
    (site / "actions").mkdir()
    (site / "notes.yaml").write_text("a: 1\n")
    git = "git -c user.name=a -c user.email=a@example.org -c init.defaultBranch=main"
    folders = "'more packs' packs notes.yaml .pre-commit-config.yaml"
    assert shell(f"{git} init -q && {git} add {folders}", site).code == 0
    run = f"{sys.executable} -m pre_commit run --color never --all-files"
    ended = shell(run, site, PRE_COMMIT_HOME=str(site / "home"))
    assert ended.code == 1
    said = re.sub(r"\.{3,}", " ", ended.stdout)
    assert "chatops validate Failed" in said
    assert "more packs/bad/aliases/gone.yaml:2:1: error[ACT008]" in said
    assert "chatops validate (all packs) Passed" in said
    assert "notes.yaml" not in said


def test_the_manifest_of_hooks_is_of_its_form() -> None:
    """As pre-commit reads it."""
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "")


def at_dict(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return dict(value)
