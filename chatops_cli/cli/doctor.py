"""`chatops doctor`: is everything in place, and what to do where it isn't."""

import os
import platform
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli import __version__
from chatops_cli.cli.output import print_json, print_text
from chatops_cli.cli.session import settings_of, short
from chatops_cli.errors import ExitCode
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Severity

if TYPE_CHECKING:
    from chatops_cli.model.json import Json
    from chatops_cli.model.problem import Problem
    from chatops_cli.settings.values import Settings

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@frozen
class Check:
    """One thing looked at: whether it is sound, and lines that say more."""

    name: str
    is_ok: bool
    says: str
    details: tuple[str, ...] = field(default=())


@app.command(epilog="Example: chatops doctor --json")
def doctor(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a check.")] = False,
) -> int:
    """Check the installation, the settings, the state folder, the records and the packs."""
    settings = settings_of(ctx)
    sound = True
    for check in checks(settings):
        sound = sound and check.is_ok
        if as_json:
            print_json(check_json(check))
        else:
            print_text(f"{'ok  ' if check.is_ok else 'WRONG'}  {check.name}: {check.says}")
            for line in check.details:
                print_text(f"      {line}")
    return ExitCode.OK if sound else ExitCode.PROBLEMS


def checks(settings: "Settings") -> Iterator[Check]:
    """All checks, each made when it is asked for."""
    yield Check(
        name="program",
        is_ok=True,
        says=f"chatops {__version__}, Python {platform.python_version()}, {platform.system()}",
    )
    file = short(str(settings.file)) if settings.file else "none, the embedded defaults hold"
    yield Check(name="settings", is_ok=True, says=file)
    yield check_home(settings)
    yield check_audit(settings)
    yield check_packs(settings)


def check_home(settings: "Settings") -> Check:
    """The state folder can be written, and only by its owner."""
    home = settings.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = home / f".doctor-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        says = f"{home} can't be written: {error.strerror}; nothing will run"
        return Check(name="state folder", is_ok=False, says=says)
    if home.stat().st_mode & 0o022:
        says = f"{home} can be written by others; chmod go-w {home}"
        return Check(name="state folder", is_ok=False, says=says)
    return Check(name="state folder", is_ok=True, says=str(home))


def check_audit(settings: "Settings") -> Check:
    """The chain of the audit log holds."""
    from chatops_cli.records.chain import verify
    from chatops_cli.records.journal import AUDIT

    verdict = verify(settings.home / AUDIT)
    details = tuple(str(finding) for finding in verdict.findings)
    return Check(
        name="audit log",
        is_ok=not details,
        says=f"{verdict.records} records" if not details else "the chain is broken",
        details=details,
    )


def check_packs(settings: "Settings") -> Check:
    """The packs can be read, and what is wrong in them."""
    from chatops_cli.room.opening import open_world

    world = open_world(settings)
    problems = sorted(
        (*world.catalog.problems, *world.table.problems), key=lambda problem: problem.place
    )
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    counts = (
        f"{len(world.catalog.packs)} packs, {len(world.catalog.action_refs())} actions, "
        f"{len(world.aliases)} aliases"
    )
    return Check(
        name="packs",
        is_ok=not errors,
        says=f"{counts}, {len(problems)} problems" if problems else counts,
        details=tuple(problem_line(problem) for problem in problems),
    )


def problem_line(problem: "Problem") -> str:
    """A problem with its place as people would type it."""
    text = str(problem)
    file = problem.place.file
    return short(file) + text.removeprefix(file)


def check_json(check: Check) -> "dict[str, Json]":
    """A check with stable keys."""
    return {
        "check": check.name,
        "ok": check.is_ok,
        "says": check.says,
        "details": list(check.details),
    }
