"""The parameters by which actions run things."""

from collections.abc import Mapping
from types import MappingProxyType

from chatops_cli.model.action import Action
from chatops_cli.runners.registry import current_name
from chatops_cli.validation.taint.reach import Goal

_OF_RUNNERS: Mapping[tuple[str, str], Goal] = MappingProxyType(
    {
        ("local-shell-cmd", "cmd"): Goal.LINE,
        ("remote-shell-cmd", "cmd"): Goal.LINE,
        ("winrm-cmd", "cmd"): Goal.LINE,
        ("winrm-ps-cmd", "cmd"): Goal.LINE,
        ("http-request", "url"): Goal.ADDRESS,
    }
)
"""Runner and parameter."""
SCRIPTS = frozenset({"local-shell-script", "remote-shell-script"})
"""Runners that give parameters as arguments: no shell reads them, unless the script has one do."""

_OF_ACTIONS: Mapping[tuple[str, str], Goal] = MappingProxyType(
    {
        ("ansible.command", "args"): Goal.ORDER,
        ("ansible.command_local", "args"): Goal.ORDER,
        ("bolt.command_run", "command"): Goal.LINE,
        ("salt.local_cmdmod.run", "args"): Goal.LINE,
    }
)
"""Actions of well-known packs that run on other machines whatever these parameters say.

Source: stackstorm-ansible (``args`` of the module, ``command`` where none is named),
stackstorm-bolt (``bolt command run``) and stackstorm-salt (``cmd.run``), as of 2026.
"""


def goal_of(action: Action, name: str) -> Goal | None:
    """What a parameter is to an action's runner; None where it is only data."""
    of_runner = _OF_RUNNERS.get((current_name(action.runner_type), name))
    return of_runner or _OF_ACTIONS.get((str(action.ref), name))
