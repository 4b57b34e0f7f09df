"""`chatops run`: one message down the whole path, from a shell."""

import sys
from typing import Annotated

import typer

from chatops_cli.cli.completion import messages
from chatops_cli.cli.conversation import Manner, converse
from chatops_cli.cli.session import message_of, room_of, settings_of
from chatops_cli.errors import ChatOpsError

EPILOG = """Examples:

chatops run "disk usage on /"

chatops run --dry-run --json "top 5 processes"

chatops run --as alice --room "#ops" uptime

echo "ping" | chatops run -

Exit codes: 0 succeeded, 1 failed, 2 wrong usage or parameters, 4 denied, 5 no alias or
several, 130 interrupted.
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
    as_user: Annotated[
        str, typer.Option("--as", help="Speak as this person of the network 'local'.")
    ] = "",
    room: Annotated[str, typer.Option(help="The room it is said in.")] = "terminal",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show alias, parameters and decision; run nothing.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a reply.")] = False,
    timeout: Annotated[
        float | None,
        typer.Option(min=0.001, help="Seconds the action may take; the shorter limit holds."),
    ] = None,
    no_ack: Annotated[
        bool, typer.Option("--no-ack", help="Leave the acknowledgement out.")
    ] = False,
    stream: Annotated[
        bool, typer.Option("--stream", help="Show output as it arrives, on stderr.")
    ] = False,
) -> int:
    """Run what a chat message means: match it, decide, run, answer, and record each step."""
    settings = settings_of(ctx)
    text = text_of(message)
    room_here = room_of(settings, as_user=as_user)
    said = message_of(text, as_user=as_user, room=room)
    if dry_run:
        from chatops_cli.cli.dry_run import show_plan

        return show_plan(room_here, said, timeout=timeout, as_json=as_json)
    return converse(
        lambda on_output: room_here.handle(said, timeout=timeout, on_output=on_output),
        Manner(as_json=as_json, with_ack=not no_ack, streams=stream),
    )


def text_of(words: list[str]) -> str:
    """The message: the words as one text, or standard input for ``-``.

    Raises:
        ChatOpsError: There is none, or it isn't text.
    """
    text = read_stdin() if words == ["-"] else " ".join(words)
    if not text.strip():
        raise ChatOpsError("the message is empty", hint='type one, such as: chatops run "help"')
    return text


def read_stdin() -> str:
    """Standard input as text; what is far too long for a message isn't read to its end."""
    from chatops_cli.aliases.table import MESSAGE_LIMIT

    try:
        return sys.stdin.read(MESSAGE_LIMIT + 1).removesuffix("\n")
    except UnicodeDecodeError as error:
        raise ChatOpsError("standard input is not UTF-8 text") from error
