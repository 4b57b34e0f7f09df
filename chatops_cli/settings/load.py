"""Which settings hold: those of the nearest file, the global options, and the embedded ones."""

import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from chatops_cli.errors import SettingsError
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.settings.values import Settings

FILE_NAME = "chatops.yaml"
WARM = "CHATOPS_PYTHON_WARM"
"""The variable that stands above ``python.warm`` of the settings file."""
SWITCH: Mapping[str, bool] = MappingProxyType(
    {"1": True, "true": True, "yes": True, "on": True}
    | {"0": False, "false": False, "no": False, "off": False}
)


def load_settings(
    *,
    config: Path | None = None,
    packs: tuple[str, ...] = (),
    home: Path | None = None,
    folder: Path | None = None,
) -> Settings:
    """The settings that hold in `folder` (the working folder, unless said otherwise).

    Args:
        config: The settings file; looked for in `folder` and those above it where None.
        packs: Folders with packs, in place of those that the file names.
        home: The state folder, in place of the one that the file names.
        folder: Where to look for the settings file, and what relative options are relative to.

    Raises:
        SettingsError: The file can't be read or says something wrong (all of it is named), a
            folder with packs is none, or the working folder has been removed.
    """
    folder = folder or working_folder()
    file = config if config is not None else find_file(folder)
    settings = settings_of(file)
    if packs:
        bundled = (bundled_packs(),) if bundled_packs() in settings.roots else ()
        settings = replace(settings, roots=(*(folder / part for part in packs), *bundled))
    for root in settings.roots:
        if not root.is_dir():
            found = "is no folder" if os.path.lexists(root) else "does not exist"
            raise SettingsError(
                f"the folder with packs {root} {found}",
                hint="correct --packs, CHATOPS_PACKS, or 'packs' in the settings file",
            )
    state = home or (settings.home if settings.home != Path() else default_home())
    warm = is_warm(os.environ.get(WARM, ""), otherwise=settings.python_warm)
    settings = replace(settings, home=(folder / state).absolute(), python_warm=warm)
    return replace(
        settings, roots=with_installed(settings), choice=choice_of(settings, folder, packs)
    )


def is_warm(said: str, *, otherwise: bool) -> bool:
    """Whether Python actions are forked from workers: what the environment says, if it does.

    Raises:
        SettingsError: It says neither yes nor no.
    """
    if not said:
        return otherwise
    try:
        return SWITCH[said.lower()]
    except KeyError:
        raise SettingsError(
            f"{WARM} is {said!r}, which is neither yes nor no",
            hint=f"use one of {', '.join(SWITCH)}",
        ) from None


def with_installed(settings: Settings) -> tuple[Path, ...]:
    """The folders with packs, and before the bundled one that in the state folder, if it is there.

    Only its owner can write there, so nobody else decides what is run.
    """
    if not _is_there(settings.installed_packs):
        return settings.roots
    own = tuple(root for root in settings.roots if root != bundled_packs())
    return (*own, settings.installed_packs, *settings.roots[len(own) :])


def choice_of(settings: Settings, folder: Path, packs: tuple[str, ...]) -> dict[str, str]:
    """The variables of the environment by which another process takes the same settings."""
    choice = {"CHATOPS_HOME": str(settings.home)}
    if settings.file is not None:
        choice["CHATOPS_CONFIG"] = str(settings.file.absolute())
    if packs:
        choice["CHATOPS_PACKS"] = os.pathsep.join(str(folder / part) for part in packs)
    return choice


def working_folder() -> Path:
    """The working folder.

    Raises:
        SettingsError: It has been removed, or this user may not know where it is.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise SettingsError(
            f"the working folder can't be used: {error.strerror}", hint="change to another folder"
        ) from error


def settings_of(file: Path | None) -> Settings:
    """What the file says, or the embedded settings where there is none or nothing in it."""
    embedded = Settings(home=Path(), roots=(bundled_packs(),))
    if file is None:
        return embedded
    # The reader of YAML is imported only where there is a file to read: start-up is counted.
    from chatops_cli.settings.file import read_settings

    problems: list[Problem] = []
    settings = read_settings(file, bundled=bundled_packs(), problems=problems)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise SettingsError("\n".join(str(problem) for problem in errors))
    return settings or embedded


def _is_there(packs: Path) -> bool:
    try:
        return stat.S_ISDIR(packs.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise SettingsError(
            f"{packs} can't be looked into: {error.strerror}",
            hint="name a state folder of yours: --home FOLDER, or CHATOPS_HOME",
        ) from error


def find_file(folder: Path) -> Path | None:
    """The nearest `chatops.yaml` in `folder` or above it, else the user's own, if there is one.

    Raises:
        SettingsError: It belongs to somebody else, who would then decide what is run; or that of
            the user is in a folder that can't be looked into.
    """
    for place in (folder, *folder.parents):
        file = place / FILE_NAME
        try:
            found = file.stat()
        except OSError:
            continue
        if found.st_uid not in {os.getuid(), 0}:
            raise SettingsError(
                f"{file} belongs to another user and is not read",
                hint=f"if you trust it, say so: --config {file}",
            )
        return file
    return user_file()


def user_file() -> Path | None:
    """`chatops.yaml` in the user's configuration folder, if there is one.

    Raises:
        SettingsError: Nobody can tell: what it says of access would be passed over.
    """
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111  # half the cost of pathlib's, at each start
    file = Path(base) / "chatops" / FILE_NAME
    try:
        return file if stat.S_ISREG(file.stat().st_mode) else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise SettingsError(
            f"{file} can't be looked for: {error.strerror}",
            hint="set HOME to a folder of yours, or name the settings: --config FILE",
        ) from error


def default_home() -> Path:
    """The state folder of this user, after the platform's custom."""
    from platformdirs import user_state_path

    return user_state_path("chatops", appauthor=False)


def bundled_packs() -> Path:
    """The packs that come with chatops: inside the package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    inside = package / "packs"
    return inside if inside.is_dir() else package.parent / "packs"
