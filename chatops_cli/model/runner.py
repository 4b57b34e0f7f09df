"""The names of runner types: those built in, their old names, and those that are gone.

Source: StackStorm, ``contrib/runners``; old names as counted in public packs.
"""

from collections.abc import Mapping
from types import MappingProxyType

BUILT_IN: tuple[str, ...] = (
    "action-chain",
    "announcement",
    "http-request",
    "inquirer",
    "local-shell-cmd",
    "local-shell-script",
    "noop",
    "orquesta",
    "python-script",
    "remote-shell-cmd",
    "remote-shell-script",
    "winrm-cmd",
    "winrm-ps-cmd",
    "winrm-ps-script",
)
"""Runner types that this distribution brings; others come through entry points."""

WORKFLOWS = frozenset({"action-chain", "orquesta"})
"""Runner types whose actions are workflows: other executions are parts of theirs."""

LEGACY_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "run-local": "local-shell-cmd",
        "run-local-script": "local-shell-script",
        "run-python": "python-script",
        "run-remote": "remote-shell-cmd",
        "run-remote-script": "remote-shell-script",
        "http-runner": "http-request",
    }
)
"""Old name to the name in use; packs still write the old ones."""

RETIRED: Mapping[str, str] = MappingProxyType(
    {
        "mistral-v1": "rewrite the workflow for orquesta",
        "mistral-v2": "rewrite the workflow for orquesta",
        "cloudslang": "rewrite the workflow for orquesta",
        "windows-cmd": "use winrm-cmd",
        "windows-script": "use winrm-ps-script",
    }
)
"""Runner types that StackStorm has removed, and what to do about each."""
