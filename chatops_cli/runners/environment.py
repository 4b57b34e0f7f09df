"""The environment of an action's process: a few inherited names, the action's, StackStorm's."""

import json
import os
import sys
from collections.abc import Mapping

from chatops_cli.errors import RunnerError
from chatops_cli.model.environment import INHERITED
from chatops_cli.model.json import Json
from chatops_cli.runners.contract import Call

STARTING = ("PYTHON", "LC_", "LD_", "MALLOC_", "GLIBC_")
"""How the names of variables begin that are heeded while a program starts, and not afterwards."""
STARTING_NAMES = frozenset({"LANG", "LANGUAGE", "TZ", "HOME"})
"""The others of that kind."""

LONGEST_MOVE = 64 * 1024
"""Bytes of an environment that a running process is given. The system has limits of its own for
one that starts; what is near them is left to it."""

ENCODING = ("utf-8", "surrogateescape")


def make_environment(call: Call) -> dict[str, str]:
    """The environment of `call`'s process; a new dict.

    The action's ``env`` wins over what is inherited, StackStorm's names over ``env``.

    Source: StackStorm, runner base, common action environment; ``env`` of the local runner.
    ST2_ACTION_API_URL and ST2_ACTION_AUTH_TOKEN are absent: there is no API to call.

    Raises:
        RunnerError: ``env`` holds a name that no variable can have.
    """
    return completed(inherited_environment(call.inherited), call)


def completed(inherited: Mapping[str, str], call: Call) -> dict[str, str]:
    """The environment, made of what of it is this program's own; see `make_environment`."""
    return {**inherited, **call.choice, **call.trace, **action_variables(call)}


def inherited_environment(named: frozenset[str]) -> dict[str, str]:
    """What of it is this program's own: the safe variables and those named; a new dict."""
    names = (INHERITED | named).intersection(os.environ)
    return {name: os.environ[name] for name in names}


def base_of(inherited: Mapping[str, str]) -> dict[str, str]:
    """What of an inherited environment is there for every action of any site; a new dict.

    What the settings of a site add may be a secret of some actions, unless it tells how programs
    start.
    """
    return {
        name: value
        for name, value in inherited.items()
        if name in INHERITED or (is_starting(name) and name != "PYTHONPATH")
    }


def is_starting(name: str) -> bool:
    """Whether a variable is heeded while a program starts: it can't be set afterwards."""
    return name.startswith(STARTING) or name in STARTING_NAMES


def make_move(environment: Mapping[str, str], base: Mapping[str, str]) -> dict[str, Json] | None:
    """What puts a process with the environment `base` into this one, and into the working folder.

    All names of `base` are in it. JSON; None where it should be left to a new process: a variable
    that can't be, a large environment, a working folder that has been removed, a system that isn't
    UTF-8.
    """
    text = "".join((*environment, *environment.values()))
    try:
        folder = os.getcwd()  # noqa: PTH109  # it is text that is wanted
        size = len(text.encode(*ENCODING))
    except (OSError, UnicodeError):
        return None
    is_usual = (sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()) == ENCODING
    if size > LONGEST_MOVE or "\0" in text or not is_usual:
        return None
    changed: dict[str, Json] = {n: v for n, v in environment.items() if base.get(n) != v}
    return {"environment": changed, "cwd": folder}


def action_variables(call: Call) -> dict[str, str]:
    """The variables that are the action's own, wherever it runs; a new dict.

    Raises:
        RunnerError: ``env`` holds a name that no variable can have.
    """
    return given_variables(call) | {
        "ST2_ACTION_EXECUTION_ID": call.execution_id,
        "ST2_ACTION_PACK_NAME": call.action.pack,
        "ST2_ACTION_METADATA_FILE": call.action.place.file,
        "ST2_ACTION_DEBUG": str(call.runner_parameters.get("debug") is True),
    }


def given_variables(call: Call) -> dict[str, str]:
    """The variables of the action's ``env``; a new dict.

    Raises:
        RunnerError: ``env`` holds a name that no variable can have.
    """
    environment: dict[str, str] = {}
    given = call.runner_parameters.get("env")
    if isinstance(given, Mapping):
        for name, value in given.items():
            if not name or "=" in name or "\0" in name:
                raise RunnerError(
                    f"the action's env names a variable that can't exist: {name!r}",
                    hint="a name is not empty and has no '=' in it",
                )
            if value is not None:
                environment[name] = _as_text(value)
    return environment


def _as_text(value: Json) -> str:
    """A value of ``env``: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
