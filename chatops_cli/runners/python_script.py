"""``python-script``: a Python action in an interpreter of its own.

The result is ``{result, exit_code, stdout, stderr}``, and ``error`` at the time limit. ``result``
is what ``run`` returned; the first of a pair ``(bool, data)`` is the status. All declared
parameters are passed, None where there is no value. An exception is status ``failed``, with the
traceback on stderr and exit code 1; a status that is no bool is ``failed`` with exit code 220.

The interpreter is that of the pack's virtual environment. A pack that has and needs none runs in
the one that runs this program, with the standard library alone: what this program happens to be
installed with is nothing that a pack may come to rely on.
Where the pack has a worker, the process is forked from that: a tenth of the time, and nothing else
is different.
Parameters, configuration and context reach it by stdin, the answer comes through a pipe of its
own: nothing of them is in the arguments or the environment, and nothing printed can spoil it. The
datastore is asked through a third one; see `datastore_line`.

Source: StackStorm, ``contrib/runners/python_runner``. **Ours**: without an answer (an exception,
``sys.exit``) ``result`` is null (StackStorm: the text ``None``).
"""

import json
import marshal
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from chatops_cli.model.action import Parameter, by_name
from chatops_cli.model.execution import Status
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call, Outcome
from chatops_cli.runners.datastore_line import open_line
from chatops_cli.runners.entry_point import find_entry_point
from chatops_cli.runners.environment import (
    base_of,
    completed,
    inherited_environment,
    make_move,
)
from chatops_cli.runners.interpreter import find_interpreter, flags_of, with_programs
from chatops_cli.runners.launch import NotStarted
from chatops_cli.runners.limit import explain_timeout, make_timeout_parameter, read_timeout
from chatops_cli.runners.process import Command, Finished, run_process
from chatops_cli.runners.source_version import CONTENT_VERSION, DEBUG, refuse_content_version

TIMEOUT = make_timeout_parameter(600)

PARAMETERS = by_name(
    DEBUG,
    CONTENT_VERSION,
    Parameter(
        name="env",
        schema={"type": "object"},
        description="Environment variables by name; PYTHONPATH has no effect.",
    ),
    TIMEOUT,
    Parameter(
        name="log_level",
        schema={
            "type": "string",
            "enum": ["AUDIT", "CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"],
        },
        description="What the action's logger writes to stderr at least.",
        default="DEBUG",
        has_default=True,
    ),
)

FOLDER = Path(__file__).resolve().parent.parent / "st2"
"""What stands first on the path of action processes; nothing here imports it."""

ANSWER_LIMIT = 16 * 1024 * 1024
"""Bytes of the answer. Source: StackStorm, the size of a document in its database."""

LIMIT_CODE = -9
"""The exit code at the time limit."""

LOST = (
    "chatops: the worker process of this pack was ended while the action ran, so the action was "
    "ended as well; what it had done by then is not known"
)


async def run(call: Call) -> Outcome:
    """Runs the action. See the module for the result.

    Raises:
        RunnerError: It has no file, its pack's virtual environment has to be built, or the
            interpreter can't be started.
    """
    refuse_content_version(call)
    seconds = read_timeout(call, TIMEOUT)
    path = find_entry_point(call.action)
    python = find_interpreter(call)
    inherited = inherited_environment(call.inherited)
    environment = {
        name: value
        for name, value in completed(inherited, call).items()
        if name.upper() != "PYTHONPATH"  # the path is ours to set
    }
    async with open_line(call.datastore, call.inventory) as line:
        command = Command(
            arguments=(
                *(python, *flags_of(python)),
                *(str(FOLDER / "_chatops_action.py"), call.action.ref),
            ),
            environment=with_programs(python, environment),
            timeout=seconds,
            output_limit=call.output_limit,
            stdin=lambda: _encode(_make_request(call, path)),
            answer_limit=ANSWER_LIMIT,
            handed=line,
        )
        finished = await _run_by_worker(call, command, path, base_of(inherited))
        if finished is None:
            finished = await run_process(command, on_output=call.on_output)
    return _make_outcome(finished, seconds)


async def _run_by_worker(
    call: Call, command: Command, path: str, base: Mapping[str, str]
) -> Finished | None:
    """Has the action run in a process that a worker forks; None where nothing has run."""
    if call.workers is None:
        return None
    python, environment = command.arguments[0], command.environment
    worker = call.workers.find(call.action.pack, python, base, environment)
    moved = make_move(environment, base) if worker is not None else None
    if worker is None or moved is None:
        return None
    forked = replace(command, stdin=lambda: _encode({**_make_request(call, path), **moved}))
    try:
        return await run_process(forked, on_output=call.on_output, launch=worker.launch)
    except NotStarted:
        return None


def _make_request(call: Call, path: str) -> dict[str, Json]:
    declared = {name: None for name in call.action.parameters if name not in call.runner_parameters}
    pack = call.action.pack_path
    libraries = (f"{pack}/lib", f"{pack}/actions/lib")
    return {
        "path": path,
        "folder": os.path.dirname(os.path.realpath(path)),  # noqa: PTH120  # at each run: text
        "pack": call.action.pack,
        "parameters": {**declared, **call.parameters},
        "config": dict(call.config),
        "context": dict(call.context),
        "log_level": call.runner_parameters.get("log_level") or "DEBUG",
        "paths": [path for path in libraries if os.path.isdir(path)],  # noqa: PTH112  # the same
        "actions": f"{pack}/actions",
    }


def _encode(request: dict[str, Json]) -> bytes:
    """The request as any Python reads it without a module, in plain lists and dicts."""
    plain = json.loads(json.dumps(request, default=dict))
    return marshal.dumps(plain, 2)  # of Python 3.0; what is newer a pack's Python may not know


def _make_outcome(finished: Finished, seconds: float) -> Outcome:
    answer, complaint = _read_answer(finished)
    if finished.is_lost and not finished.timed_out:
        answer, complaint = {}, LOST
    code = LIMIT_CODE if finished.timed_out else finished.return_code
    stderr = finished.stderr.text()
    result: dict[str, Json] = {
        "result": answer.get("result"),
        "exit_code": code,
        "stdout": finished.stdout.text(),
        "stderr": f"{stderr}{complaint}\n" if complaint else stderr,
    }
    if finished.timed_out:
        result["error"] = explain_timeout(seconds, finished.left)
        return Outcome(status=Status.TIMEOUT, result=result)
    failed = code != 0 or answer.get("status") is False or complaint
    return Outcome(status=Status.FAILED if failed else Status.SUCCEEDED, result=result)


def _read_answer(finished: Finished) -> tuple[dict[str, Json], str]:
    """What the action answered, empty where it didn't; and what is wrong with it."""
    if not finished.answer.total:
        return {}, ""
    if not finished.answer.is_whole:
        return {}, f"chatops: the action's result is larger than {2 * ANSWER_LIMIT} bytes"
    try:
        answer = json.loads(finished.answer.content)
    except (ValueError, RecursionError) as error:
        return {}, f"chatops: the action's result could not be read: {error}"
    if not isinstance(answer, dict):
        return {}, "chatops: the action's result could not be read"
    return answer, ""
