"""Packages that some of the built-in runners need, and that not every installation has."""

from collections.abc import Mapping
from importlib.util import find_spec
from types import MappingProxyType

from chatops_cli.errors import RunnerError

EXTRAS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "http-request": ("http", "aiohttp"),
        "remote-shell-cmd": ("ssh", "asyncssh"),
        "remote-shell-script": ("ssh", "asyncssh"),
        "winrm-cmd": ("winrm", "pypsrp"),
        "winrm-ps-cmd": ("winrm", "pypsrp"),
        "winrm-ps-script": ("winrm", "pypsrp"),
    }
)
"""Runner type to the extra of this distribution that brings what it needs, and to that package."""


def lacking_extra(runner: str) -> str | None:
    """The extra that the runner lacks, as pip is told it; None where it lacks nothing."""
    extra, package = EXTRAS.get(runner, ("", ""))
    return f"chatops-cli[{extra}]" if extra and find_spec(package) is None else None


def require_extra(runner: str) -> None:
    """Returns where the runner has what it needs.

    Raises:
        RunnerError: It hasn't; the hint says how to install it.
    """
    extra = lacking_extra(runner)
    if extra is not None:
        raise RunnerError(
            f"the runner {runner} needs the package {EXTRAS[runner][1]}, which is not installed",
            hint=f"pip install '{extra}'",
        )
