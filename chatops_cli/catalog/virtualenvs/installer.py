"""The command lines that make an environment and put packages into it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from chatops_cli.catalog.virtualenvs.site import Site
from chatops_cli.errors import SetupError

OLDEST_PIP = (22, 3)
"""The first pip that installs for another interpreter."""

_NO_VENV = "no virtual environment can be made"
_NOT_INSTALLED = "what the pack requires can't be installed"


def commands(
    site: Site, home: Path, requirements: Path | None, base: Sequence[str]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What makes the environment `home`: commands in turn, each with what its failure means.

    An environment is made without a pip of its own where this interpreter has one: that saves
    three of four seconds.

    Args:
        site: What it is made with.
        home: Its folder.
        requirements: The file to install from, None where there is none.
        base: Requirements beside those of the file.

    Raises:
        SetupError: There is no installer, or no interpreter.
    """
    if not site.python:
        raise SetupError("this program does not know its Python interpreter")
    python = str(home / "bin" / "python")
    wanted = (*(("-r", str(requirements)) if requirements is not None else ()), *base)
    bare = (_NO_VENV, (site.python, "-I", "-m", "venv", "--without-pip", str(home)))
    if not wanted:
        return (bare,)
    if site.installer == "uv":
        uv = shutil.which("uv", path=site.environment.get("PATH"))
        if uv is None:
            raise SetupError(
                "there is no uv on the PATH",
                hint="install it, or set virtualenvs.installer to pip in the settings",
            )
        return (
            bare,
            (
                _NOT_INSTALLED,
                (uv, "pip", "install", "--color", "never", "--python", python, *wanted),
            ),
        )
    if _has_pip():
        own: tuple[str, ...] = (site.python, "-I", "-m", "pip", "--python", python, "install")
        return (bare, (_NOT_INSTALLED, (*own, *wanted)))
    whole = (site.python, "-I", "-m", "venv", str(home))
    own = (python, "-I", "-X", "utf8", "-m", "pip", "install")
    return ((_NO_VENV, whole), (_NOT_INSTALLED, (*own, *wanted)))


def _has_pip() -> bool:
    from importlib.metadata import PackageNotFoundError, version

    try:
        found = version("pip").split(".")
    except PackageNotFoundError:
        return False
    return tuple(int(part) for part in found[:2] if part.isdecimal()) >= OLDEST_PIP
