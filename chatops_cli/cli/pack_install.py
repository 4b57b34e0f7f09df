"""`chatops pack install` and `update`: show what will be there, ask, and put it in place."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.agreement import agree
from chatops_cli.cli.completion import pack_names
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_error, print_json, print_note, print_text, width
from chatops_cli.cli.pack_options import (
    DryRun,
    Force,
    Indexes,
    NoSetup,
    Revision,
    SkipsDependencies,
    Yes,
)
from chatops_cli.cli.pack_site import indexes_of, installed_packs, read_index, site_of
from chatops_cli.cli.session import settings_of
from chatops_cli.cli.steps import Steps, cleaning_up
from chatops_cli.errors import ChatOpsError, ExitCode

if TYPE_CHECKING:
    from chatops_cli.catalog.installation.change import Change
    from chatops_cli.catalog.installation.installed import Site
    from chatops_cli.catalog.installation.installing import Wish
    from chatops_cli.catalog.virtualenvs.setup import Report
    from chatops_cli.settings.values import Settings

READY = frozenset({"fresh", "none", "manual"})
"""How an environment stands that actions can run in, or that none is needed."""


def install(
    ctx: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(
            help="A folder, an archive (tar, zip), a git URL, owner/name on GitHub, or the name of "
            "a pack in an index; =REVISION or @REVISION may stand behind.",
            metavar="SOURCE...",
        ),
    ],
    *,
    revision: Revision = "",
    into: Annotated[
        Path | None,
        typer.Option(
            help="The folder for the pack; unless said, the first of 'packs' in the settings that "
            "can be written, or else 'packs' in the state folder.",
            metavar="FOLDER",
        ),
    ] = None,
    index: Indexes = None,
    skip_dependencies: SkipsDependencies = False,
    no_setup: NoSetup = False,
    force: Force = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> int:
    """Install packs, and those that they depend on: all of them, or nothing.

    What they would run is shown first. Nothing of them is run.
    """
    from chatops_cli.catalog.installation.installing import Wish
    from chatops_cli.catalog.installation.source import read_source

    if revision and len(sources) > 1:
        raise ChatOpsError("--revision is for one source", hint="write SOURCE=REVISION for each")
    site = site_of(settings_of(ctx), into)
    wish = Wish(
        sources=tuple(read_source(text, base=Path.cwd(), revision=revision) for text in sources),
        root=site.place(into),
        forces=force,
        skips_dependencies=skip_dependencies,
        is_dry_run=dry_run,
    )
    changes = carry_out(wish, site, indexes_of(site.settings, index), yes=yes, as_json=as_json)
    return report(
        changes, site.settings, is_done=not dry_run, sets_up=not no_setup, as_json=as_json
    )


def update(
    ctx: typer.Context,
    packs: Annotated[
        list[str] | None,
        typer.Argument(help="The packs' refs.", autocompletion=pack_names, metavar="[PACK]..."),
    ] = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="All packs that 'pack install' has put there.")
    ] = False,
    revision: Revision = "",
    index: Indexes = None,
    skip_dependencies: SkipsDependencies = False,
    no_setup: NoSetup = False,
    force: Force = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> int:
    """Fetch installed packs anew from where they came from, and show what changes.

    Files that were changed by hand are never lost in silence: such a pack is left as it is, unless
    --force is given.
    """
    from chatops_cli.catalog.installation.installing import Wish, origins

    if bool(packs) == every:
        raise ChatOpsError("say which packs: their refs, or --all", hint="one of the two")
    if revision and len(packs or ()) != 1:
        raise ChatOpsError("--revision is for one pack")
    site = site_of(settings_of(ctx), None)
    chosen = dict.fromkeys(packs or installed_packs(site))
    if not chosen and not as_json:
        print_note("no pack was put there by 'pack install'")
    done: list[Change] = []
    for root in dict.fromkeys(site.get(ref).root for ref in chosen):
        refs = [ref for ref in chosen if site.get(ref).root == root]
        wish = Wish(
            sources=origins(site, refs, revision),
            root=root,
            forces=force,
            skips_dependencies=skip_dependencies,
            is_dry_run=dry_run,
        )
        indexes = indexes_of(site.settings, index)
        done += carry_out(wish, site, indexes, yes=yes, as_json=as_json)
    return report(done, site.settings, is_done=not dry_run, sets_up=not no_setup, as_json=as_json)


def carry_out(
    wish: "Wish", site: "Site", indexes: Sequence[str], *, yes: bool, as_json: bool
) -> "tuple[Change, ...]":
    """What an install changes, once it has been shown, agreed to and done."""
    from chatops_cli.catalog.installation.installing import prepare
    from chatops_cli.cli.pack_preview import lines_of_change
    from chatops_cli.rendering.cells import wrap
    from chatops_cli.room.opening import now

    steps = Steps(is_shown=not as_json)
    try:
        with (
            cleaning_up(),
            prepare(
                wish, site, index=lambda: read_index(indexes, steps), tell=steps
            ) as installation,
        ):
            steps.clear()
            changes = installation.changes
            if not as_json:
                show, stream = (
                    (print_text, sys.stdout) if wish.is_dry_run else (print_note, sys.stderr)
                )
                for change in changes:
                    show("\n".join(wrap("\n".join(lines_of_change(change)), width(stream))))
            if not wish.is_dry_run and any(change.is_needed for change in changes):
                agree("Install?", yes=yes)
                installation.carry_out(now)
            return changes
    finally:
        steps.clear()


def report(
    changes: "Sequence[Change]",
    settings: "Settings",
    *,
    is_done: bool,
    sets_up: bool,
    as_json: bool,
) -> ExitCode:
    """What was done, on stdout; the environments of what is new are built before it is said."""
    from chatops_cli.cli.pack_preview import json_of_change, told

    done = [change for change in changes if is_done and change.is_needed]
    built = set_up(done, settings) if sets_up else ()
    reports = {each.ref: each.error or str(each.state) for each in built}
    if as_json:
        for change in changes:
            ready = reports.get(change.candidate.ref)
            print_json(json_of_change(change, is_done=is_done, environment=ready))
    elif done:
        for change in done:
            print_text(told(change))
        for each in built:
            tell_unbuilt(each)
        for ref in unconfigured(done, settings):
            print_note(f"{ref} has to be configured: chatops pack config {ref}")
        print_note("a bridge that is running reads it by itself, a REPL after /reload")
    return ExitCode.OK if READY.issuperset(reports.values()) else ExitCode.FAILED


def tell_unbuilt(report: "Report") -> None:
    """That an environment can't be used, with what the installer said last."""
    if report.error is None and report.state in READY:
        return
    for line in report.output:
        print_note(f"{report.ref} | {line}")
    print_error(
        f"the virtual environment of {report.ref}: {report.error or report.state}",
        hint=f"the pack is installed; chatops pack setup {report.ref} tries again",
    )


def unconfigured(changes: "Sequence[Change]", settings: "Settings") -> Iterator[str]:
    """The new packs that have keys without a default, and no file that sets them."""
    from chatops_cli.room.configuration import read_configuration, unset

    for change in changes:
        ref, schema = change.candidate.ref, change.candidate.settings
        if change.before is None and unset(read_configuration(ref, schema, settings.config_folder)):
            yield ref


def set_up(changes: "Sequence[Change]", settings: "Settings") -> "Sequence[Report]":
    """The environments of packs that were put in place are built: how it went with each."""
    from chatops_cli.catalog.virtualenvs.setup import Report
    from chatops_cli.catalog.virtualenvs.site import site_of as environments_of
    from chatops_cli.catalog.virtualenvs.state import State
    from chatops_cli.cli.pack_setup import build

    packs = [
        replace(change.candidate.pack, path=str(change.target))
        for change in changes
        if change.candidate.actions
    ]
    if not packs:
        return ()
    reports = build(packs, environments_of(settings), jobs=None, rebuilds=False)
    if reports is not None:
        return reports
    return [
        Report(ref=pack.ref, was=State.MISSING, state=State.MISSING, error="interrupted")
        for pack in packs
    ]
