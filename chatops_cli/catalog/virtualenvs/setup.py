"""The environments of several packs, built side by side as far as they aren't fresh."""

import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from chatops_cli.catalog.virtualenvs.build import adopt, build, drop, sweep
from chatops_cli.catalog.virtualenvs.examination import Examined, examine
from chatops_cli.catalog.virtualenvs.generation import Generation, link_name, lock_name, read_name
from chatops_cli.catalog.virtualenvs.site import Site
from chatops_cli.catalog.virtualenvs.state import State
from chatops_cli.catalog.virtualenvs.work import run_command
from chatops_cli.errors import RecordError, SetupError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.records.atomic import make_folder
from chatops_cli.records.lock import locked

_PAUSE = 0.1
"""Seconds between two looks whether another process has done with a pack."""

_PROBE = 20.0
"""Seconds that an interpreter has to start and end."""


class Stage(StrEnum):
    """What a pack's setup has come to."""

    WAITING = "waiting"
    """Another process builds it."""
    BUILDING = "building"
    LINE = "line"
    """The installer said something."""
    ENDED = "ended"


Tell = Callable[[str, Stage, str], None]
"""Told the pack's ref, the stage, and the line or how it ended."""


@frozen
class Report:
    """How it went with one pack. `seconds` is what the build took, 0 where nothing was built."""

    ref: str
    was: State
    state: State
    reason: str = ""
    seconds: float = 0.0
    error: str | None = None
    output: tuple[str, ...] = ()


def default_jobs() -> int:
    """As many as there are processors for this process: installing is mostly unpacking."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


async def set_up(
    packs: Sequence[Pack],
    site: Site,
    *,
    jobs: int,
    rebuilds: bool = False,
    tell: Tell = lambda _ref, _stage, _text: None,
) -> tuple[Report, ...]:
    """Builds the environments that are due, `jobs` at a time; a report for each pack.

    A failure changes nothing for its pack, and the others go on. Cancelling this ends all builds.

    Args:
        packs: The packs.
        site: What environments are built with.
        jobs: Builds at the same time.
        rebuilds: Whether fresh ones are built anew, with newer packages where there are some.
        tell: Told what happens meanwhile; it must not block.

    Raises:
        SetupError: The folder of environments can't be made.
    """
    import asyncio

    try:
        make_folder(site.folder)
    except OSError as error:
        raise SetupError(f"{site.folder} can't be made: {error.strerror}") from error
    turn = asyncio.Semaphore(jobs)

    async def one(pack: Pack) -> Report:
        async with turn:
            report = await set_up_one(pack, site, rebuilds=rebuilds, tell=tell)
        tell(pack.ref, Stage.ENDED, "failed" if report.error is not None else report.state)
        return report

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(pack)) for pack in packs]
    return tuple(task.result() for task in tasks)


async def set_up_one(pack: Pack, site: Site, *, rebuilds: bool, tell: Tell) -> Report:
    """The environment of one pack, as `set_up`; the folder of environments is there."""
    start = time.perf_counter()
    before = examine(pack.ref, pack.path, site)
    if before.state is State.NONE and not _has_link(pack.ref, site):
        return Report(ref=pack.ref, was=State.NONE, state=State.NONE, reason=before.reason)
    try:
        async with _alone(pack.ref, site, tell):
            before = await inspect(pack, site)
            if before.state in {State.NONE, State.MANUAL}:
                if before.state is State.NONE:
                    drop(pack.ref, site)
                return Report(
                    ref=pack.ref, was=before.state, state=before.state, reason=before.reason
                )
            if not before.state.is_due and not rebuilds:
                sweep(pack.ref, site)
                return Report(ref=pack.ref, was=before.state, state=before.state)
            tell(pack.ref, Stage.BUILDING, before.reason)
            replaced = _in_use(pack.ref, site)
            generation = await build(
                pack.ref,
                Path(pack.path),
                site,
                on_line=lambda line: tell(pack.ref, Stage.LINE, line),
            )
            adopt(generation, site)
            sweep(pack.ref, site, keep=replaced)
    except SetupError as error:
        return Report(
            ref=pack.ref,
            was=before.state,
            state=before.state,
            reason=before.reason,
            seconds=time.perf_counter() - start,
            error=f"{error.message}; {error.hint}" if error.hint else error.message,
            output=error.output,
        )
    seconds = time.perf_counter() - start
    return Report(ref=pack.ref, was=before.state, state=State.FRESH, seconds=seconds)


async def inspect(pack: Pack, site: Site) -> Examined:
    """How the environment stands, and whether its interpreter finds the packages.

    One that was exchanged for another version, under the same name, doesn't.
    """
    found = examine(pack.ref, pack.path, site)
    if found.python is None or found.state is State.MANUAL:
        return found
    said: list[str] = []
    test = "import os, site; print(os.path.isdir(site.getsitepackages()[0]))"
    try:
        code = await run_command(
            (found.python, "-I", "-c", test),
            cwd=Path("/"),
            environment={},
            on_line=said.append,
            timeout=_PROBE,
        )
    except SetupError:
        code = -1
    if code == 0 and said == ["True"]:
        return found
    return replace(found, state=State.BROKEN, reason="is broken: its Python finds no packages")


@contextlib.asynccontextmanager
async def _alone(ref: str, site: Site, tell: Tell) -> AsyncIterator[None]:
    """Nobody else builds for this pack; the kernel lets go if this process dies."""
    import asyncio

    path = site.folder / lock_name(ref)
    with contextlib.ExitStack() as held:
        is_told = False
        while True:
            try:
                held.enter_context(locked(path, patience=0.0))
                break
            except RecordError:
                if not is_told:
                    tell(ref, Stage.WAITING, "")
                    is_told = True
            except OSError as error:
                raise SetupError(f"{path} can't be written: {error.strerror}") from error
            await asyncio.sleep(_PAUSE)
        yield


def _has_link(ref: str, site: Site) -> bool:
    return os.path.lexists(site.folder / link_name(ref))


def _in_use(ref: str, site: Site) -> Generation | None:
    try:
        return read_name(str((site.folder / link_name(ref)).readlink()))
    except OSError:
        return None
