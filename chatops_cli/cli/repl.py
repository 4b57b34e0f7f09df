"""`chatops repl`, as Typer sees it: a chat room in the terminal, or a script for one."""

from typing import Annotated

import typer

from chatops_cli.cli.chat import run_room
from chatops_cli.cli.invocation import CHANNEL, AskedRoom, Invocation

EPILOG = """Examples:

chatops repl

chatops repl --as alice --room "#ops"

echo "!disk usage on /" | chatops repl

chatops repl --dm script

In the room: /help lists its commands, !help what the bot knows; Ctrl-D leaves.
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(epilog=EPILOG)
def repl(
    ctx: typer.Context,
    *,
    script: Annotated[
        str | None,
        typer.Argument(help="A file with lines to say; '-' is standard input."),
    ] = None,
    as_user: Annotated[
        str,
        typer.Option("--as", help="Who speaks first: alice, slack:U1, slack:T1:U1.", metavar="WHO"),
    ] = "",
    room: Annotated[
        str, typer.Option("--room", help="The room to begin in.", metavar="ROOM")
    ] = CHANNEL,
    direct: Annotated[
        bool, typer.Option("--dm", help="Begin alone with the bot: all that is said is for it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show only what messages would do.")
    ] = False,
    like: Annotated[
        str,
        typer.Option(
            "--like", help="Show replies as slack, irc or another network.", metavar="NETWORK"
        ),
    ] = "",
    watch: Annotated[
        bool, typer.Option("--watch", help="Reload packs and settings whenever they change.")
    ] = False,
) -> int:
    """Try what the bot does in a chat room of your own, with simulated people."""
    asked = AskedRoom(
        script=script,
        as_user=as_user,
        room=room,
        direct=direct,
        dry_run=dry_run,
        like=like,
        watch=watch,
    )
    return run_room(ctx.find_object(Invocation) or Invocation(), asked)
