"""One environment built, and put where its pack's actions find it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from chatops_cli.catalog.virtualenvs.generation import (
    Generation,
    base_digest_of,
    digest_of,
    link_name,
    lock_name,
    read_name,
)
from chatops_cli.catalog.virtualenvs.installer import commands
from chatops_cli.catalog.virtualenvs.requirements import (
    FILE,
    Requirements,
    name_of,
    read_requirements,
)
from chatops_cli.catalog.virtualenvs.saying import Saying
from chatops_cli.catalog.virtualenvs.site import Site
from chatops_cli.catalog.virtualenvs.work import run_command
from chatops_cli.errors import RecordError, SetupError
from chatops_cli.records.lock import locked

LONGEST = 1800.0
"""Seconds that one command may take: some packages are compiled."""


async def build(
    ref: str, pack: Path, site: Site, *, on_line: Callable[[str], None] = lambda _: None
) -> Generation:
    """A new environment for the pack in that folder; nothing uses it before `adopt`.

    A failure, or whoever cancels this, leaves nothing of it.

    Args:
        ref: The pack's ref.
        pack: The pack's folder, as long as it is built; requirements by path must stay there.
        site: What it is built with.
        on_line: Told each line of the installer, without passwords.

    Raises:
        SetupError: It can't be built; `output` holds the installer's last lines.
    """
    requirements = read_requirements(str(pack))
    if requirements.error is not None:
        raise SetupError(f"{pack / FILE} {requirements.error}")
    generation = Generation(
        ref=ref,
        digest=digest_of(requirements),
        base=base_digest_of(site.base),
        token=os.urandom(4).hex(),
    )
    try:
        await _fill(generation, pack, site, requirements, on_line)
    except OSError as error:
        discard(generation, site)
        raise SetupError(f"{error.filename or site.folder}: {error.strerror}") from error
    except BaseException:
        discard(generation, site)
        raise
    return generation


async def _fill(
    generation: Generation,
    pack: Path,
    site: Site,
    requirements: Requirements,
    on_line: Callable[[str], None],
) -> None:
    home = site.folder / generation.name
    file = pack / FILE if requirements.lines else None
    if requirements.text is not None:
        home.mkdir(mode=0o700)
        file = home / FILE
        file.write_text(requirements.text, encoding="utf-8")
    base = _beside(requirements, site)
    saying = Saying(site.environment.get(name, "") for name in requirements.variables)
    for what, command in commands(site, home, file, base):
        code = await run_command(
            command,
            cwd=pack,
            environment=site.environment,
            on_line=lambda line: on_line(saying.add(line)),
            timeout=LONGEST,
        )
        if code != 0:
            raise SetupError(f"{what} (exit code {code})", output=saying.lines)


def _beside(requirements: Requirements, site: Site) -> tuple[str, ...]:
    """The base packages that a pack doesn't ask for itself, in its own version."""
    if requirements.is_locked:  # where packages come with hashes, pip takes none without
        return ()
    own = {name_of(line) for line in requirements.wanted}
    return tuple(each for each in site.base if name_of(each) not in own)


def adopt(generation: Generation, site: Site) -> None:
    """The pack's actions run in this environment from now on; those that are running go on.

    Raises:
        SetupError: Something that nobody may replace is there; nothing is left of the new one.
    """
    link = site.folder / link_name(generation.ref)
    part = site.folder / f"{generation.name}.link"
    try:
        part.symlink_to(generation.name)
        part.replace(link)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        discard(generation, site)
        raise SetupError(
            f"{link} can't be replaced: {error.strerror}", hint=f"move {link} away"
        ) from error


def discard(generation: Generation, site: Site) -> None:
    """Nothing is left of this environment."""
    shutil.rmtree(site.folder / generation.name, ignore_errors=True)


def sweep(ref: str, site: Site, *, keep: Generation | None = None) -> None:
    """What builds of this pack left behind is gone; call it while nobody else builds one.

    The environment in use stays, and `keep`, which actions may still be running in.
    """
    link = site.folder / link_name(ref)
    kept = {keep.name} if keep is not None else set()
    with suppress(OSError):
        kept.add(str(link.readlink()))
    for path in _left_of(ref, site.folder):
        if path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def drop(ref: str, site: Site) -> None:
    """The pack has no environment any more, unless somebody made it by hand; as `sweep`."""
    link = site.folder / link_name(ref)
    with suppress(OSError):
        if read_name(str(link.readlink())) is not None:
            link.unlink()
    sweep(ref, site)


def remove(ref: str, site: Site) -> None:
    """As `drop`, for a pack that is gone; where somebody builds one at this moment, it stays."""
    lock = site.folder / lock_name(ref)
    with suppress(RecordError, FileNotFoundError), locked(lock, patience=0.0):
        drop(ref, site)
        lock.unlink()


def _left_of(ref: str, folder: Path) -> Iterator[Path]:
    for path in folder.glob(".*"):
        generation = read_name(path.name.removesuffix(".link"))
        if generation is not None and generation.ref == ref:
            if path.is_symlink():
                path.unlink()
            else:
                yield path
