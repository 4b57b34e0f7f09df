"""Which Python an action runs in, and how that is started."""

import os
import sys
from collections.abc import Mapping

from chatops_cli.catalog.virtualenvs.lookup import find_python
from chatops_cli.errors import RunnerError
from chatops_cli.runners.contract import Call


def find_interpreter(call: Call) -> str:
    """That of the pack's virtual environment; of a pack that needs none, the one that runs this.

    Raises:
        RunnerError: The environment has to be built, or it isn't known what runs this.
    """
    python = find_python(call.virtualenvs, call.action.pack, call.action.pack_path)
    if python is not None:
        return python
    if not sys.executable:
        raise RunnerError("this program does not know its Python interpreter")
    return sys.executable


def flags_of(python: str) -> tuple[str, ...]:
    """What that interpreter is started with.

    Of the one that runs this program only the standard library is seen: what this program happens
    to be installed with is nothing that a pack may come to rely on.
    """
    # Unbuffered, or nothing would be seen before the action ends.
    return ("-S", "-u") if python == sys.executable else ("-u",)


def with_programs(python: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with the programs of a virtual environment first on the path; a new dict."""
    if python == sys.executable:
        return dict(environment)
    path = f"{os.path.dirname(python)}:{environment.get('PATH', os.defpath)}"  # noqa: PTH120  # at each run: text
    return {**environment, "PATH": path}
