"""`chatops rehearse`, as Typer sees it."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from chatops_cli.cli.invocation import Invocation
from chatops_cli.cli.options import AsJson

EPILOG = """Examples:

chatops rehearse

chatops rehearse packs/web/rehearsals -j 4

chatops rehearse --update tried.chat

chatops rehearse --chaos 7 --output-format junit > report.xml

chatops rehearse --coverage --fail-under 90 packs/web

Exit codes: 0 all went as expected, 1 something did not or is not covered, 2 wrong usage or
settings, 3 a transcript is broken or not in its form, 130 interrupted.
"""


class Format(StrEnum):
    """How verdicts are printed."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    TAP = "tap"
    GITHUB = "github"


app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EPILOG)
def rehearse(
    ctx: typer.Context,
    *,
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            help="Transcripts (.chat), and folders with some; the working folder by default.",
            metavar="[PATH]...",
        ),
    ] = None,
    update: Annotated[
        bool, typer.Option("--update", help="Write what came in place of what was expected.")
    ] = False,
    record: Annotated[
        bool,
        typer.Option(
            "--record",
            help="Where a transcript says record: true, really run its actions and keep results.",
        ),
    ] = False,
    formats: Annotated[
        bool, typer.Option("--format", help="Rehearse nothing: write transcripts in their form.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="With --format: write nothing, tell what would change.")
    ] = False,
    chaos: Annotated[
        int | None,
        typer.Option(help="Over a network that misbehaves, by this seed.", metavar="SEED"),
    ] = None,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="Tell which formats and templates nothing exercises."),
    ] = False,
    fail_under: Annotated[
        float,
        typer.Option(min=0, max=100, help="Fail below this coverage.", metavar="PERCENT"),
    ] = 0,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, help="Processes; as many as pay.", metavar="N"),
    ] = None,
    output_format: Annotated[
        Format, typer.Option(help="How verdicts are printed.", case_sensitive=False)
    ] = Format.TEXT,
    output: Annotated[
        Path | None, typer.Option(help="Write them to this file.", metavar="FILE")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name what went as expected, too.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Replay transcripts of conversations, and compare what comes with what is expected."""
    if check and not formats:
        raise typer.BadParameter("is for --format", param_hint="--check")
    files = tuple(paths or ["."])
    if formats:
        from chatops_cli.cli.transcripts_format import format_files

        return format_files(files, is_check=check)
    from chatops_cli.cli.rehearsals import Asked, run_rehearsals

    asked = Asked(
        paths=files,
        updates=update,
        records=record,
        seed=chaos,
        covers=coverage or fail_under > 0,
        fail_under=fail_under,
        jobs=jobs,
        format=str(Format.JSON if as_json else output_format),
        output=output,
        is_verbose=verbose,
    )
    return run_rehearsals(asked, ctx.find_object(Invocation) or Invocation())
