"""`chatops validate`: what would break or surprise in the room, found before it does."""

from pathlib import Path
from typing import Annotated

import typer

from chatops_cli.cli.checking import run_check
from chatops_cli.cli.completion import several_rules
from chatops_cli.cli.invocation import FORMATS, AskedCheck, Invocation

app = typer.Typer(add_completion=False, rich_markup_mode=None)


def formats() -> list[str]:
    """The forms for a shell that completes."""
    return list(FORMATS)


@app.command(
    epilog="""Examples:

chatops validate

chatops validate packs/web --strict

chatops validate packs --format sarif > findings.sarif

chatops validate packs --ignore ALI109,YAM020

chatops validate packs --baseline known.json --write-baseline

chatops validate packs --fix --dry-run

chatops validate packs --diff origin/main...HEAD --format markdown
"""
)
def validate(
    ctx: typer.Context,
    *,
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Packs, folders of packs, or files in packs; without any, all of the settings.",
            metavar="[PATH]...",
            show_default=False,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            help="Only these: codes, their beginnings, or names.",
            autocompletion=several_rules,
            metavar="CODES",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            help="All but these; wins over --select.",
            autocompletion=several_rules,
            metavar="CODES",
        ),
    ] = None,
    form: Annotated[
        str,
        typer.Option(
            "--format",
            help=f"How to write findings: {', '.join(FORMATS)}.",
            autocompletion=formats,
            metavar="FORMAT",
        ),
    ] = "text",
    baseline: Annotated[
        Path | None,
        typer.Option(help="What is in this file is known, and not told.", metavar="FILE"),
    ] = None,
    write_baseline: Annotated[
        bool,
        typer.Option("--write-baseline", help="Write all that is found to the file of --baseline."),
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend in the files what can be mended safely.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --fix: print the changes, and make none.")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Find everything anew, and keep nothing of it.")
    ] = False,
    diff: Annotated[
        str | None,
        typer.Option(
            help="Only what has come since this git revision, or between two: REV..REV.",
            metavar="REV",
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 1 for warnings, too.")
    ] = False,
) -> int:
    """Check packs; exit code 1 where something is wrong."""
    asked = AskedCheck(
        paths=tuple(paths or ()),
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        form=form,
        baseline=baseline,
        write_baseline=write_baseline,
        fix=fix,
        dry_run=dry_run,
        no_cache=no_cache,
        diff=diff,
        strict=strict,
    )
    return run_check(ctx.find_object(Invocation) or Invocation(), asked)
