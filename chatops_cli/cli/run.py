"""`chatops run`, as Typer sees it."""

from typing import Annotated

import typer

from chatops_cli.cli.completion import messages
from chatops_cli.cli.invocation import ROOM, Asked, Invocation
from chatops_cli.cli.message import run_message
from chatops_cli.cli.options import AsJson, AsUser, InRoom, Stream, Timeout

EPILOG = """Examples:

chatops run "disk usage on /"

chatops run --dry-run --json "top 5 processes"

chatops run --as alice --room "#ops" uptime

echo "ping" | chatops run -

chatops run --engine "restart memcached"

Exit codes: 0 succeeded, 1 failed, 2 wrong usage or parameters, 4 denied, 5 no alias or
several, 6 waits for an answer, 130 interrupted.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EPILOG)
def run(
    ctx: typer.Context,
    *,
    message: Annotated[
        list[str],
        typer.Argument(
            help="What someone would type in the room; '-' reads it from standard input.",
            autocompletion=messages,
        ),
    ],
    as_user: AsUser = "",
    room: InRoom = ROOM,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show alias, parameters and decision; run nothing.")
    ] = False,
    as_json: AsJson = False,
    timeout: Timeout = None,
    no_ack: Annotated[
        bool, typer.Option("--no-ack", help="Leave the acknowledgement out.")
    ] = False,
    stream: Stream = False,
    engine: Annotated[
        bool,
        typer.Option("--engine", help="Have it run by a bridge or worker of the durable engine."),
    ] = False,
) -> int:
    """Run what a chat message means: match it, decide, run, answer, and record each step."""
    asked = Asked(
        message=tuple(message),
        as_user=as_user,
        room=room,
        timeout=timeout,
        dry_run=dry_run,
        as_json=as_json,
        no_ack=no_ack,
        stream=stream,
        engine=engine,
    )
    return run_message(ctx.find_object(Invocation) or Invocation(), asked)
