"""`chatops status`: how the bridge that runs here stands."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.output import print_json, print_table, print_text
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from chatops_cli.model.json import Json

EPILOG = """Examples:

chatops status

chatops status --json

Exit codes: 0 the bridge hears at least one network, 1 none runs with this state folder, 3 it hears
none, or ends.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EPILOG)
def status(
    ctx: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Show how the bridge that runs with this state folder stands."""
    from chatops_cli.bridge.standing import read_standing
    from chatops_cli.cli.session import settings_of

    found = read_standing(settings_of(ctx).home)
    if as_json:
        print_json(found)
    else:
        show(found)
    return ExitCode.OK if found.get("ready") else ExitCode.PROBLEMS


def show(found: "dict[str, Json]") -> None:
    """It, for people."""
    state = "ends" if found.get("ending") else "is ready" if found.get("ready") else "is NOT ready"
    print_text(
        f"The bridge {state}: process {found['pid']}, version {found.get('version')}, "
        f"since {found.get('since')}; as of {found.get('time')}."
    )
    print_text(
        f"{found.get('working')} messages are worked on, {found.get('taken')} were taken; "
        f"{found.get('waiting')} replies are on their way, {found.get('lost')} no room took."
    )
    if found.get("reloaded"):
        print_text(f"Packs and settings were read again at {found['reloaded']}.")
    if found.get("refusal"):
        print_text(f"The last reload was refused: {found['refusal']}")
    lines = found.get("lines")
    rows = [
        [str(each.get(key) or "") for key in ("name", "network", "state", "connected", "error")]
        for each in (lines if isinstance(lines, list) else [])
        if isinstance(each, dict)
    ]
    print_table(["line", "network", "state", "connects", "error"], rows)
