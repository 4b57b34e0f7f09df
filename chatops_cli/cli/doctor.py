"""`chatops doctor`: is everything in place, and what to do where it isn't."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.invocation import Invocation
from chatops_cli.cli.output import print_json, print_text
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from chatops_cli.cli.checks import Check
    from chatops_cli.model.json import Json

SHOWN = 20
"""Lines of each check that people see, unless they ask for all."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog="""Examples:

chatops doctor

chatops doctor --all

chatops doctor --json
"""
)
def doctor(
    ctx: typer.Context,
    *,
    shows_all: Annotated[
        bool, typer.Option("--all", help=f"Show all problems, not the first {SHOWN}.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a check, with all problems.")
    ] = False,
) -> int:
    """Check the installation, the settings, the state folder, the records and the packs."""
    from chatops_cli.cli.checks import checks

    sound = True
    for check in checks(ctx.find_object(Invocation) or Invocation()):
        sound = sound and check.is_ok
        if as_json:
            print_json(check_json(check))
        else:
            show_check(check, limit=None if shows_all else SHOWN)
    return ExitCode.OK if sound else ExitCode.PROBLEMS


def show_check(check: "Check", *, limit: int | None) -> None:
    """A check on a line, and no more than `limit` lines about it."""
    print_text(f"{'ok   ' if check.is_ok else 'WRONG'}  {check.name}: {check.says}")
    for line in check.details[:limit]:
        print_text(f"       {line}")
    if limit is not None and (more := len(check.details) - limit) > 0:
        print_text(f"       ... and {more} more; chatops doctor --all shows them")


def check_json(check: "Check") -> "dict[str, Json]":
    """A check with stable keys."""
    return {
        "check": check.name,
        "ok": check.is_ok,
        "says": check.says,
        "details": list(check.details),
    }
