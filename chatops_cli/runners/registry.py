"""Runner types by name: a table of what is built in, entry points for what is not.

Another distribution adds a runner by the entry point group ``chatops.runners``: the name is the
runner type, the object a module (or anything else) with ``PARAMETERS`` and ``run``. No entry point
can take the name of a built-in runner, nor one that another distribution offers as well.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from chatops_cli.errors import RunnerError
from chatops_cli.model.action import Parameter
from chatops_cli.model.runner import LEGACY_NAMES, RETIRED
from chatops_cli.runners.contract import Runner
from chatops_cli.runners.extra import lacking_extra

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "chatops.runners"

MODULES: Mapping[str, str] = MappingProxyType(
    {
        "action-chain": "chatops_cli.runners.action_chain",
        "announcement": "chatops_cli.runners.announcement",
        "http-request": "chatops_cli.runners.http_request",
        "inquirer": "chatops_cli.runners.inquirer",
        "local-shell-cmd": "chatops_cli.runners.local_shell_cmd",
        "local-shell-script": "chatops_cli.runners.local_shell_script",
        "noop": "chatops_cli.runners.noop",
        "orquesta": "chatops_cli.runners.orquesta",
        "python-script": "chatops_cli.runners.python_script",
        "remote-shell-cmd": "chatops_cli.runners.remote_shell_cmd",
        "remote-shell-script": "chatops_cli.runners.remote_shell_script",
        "winrm-cmd": "chatops_cli.runners.winrm_cmd",
        "winrm-ps-cmd": "chatops_cli.runners.winrm_ps_cmd",
        "winrm-ps-script": "chatops_cli.runners.winrm_ps_script",
    }
)
"""Runner type to module: imported when it is first used, no entry point is looked at for these."""


def find_runner(name: str) -> Runner:
    """The runner of that type. Old names are known, and ``_`` for ``-``.

    Source: StackStorm, ``st2common.runners.base``, lookup of a runner's module.

    Raises:
        RunnerError: There is none; the message says which there are, or what became of it.
    """
    name = current_name(name)
    if name in MODULES:
        return cast("Runner", import_module(MODULES[name]))
    offers = tuple(entry for entry in _entry_points() if entry.name == name)
    if len(offers) > 1:
        raise RunnerError(
            f"the runner '{name}' is offered by {_name_distributions(offers)}: it is not known "
            "which is meant",
            hint="uninstall all but one of them",
        )
    if offers:
        return _load(offers[0])
    raise _unknown(name)


def runner_parameters(name: str) -> Mapping[str, Parameter]:
    """The parameters of a runner type.

    Raises:
        RunnerError: There is no such runner.
    """
    return find_runner(name).PARAMETERS


def current_name(name: str) -> str:
    """The name in use for a name that may be an old one."""
    name = name.replace("_", "-")
    return LEGACY_NAMES.get(name, name)


def installed_runners() -> tuple[str, ...]:
    """The names of all runner types that can be found, in order."""
    return tuple(sorted({*MODULES, *(entry.name for entry in _entry_points())}))


def described_runners() -> tuple[str, ...]:
    """The same for people: a runner that can't run yet says what it needs."""
    lacking = ((name, lacking_extra(name)) for name in installed_runners())
    return tuple(f"{name} (needs {extra})" if extra else name for name, extra in lacking)


def find_conflicts() -> tuple[str, ...]:
    """One line for each name that can't be offered as it is: taken by a built-in, or twice."""
    by_name: dict[str, list[EntryPoint]] = {}
    for entry in _entry_points():
        by_name.setdefault(entry.name, []).append(entry)
    return tuple(_explain_conflicts(by_name))


def _explain_conflicts(by_name: "Mapping[str, list[EntryPoint]]") -> Iterator[str]:
    for name, offers in sorted(by_name.items()):
        distributions = _name_distributions(tuple(offers))
        if name in MODULES:
            yield f"the runner '{name}' is built in (chatops-cli); not used: {distributions}"
        elif len(offers) > 1:
            yield f"the runner '{name}' is offered by {distributions}; none of them is used"


def _entry_points() -> "tuple[EntryPoint, ...]":
    from importlib.metadata import entry_points

    return tuple(entry_points(group=GROUP))


def _name_distributions(offers: "tuple[EntryPoint, ...]") -> str:
    names = [entry.dist.name if entry.dist else entry.value for entry in offers]
    return " and ".join(sorted(names))


def _load(entry: "EntryPoint") -> Runner:
    origin = f"the runner '{entry.name}' of {_name_distributions((entry,))}"
    try:
        runner: object = entry.load()
    except Exception as error:  # a foreign module may raise anything
        raise RunnerError(
            f"{origin} can't be loaded: {type(error).__name__}: {error}",
            hint="mend or uninstall that distribution",
        ) from error
    if not callable(getattr(runner, "run", None)) or not hasattr(runner, "PARAMETERS"):
        raise RunnerError(f"{origin} is no runner: it needs PARAMETERS and a coroutine run(call)")
    return cast("Runner", runner)


def _unknown(name: str) -> RunnerError:
    if name in RETIRED:
        return RunnerError(f"StackStorm has removed the runner '{name}'", hint=RETIRED[name])
    return RunnerError(
        f"no runner named '{name}'; installed: {', '.join(described_runners())}",
        hint="correct runner_type, or install the package that brings this runner",
    )
