"""What `chatops doctor` looks at: each check says what it found and what to do about it."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli import __version__
from chatops_cli.cli.findings import counted, lines_of, ordered, problems_of, summary_of
from chatops_cli.cli.session import settings_from, short
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Severity

if TYPE_CHECKING:
    from chatops_cli.cli.invocation import Invocation
    from chatops_cli.model.problem import Problem
    from chatops_cli.room.world import World
    from chatops_cli.settings.values import Settings

SPACE = 50 * 1024 * 1024
"""Bytes that should be free for records and results."""


@frozen
class Check:
    """One thing looked at: whether it is sound, and lines that say more."""

    name: str
    is_ok: bool
    says: str
    details: tuple[str, ...] = field(default=())


def checks(invocation: "Invocation") -> Iterator[Check]:
    """All checks, each made when it is asked for; without settings there is nothing more to ask."""
    yield Check(
        name="program",
        is_ok=True,
        says=f"chatops {__version__}, Python {platform.python_version()}, {platform.system()}",
    )
    yield check_encoding(sys.stdout.encoding, sys.getfilesystemencoding())
    try:
        settings = settings_from(invocation)
    except ChatOpsError as error:
        yield failed("settings", "can't be used; nothing will run", error)
        return
    file = short(str(settings.file)) if settings.file else "none, the embedded defaults hold"
    yield Check(name="settings", is_ok=True, says=file)
    yield check_home(settings.home, user=os.getuid())
    yield check_audit(settings)
    yield check_datastore(settings)
    yield check_runners()
    yield from check_content(settings)


def check_encoding(output: str | None, names: str) -> Check:
    """Whether more than ASCII can be shown and named.

    Args:
        output: The encoding of stdout, None where it has none.
        names: The encoding of file names.
    """
    if is_unicode(output or "utf-8") and is_unicode(names):
        return Check(name="encoding", is_ok=True, says="UTF-8")
    says = f"{output}: what it can't hold is shown as escapes; LANG=C.UTF-8 shows it"
    return Check(name="encoding", is_ok=True, says=says)


def is_unicode(encoding: str) -> bool:
    """Whether the encoding holds all of Unicode."""
    return encoding.lower().replace("-", "").startswith("utf")


def check_home(home: Path, *, user: int) -> Check:
    """The state folder can be written, only by its owner, and has room."""
    name = "state folder"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / f".doctor-{os.getpid()}"
        probe.touch()
        probe.unlink()
        details = tuple(open_to_others(home, user))
        free = shutil.disk_usage(home).free
    except OSError as error:
        says = f"{home} can't be written: {error.strerror}; nothing will run"
        return Check(name=name, is_ok=False, says=says)
    if details:
        return Check(name=name, is_ok=False, says=f"{home} is open to others", details=details)
    if free < SPACE:
        says = f"{home} has {free // 1024} kB left on its disk; nothing runs once it is full"
        return Check(name=name, is_ok=False, says=says)
    return Check(name=name, is_ok=True, says=str(home))


def open_to_others(home: Path, user: int) -> Iterator[str]:
    """A line for what others may write, or read though it is private.

    Raises:
        OSError: Something can't be looked at.
    """
    from chatops_cli.records.journal import AUDIT

    writing, reading = 0o022, 0o077
    for path, forbidden in ((home, writing), (home / "cache.db", writing), (home / AUDIT, reading)):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        if found.st_uid not in {user, 0}:
            yield f"{path} belongs to another user; move it away, or name another state folder"
        if found.st_mode & forbidden:
            mode = "go-w" if forbidden == writing else "go-rwx"
            may = "written" if found.st_mode & writing else "read"
            yield f"{path} can be {may} by others; chmod {mode} {path}"


def check_audit(settings: "Settings") -> Check:
    """The chain of the audit log holds."""
    from chatops_cli.records.chain import verify
    from chatops_cli.records.journal import AUDIT

    try:
        verdict = verify(settings.home / AUDIT)
    except ChatOpsError as error:
        return failed("audit log", "can't be read", error)
    if verdict.findings:
        return Check(
            name="audit log",
            is_ok=False,
            says="the chain is broken; see 'chatops audit verify'",
            details=tuple(str(finding) for finding in verdict.findings),
        )
    torn = f", {verdict.torn} bytes of an unfinished one" if verdict.torn else ""
    return Check(name="audit log", is_ok=True, says=counted(verdict.records, "record") + torn)


def check_datastore(settings: "Settings") -> Check:
    """The datastore can be read, its secrets only with a key that nobody else may use."""
    from chatops_cli.records.datastore import FILE
    from chatops_cli.records.key_file import NAME, read_key
    from chatops_cli.room.opening import open_datastore

    name = "datastore"
    key = settings.key_file or settings.home / NAME
    try:
        items = open_datastore(settings).select()
        if key.exists() or any(item.secret for item in items):
            read_key(key)
    except (ChatOpsError, OSError) as error:
        shown = error if isinstance(error, ChatOpsError) else ChatOpsError(f"{key}: {error}")
        return failed(name, "can't be used", shown)
    file = settings.home / FILE
    if file.exists() and (mode := file.stat().st_mode) & 0o077:
        may = "written" if mode & 0o022 else "read"
        details = (f"{file} can be {may} by others; chmod go-rwx {file}",)
        return Check(name=name, is_ok=False, says="it is open to others", details=details)
    secrets = sum(item.secret for item in items)
    says = counted(len(items), "value") + (f", {secrets} of them secret" if secrets else "")
    return Check(name=name, is_ok=True, says=says)


def check_runners() -> Check:
    """Every runner can be loaded, and no two have one name."""
    from chatops_cli.runners.registry import (
        described_runners,
        find_conflicts,
        find_runner,
        installed_runners,
    )

    details = [*find_conflicts()]
    for name in installed_runners():
        try:
            find_runner(name)
        except ChatOpsError as error:
            if not any(f"'{name}'" in line for line in details):
                details.append(error.in_full)
    return Check(
        name="runners",
        is_ok=not details,
        says=", ".join(described_runners()) if not details else "not all of them can be used",
        details=tuple(details),
    )


def check_content(settings: "Settings") -> Iterator[Check]:
    """The packs and their site configurations."""
    from chatops_cli.room.opening import open_world

    world = open_world(settings)
    yield check_packs(world)
    yield check_virtualenvs(world)
    if settings.config_folder.is_dir() or settings.configs is not None:
        yield check_configurations(world)


def check_packs(world: "World") -> Check:
    """All files of the packs can be read, and what is wrong in them."""
    problems = ordered((*problems_of(world), *other_problems(world)))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    counts = (
        counted(len(world.catalog.packs), "pack"),
        counted(len(world.catalog.action_refs()), "action"),
        counted(len(world.aliases), "alias", "aliases"),
    )
    return Check(
        name="packs",
        is_ok=not errors,
        says=f"{', '.join(counts)}: {summary_of(problems)}",
        details=tuple(lines_of(problems)),
    )


def other_problems(world: "World") -> "Iterator[Problem]":
    """What is wrong in files of the packs that running a message doesn't need."""
    from chatops_cli.catalog.other_files import check_pack_files
    from chatops_cli.room.action_check import check_actions
    from chatops_cli.room.policy_check import check_policies

    yield from check_actions(world.catalog.actions(), world.templates)
    yield from check_policies(world)
    for pack in world.catalog.packs.values():
        yield from check_pack_files(pack)


def check_virtualenvs(world: "World") -> Check:
    """The virtual environments of all packs that need one are up to date."""
    from chatops_cli.catalog.virtualenvs.examination import examine
    from chatops_cli.catalog.virtualenvs.site import site_of
    from chatops_cli.catalog.virtualenvs.state import State

    site = site_of(world.settings)
    found = [examine(pack.ref, pack.path, site) for pack in world.catalog.packs.values()]
    needed = [each for each in found if each.state is not State.NONE]
    due = [each for each in needed if each.state.is_due]
    if due:
        says = f"{len(due)} of {len(needed)} to be built; run 'chatops pack setup --all'"
    else:
        says = f"{len(needed)} of {len(needed)} up to date" if needed else "no pack needs one"
    return Check(
        name="virtual environments",
        is_ok=not due,
        says=says,
        details=tuple(f"{each.ref}: {each.reason}" for each in due),
    )


def check_configurations(world: "World") -> Check:
    """The configuration of each pack can be read, and is what its schema permits."""
    from chatops_cli.room.configuration import problems_of_all

    folder = world.settings.config_folder
    found = {ref: world.configuration(ref) for ref in world.catalog.packs}
    problems = ordered(problems_of_all(found, folder))
    return Check(
        name="configurations",
        is_ok=not any(problem.severity is Severity.ERROR for problem in problems),
        says=f"{short(str(folder))}: {summary_of(problems)}",
        details=tuple(lines_of(problems)),
    )


def failed(name: str, says: str, error: ChatOpsError) -> Check:
    """A check that could not be made."""
    return Check(name=name, is_ok=False, says=says, details=tuple(error.in_full.splitlines()))
