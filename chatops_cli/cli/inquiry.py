"""`chatops inquiry`: what waits for an answer, and the answers."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.continuing import converse_with
from chatops_cli.cli.invocation import ROOM
from chatops_cli.cli.options import AsJson, AsUser, InRoom
from chatops_cli.cli.output import print_json, print_note, print_text
from chatops_cli.cli.session import message_of, room_of, settings_of
from chatops_cli.cli.waiting import Look, print_waiting
from chatops_cli.errors import ExitCode, ParameterError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from chatops_cli.model.chat import Reply
    from chatops_cli.model.json import Json
    from chatops_cli.room.inquiries import Inquiry
    from chatops_cli.runners.contract import OnOutput

LOOK = Look(
    ("INQUIRY", "ACTION", "ASKED BY", "ROOM", "MAY ANSWER", "UNTIL"), "nothing waits for an answer"
)

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List, show and answer what waits for an answer.",
    epilog="Example: chatops inquiry respond 3f2a continue=yes",
)


def waiting_ids(ctx: typer.Context, incomplete: str) -> list[str]:
    """The ids of what waits, for completion."""
    from chatops_cli.records.waiting import Kind
    from chatops_cli.room.opening import waiting_of

    ids = waiting_of(settings_of(ctx)).ids(Kind.INQUIRY)
    return [each for each in ids if each.startswith(incomplete)]


Id = Annotated[
    str,
    typer.Argument(
        help="The inquiry's id, or its beginning.", metavar="INQUIRY", autocompletion=waiting_ids
    ),
]


@app.command("list", epilog="Example: chatops inquiry list --json")
def list_inquiries(ctx: typer.Context, *, as_json: AsJson = False) -> int:
    """List what waits for an answer, the oldest first; what has waited too long is ended."""
    room = room_of(settings_of(ctx))
    if print_waiting(room.continuing.inquiries(), _now(), LOOK, _row, json=as_json):
        message = message_of("inquiry list", as_user="", room=ROOM)
        converse_with(room, lambda _: room.continuing.expire(message), to_stderr=True)
    return ExitCode.OK


@app.command("show", epilog="Example: chatops inquiry show 3f2a")
def show_inquiry(ctx: typer.Context, inquiry: Id, *, as_json: AsJson = False) -> int:
    """Show what is asked, who may answer, and until when."""
    from chatops_cli.rendering.inquiry import inquiry_lines
    from chatops_cli.room.inquiries import usage_of

    room = room_of(settings_of(ctx))
    found = room.continuing.inquiry(inquiry)
    shown = found.as_json()
    if as_json:
        print_json(shown)
        return ExitCode.OK
    print_text(f"{found.action_ref} is waiting for an answer (execution {found.id})")
    whole = found.origin.within[-1] if found.origin.within else None
    if whole is not None:
        print_text(f"Task {found.origin.task} of {whole} (execution {found.origin.parent})")
    print_text(f"Asked by {found.origin.principal.display} in {found.origin.room}")
    for line in inquiry_lines(shown):
        print_text(line)
    print_text(f"Until: {_until(found)}{' (over)' if found.is_over(_now()) else ''}")
    print_note(f"answer: chatops inquiry respond {found.id} {usage_of(found)}")
    return ExitCode.OK


@app.command(
    "respond",
    epilog="""Examples:

chatops inquiry respond 3f2a continue=yes

chatops inquiry respond 3f2a --response '{"approver": "bob", "count": 2}'
""",
)
def respond(
    ctx: typer.Context,
    *,
    inquiry: Id,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            help="The answer as name=value; plain text where one thing is asked. Without any, it is"
            " asked for at the terminal.",
            metavar="[ANSWER]...",
        ),
    ] = None,
    response: Annotated[
        str, typer.Option("--response", help="The whole answer as JSON.", metavar="JSON")
    ] = "",
    as_user: AsUser = "",
    room: InRoom = ROOM,
    as_json: AsJson = False,
) -> int:
    """Answer, and have what waited go on; shows what becomes of it."""
    here = room_of(settings_of(ctx))
    found = here.continuing.inquiry(inquiry)
    given = _given(found, words or [], response)
    # What is answered may be secret; it is on record with the inquiry, masked by its schema.
    message = message_of(f"inquiry respond {found.id}", as_user=as_user, room=room)

    def talk(on_output: "OnOutput | None") -> "AsyncIterator[Reply]":
        return here.continuing.respond(message, found, given, on_output=on_output)

    return converse_with(here, talk, as_json=as_json)


def _given(inquiry: "Inquiry", words: list[str], response: str) -> "dict[str, Json]":
    """The answer, from wherever it comes.

    Raises:
        ParameterError: It can't be read, or there is none.
    """
    from chatops_cli.room.inquiries import read_json, read_words, usage_of

    if response and words:
        raise ParameterError("an answer is name=value words or --response, not both")
    if response:
        return read_json(response)
    if words:
        return read_words(inquiry, words)
    if not sys.stdin.isatty():
        raise ParameterError("there is no answer", hint=f"write {usage_of(inquiry)}")
    from chatops_cli.cli.inquiry_form import ask
    from chatops_cli.cli.questions import AtTerminal

    try:
        return ask(inquiry, AtTerminal())
    except EOFError as error:
        raise ParameterError("nothing was answered") from error


def _row(inquiry: "Inquiry") -> list[str]:
    names = [*inquiry.names("users"), *(f"@{role}" for role in inquiry.names("roles"))]
    origin = inquiry.origin
    return [
        inquiry.id,
        inquiry.action_ref,
        origin.principal.display,
        origin.room,
        ", ".join(names) or "everybody",
        _until(inquiry),
    ]


def _until(inquiry: "Inquiry") -> str:
    if inquiry.expires is None:
        return "for good"
    return f"{inquiry.expires:%Y-%m-%d %H:%M:%S}Z"


def _now() -> "datetime":
    from chatops_cli.room.opening import now

    return now()
