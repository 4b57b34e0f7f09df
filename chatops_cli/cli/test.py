"""`chatops test`: the packs' own tests, run by pytest."""

from pathlib import Path
from typing import Annotated

import typer

from chatops_cli.cli.completion import pack_names
from chatops_cli.cli.options import AsJson, check_timeout
from chatops_cli.cli.session import settings_of

EPILOG = """Examples:

chatops test examples

chatops test ./my-pack -k deploy -v

chatops test --all --junit report.xml

Exit codes: 0 all passed, 1 a test failed or could not be run, 2 wrong usage, 130 interrupted.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EPILOG)
def run_packs_tests(
    ctx: typer.Context,
    *,
    packs: Annotated[
        list[str] | None,
        typer.Argument(
            help="Packs by ref, or folders of packs, which have a '/' in them (or are '.').",
            autocompletion=pack_names,
            metavar="[PACK]...",
        ),
    ] = None,
    of_all: Annotated[bool, typer.Option("--all", help="Test every pack that has tests.")] = False,
    keyword: Annotated[
        str,
        typer.Option("-k", help="Only tests whose names match, as pytest's -k.", metavar="EXPR"),
    ] = "",
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Name each test; show what passed, too.")
    ] = False,
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1, help="Packs tested at the same time; as many as processors.", metavar="N"
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            min=1,
            callback=check_timeout,
            help="Seconds that the tests of one pack may take.",
            metavar="SECONDS",
        ),
    ] = 600,
    junit: Annotated[
        Path | None,
        typer.Option(help="Write a JUnit report of all packs to this file.", metavar="FILE"),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Run the tests that packs come with, each pack's in its own environment."""
    from chatops_cli.cli.suites import Asked, run_tests

    if not packs and not of_all:
        raise typer.BadParameter("name a pack, or give --all", param_hint="PACK")
    asked = Asked(
        names=tuple(packs or ()),
        of_all=of_all,
        keyword=keyword,
        is_verbose=verbose,
        jobs=jobs,
        timeout=timeout,
        junit=junit,
        as_json=as_json,
    )
    return run_tests(settings_of(ctx), asked)
