"""Where environments are kept, what is put into each, and by what."""

import os
import sys
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from chatops_cli.model.environment import INHERITED
from chatops_cli.model.frozen import frozen
from chatops_cli.settings.values import Settings

_PREFIXES = ("PIP_", "UV_", "GIT_", "CARGO_", "RUST")
_BUILDERS = frozenset(
    {
        *("CC", "CXX", "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "MAKEFLAGS", "ARCHFLAGS"),
        *("PKG_CONFIG_PATH", "LD_LIBRARY_PATH", "NETRC"),
        *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME"),
    }
)
_DECIDED = {
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_COLOR": "1",
    "PIP_NO_INPUT": "1",
    "PIP_PROGRESS_BAR": "off",
    "PIP_USER": "0",
    "UV_NO_PROGRESS": "1",
    # Nobody is there to be asked for a password.
    "GIT_TERMINAL_PROMPT": "0",
    # Requirements are UTF-8 in any locale.
    "PYTHONUTF8": "1",
    "PYTHONNOUSERSITE": "1",
}
_ELSEWHERE = frozenset(
    {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_REQUIRE_VIRTUALENV"}
)
"""Settings of pip that would put packages elsewhere, or none."""


@frozen
class Site:
    """What environments are built with.

    `folder` holds them. `base` are the requirements of every one. `installer` is ``pip`` or
    ``uv``. `environment` is that of the installer's process. `python` is the interpreter that
    environments are made for.
    """

    folder: Path
    base: tuple[str, ...] = ()
    installer: str = "pip"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    python: str = sys.executable


def site_of(settings: Settings) -> Site:
    """What the settings say, with the environment of this process as far as it may be seen."""
    named = INHERITED | _BUILDERS | set(settings.environment)
    environment = {
        name: value
        for name, value in os.environ.items()
        if (name in named or name.startswith(_PREFIXES)) and name not in _ELSEWHERE
    }
    return Site(
        folder=settings.virtualenvs,
        base=settings.virtualenv_base,
        installer=settings.virtualenv_installer,
        environment=environment | _DECIDED,
    )
