"""`chatops validate`: what would break or surprise in the room, found before it does."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.output import has_color, print_note, print_text, write
from chatops_cli.cli.session import settings_of
from chatops_cli.errors import ChatOpsError, ExitCode

if TYPE_CHECKING:
    from chatops_cli.validation.run import Report

FORMATS = ("text", "json", "jsonl", "github", "gitlab", "sarif", "junit")

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
        typer.Option(help="Only these: codes, their beginnings, or names.", metavar="CODES"),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(help="All but these; wins over --select.", metavar="CODES"),
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
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 1 for warnings, too.")
    ] = False,
) -> int:
    """Check packs; exit code 1 where something is wrong."""
    if form not in FORMATS:
        raise ChatOpsError(f"no format named {form!r}", hint=f"there are {', '.join(FORMATS)}")
    if write_baseline and baseline is None:
        raise ChatOpsError("--write-baseline needs a file", hint="say --baseline FILE, too")
    from chatops_cli.room.world_opening import open_world
    from chatops_cli.validation.registry import selection_of
    from chatops_cli.validation.reporters.registry import reporter
    from chatops_cli.validation.run import validate as check
    from chatops_cli.validation.scope import scope_of

    selection = selection_of(select or (), ignore or ())
    settings = settings_of(ctx)
    scope = scope_of(paths or (), settings.roots)
    report = check(open_world(replace(settings, roots=scope.roots)), scope, selection)
    if baseline is not None:
        from chatops_cli.validation.baseline import adopted

        report = adopted(report, baseline, scope, selection, is_written=write_baseline)
    is_colored = form == "text" and has_color(sys.stdout)
    for line in reporter(form)(report):
        if is_colored:
            write(sys.stdout, painted(line) + "\n")
        else:
            print_text(line)
    print_note(summary_of(report))
    is_wrong = report.findings if strict else report.errors
    return ExitCode.FAILED if is_wrong else ExitCode.OK


def painted(line: str) -> str:
    """A line of the text form in colours: the severity, the caret, and what is beside the matter.

    What comes from files loses its control characters before it gets ours.
    """
    import re

    from chatops_cli.rendering.cleaning import clean

    line = clean(line)
    head = re.match(r"(.*?: )(error|warning)(\[[A-Z]{3}\d{3}\])", line)
    if head is not None and not line.startswith(" "):
        color = "31" if head[2] == "error" else "33"
        place, severity, code = head.groups()
        return f"{place}\x1b[1;{color}m{severity}{code}\x1b[0m{line[head.end() :]}"
    if re.fullmatch(r" *\| *\^", line):
        return line[:-1] + "\x1b[1;32m^\x1b[0m"
    said = re.match(r"  (why|mend): |\s*\d+ \| ", line)
    return f"\x1b[2m{said[0]}\x1b[0m{line[said.end() :]}" if said else line


def summary_of(report: "Report") -> str:
    """How much was found, in how many packs."""
    from chatops_cli.cli.findings import counted
    from chatops_cli.cli.findings import summary_of as counts

    said = f"{counted(report.packs, 'pack')}: {counts(f.problem for f in report.findings)}"
    said += f", {report.ignored} ignored by remarks" if report.ignored else ""
    return f"{said}, {report.known} known from the baseline" if report.known else said
