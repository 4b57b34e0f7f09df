"""Runs the tests of one pack: one process, bounded in time, with an environment of its own."""

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import Path
from shlex import quote

from chatops_cli.catalog.virtualenvs.lookup import find_python, hint_for
from chatops_cli.catalog.virtualenvs.requirements import FILE
from chatops_cli.errors import RunnerError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.pack_tests.alias_content import read_alias_content
from chatops_cli.pack_tests.desk import VARIABLE, Desk
from chatops_cli.pack_tests.offered import offered_modules
from chatops_cli.pack_tests.suite import TEST_REQUIREMENTS, Suite
from chatops_cli.pack_tests.verdict import Ending, Verdict
from chatops_cli.runners.contract import OnOutput
from chatops_cli.runners.environment import inherited_environment
from chatops_cli.runners.interpreter import flags_of, with_programs
from chatops_cli.runners.line import open_line
from chatops_cli.runners.process import Command, Finished, run_process
from chatops_cli.runners.python_script import FOLDER

INI_FILES = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini")
SECTIONS = (("pyproject.toml", "[tool.pytest"), ("tox.ini", "[pytest]"), ("setup.cfg", "[tool:p"))
NOTHING_RUN = 5
"""pytest's exit code where no test was collected, or none was selected."""
STACKSTORM = frozenset({"st2common", "st2client", "st2actions", "st2reactor", "st2tests", "st2api"})


@frozen
class Wanted:
    """How tests are run.

    `timeout` is seconds for the tests of one pack. `junit` is the file for pytest's report.
    `columns` is how wide pytest draws. `inherited` are variables of this process' environment
    that tests see, beside those that every action sees. `folders` are those of packs that tests
    may look up, by ref, beside their own.
    """

    keyword: str = ""
    is_verbose: bool = False
    has_color: bool = False
    columns: int | None = None
    timeout: float | None = None
    junit: Path | None = None
    inherited: frozenset[str] = frozenset()
    folders: Mapping[str, str] = field(default_factory=dict)


async def run_suite(suite: Suite, wanted: Wanted, *, on_output: OnOutput) -> Verdict:
    """The verdict over a pack's tests; `on_output` is told what pytest prints, as it does.

    The interpreter and the environment are those of the pack's actions, without anything of this
    program's own but pytest. No settings of pytest count but the pack's own, and nothing is left
    behind in the pack's folder.
    """
    offered = offered_modules()
    if "pytest" not in offered:
        return _refused(suite, "pytest is not installed")
    folders = {**wanted.folders, suite.ref: suite.folder}
    desk = Desk(suite.ref, folders, lambda name: read_alias_content(suite.folder, name))
    start = time.monotonic()
    try:
        python = find_python(suite.virtualenvs, suite.ref, suite.folder) or sys.executable
        async with open_line(VARIABLE, desk.answer) as line:
            command = Command(
                arguments=(python, *flags_of(python), "-B", str(FOLDER / "_chatops_tests.py")),
                environment=with_programs(python, _environment(wanted)),
                cwd=suite.folder,
                stdin=json.dumps(_request(suite, wanted, offered)).encode(),
                timeout=wanted.timeout,
                output_limit=0,
                handed=line,
            )
            finished = await run_process(command, on_output=on_output)
    except RunnerError as error:
        return Verdict(ref=suite.ref, ending=Ending.BROKEN, why=error.message, hint=error.hint)
    verdict = _verdict(suite, wanted, desk, finished)
    hint = _hint(suite, python, verdict) or verdict.hint
    return replace(verdict, hint=hint, seconds=time.monotonic() - start)


def _environment(wanted: Wanted) -> dict[str, str]:
    environment = inherited_environment(wanted.inherited)
    environment.pop("PYTHONPATH", None)
    if wanted.columns is not None:
        environment["COLUMNS"] = str(wanted.columns)
    return environment


def _request(suite: Suite, wanted: Wanted, offered: Mapping[str, str]) -> dict[str, object]:
    arguments = _arguments(suite, wanted)
    return {
        "folder": suite.folder,
        "offered": dict(offered),
        "arguments": arguments,
        "required": suite.required,
    }


def _arguments(suite: Suite, wanted: Wanted) -> list[str]:
    """Those of pytest. It would look for settings in every folder above the pack."""
    arguments = [suite.tests, f"--rootdir={suite.folder}", f"--confcutdir={suite.folder}"]
    arguments += ["-c", _ini_file(suite.folder), "-p", "no:cacheprovider"]
    # A file whose library is missing does not keep the others from being run.
    arguments.append("--continue-on-collection-errors")
    arguments.append(f"--color={'yes' if wanted.has_color else 'no'}")
    if wanted.is_verbose:
        arguments.append("-v")
    if wanted.keyword:
        arguments.append(f"-k={wanted.keyword}")
    if wanted.junit is not None:
        arguments += [f"--junit-xml={wanted.junit}", "-o", f"junit_suite_name={suite.ref}"]
    return arguments


def _ini_file(folder: str) -> str:
    """The pack's own settings of pytest, or an empty file."""
    for name in INI_FILES:
        if Path(folder, name).is_file():
            return f"{folder}/{name}"
    for name, section in SECTIONS:
        try:
            text = Path(folder, name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if section in text:
            return f"{folder}/{name}"
    return os.devnull


def _verdict(suite: Suite, wanted: Wanted, desk: Desk, finished: Finished) -> Verdict:
    if finished.timed_out:
        why = f"did not end within {wanted.timeout:g} s"
        return Verdict(ref=suite.ref, ending=Ending.TIMEOUT, why=why)
    if desk.refused is not None:
        return _refused(suite, f"pytest can't be imported: {desk.refused}")
    if desk.misused is not None:
        return Verdict(ref=suite.ref, ending=Ending.BROKEN, why=desk.misused, is_misused=True)
    code, told = finished.return_code, desk.told
    if told is None:
        why = f"pytest ended with exit code {code}, and did not say how the tests went"
        return Verdict(ref=suite.ref, ending=Ending.BROKEN, why=why)
    counts, absent = told.get("counts"), _texts(told.get("absent"))
    why = f"{TEST_REQUIREMENTS} asks for {', '.join(absent)} besides" if absent and code else ""
    return Verdict(
        ref=suite.ref,
        ending={0: Ending.PASSED, NOTHING_RUN: Ending.EMPTY}.get(code, Ending.FAILED),
        counts=_numbers(counts) if isinstance(counts, Mapping) else {},
        bad=_texts(told.get("bad")),
        missing=_texts(told.get("missing")),
        why="no test was selected" if code == NOTHING_RUN else why,
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _numbers(value: Mapping[str, Json]) -> dict[str, int]:
    return {name: number for name, number in value.items() if isinstance(number, int)}


def _hint(suite: Suite, python: str, verdict: Verdict) -> str | None:
    """How what is missing can be had; None where nothing is, or nothing can be done."""
    lacks = any(name.partition(".")[0] not in STACKSTORM for name in verdict.missing)
    if not lacks and not (verdict.why and verdict.ending is Ending.FAILED):
        return None
    if python == sys.executable:
        return f"{hint_for(suite.ref)}; what stays missing belongs into the pack's {FILE}"
    if suite.requirements.is_file():
        return f"pip --python {quote(python)} install -r {quote(str(suite.requirements))}"
    return f"name it in the pack's {FILE}, and {hint_for(suite.ref)}"


def _refused(suite: Suite, why: str) -> Verdict:
    hint = "pip install 'chatops-cli[test]'"
    return Verdict(ref=suite.ref, ending=Ending.BROKEN, why=why, hint=hint)
