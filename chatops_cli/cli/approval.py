"""`chatops approval`: what waits until people have confirmed or approved it."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.continuing import converse_with
from chatops_cli.cli.invocation import ROOM
from chatops_cli.cli.options import AsJson, AsUser, InRoom
from chatops_cli.cli.output import print_json, print_note, print_text
from chatops_cli.cli.session import message_of, room_of, settings_of
from chatops_cli.cli.waiting import Look, print_waiting
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from chatops_cli.model.chat import Reply
    from chatops_cli.room.pending import Pending
    from chatops_cli.runners.contract import OnOutput

LOOK = Look(
    ("APPROVAL", "ACTION", "ASKED BY", "ROOM", "NEEDS", "UNTIL"), "nothing waits to be allowed"
)

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List and show what waits to be allowed; approve, deny or confirm it.",
    epilog="Example: chatops approval approve 3f2a",
)


def waiting_ids(ctx: typer.Context, incomplete: str) -> list[str]:
    """The ids of what waits, for completion."""
    from chatops_cli.records.waiting import Kind
    from chatops_cli.room.pending import approvals_of

    ids = approvals_of(settings_of(ctx)).ids(Kind.APPROVAL)
    return [each for each in ids if each.startswith(incomplete)]


Id = Annotated[
    str,
    typer.Argument(
        help="The id of what waits, or its beginning.",
        metavar="APPROVAL",
        autocompletion=waiting_ids,
    ),
]


@app.command("list", epilog="Example: chatops approval list --json")
def list_approvals(ctx: typer.Context, *, as_json: AsJson = False) -> int:
    """List what waits to be allowed, the oldest first; what has waited too long is ended."""
    room = room_of(settings_of(ctx))
    approvals = room.approvals
    if print_waiting(approvals.all(), approvals.now(), LOOK, _row, json=as_json):
        message = message_of("approval list", as_user="", room=ROOM)
        converse_with(room, lambda _: approvals.expire(message), to_stderr=True)
    return ExitCode.OK


@app.command("show", epilog="Example: chatops approval show 3f2a")
def show_approval(ctx: typer.Context, approval: Id, *, as_json: AsJson = False) -> int:
    """Show what waits, with its parameters, who may allow it, and who has."""
    from chatops_cli.room.approval_wording import asked

    found = room_of(settings_of(ctx)).approvals.find(approval)
    if as_json:
        print_json(found.as_json())
        return ExitCode.OK
    for line in found.prepared.masker.text(asked(found, "")).splitlines()[:-1]:
        print_text(line)
    print_text(f"Asked for in {found.origin.room}: {found.origin.reason}")
    print_text(f"Needs: {found.requirement}")
    for vote in found.votes:
        print_text(f"Approved by {vote.principal.display} ({vote.principal})")
    wish = "confirm" if found.confirm is not None else "approve"
    print_note(f"{wish}: chatops approval {wish} {found.id}")
    return ExitCode.OK


@app.command("approve", epilog="Example: chatops approval approve 3f2a")
def approve(
    ctx: typer.Context,
    *,
    approval: Id,
    as_user: AsUser = "",
    room: InRoom = ROOM,
    as_json: AsJson = False,
) -> int:
    """Approve it; where that is the last approval that it needs, it is run here."""
    here = room_of(settings_of(ctx))
    found = here.approvals.find(approval)
    message = message_of(f"approve {found.id}", as_user=as_user, room=room)

    def talk(on_output: "OnOutput | None") -> "AsyncIterator[Reply]":
        return here.approvals.approve(message, found.id, on_output=on_output)

    return converse_with(here, talk, as_json=as_json)


@app.command("confirm", epilog="Example: chatops approval confirm 3f2a")
def confirm(
    ctx: typer.Context,
    *,
    approval: Id,
    word: Annotated[
        str, typer.Argument(help="The word, where one is to be typed.", metavar="[WORD]")
    ] = "",
    as_user: AsUser = "",
    room: InRoom = ROOM,
    as_json: AsJson = False,
) -> int:
    """Say again what you have asked for; it is run here, unless it needs approval, too."""
    here = room_of(settings_of(ctx))
    found = here.approvals.find(approval)
    message = message_of(f"confirm {found.id}", as_user=as_user, room=room)

    def talk(on_output: "OnOutput | None") -> "AsyncIterator[Reply]":
        return here.approvals.confirm(message, found.id, word, on_output=on_output)

    return converse_with(here, talk, as_json=as_json)


@app.command("deny", epilog="Example: chatops approval deny 3f2a not on a Friday")
def deny(
    ctx: typer.Context,
    *,
    approval: Id,
    reason: Annotated[list[str] | None, typer.Argument(help="Why.", metavar="[REASON]...")] = None,
    as_user: AsUser = "",
    room: InRoom = ROOM,
    as_json: AsJson = False,
) -> int:
    """Refuse it, or withdraw what you have asked for yourself: it is not run."""
    here = room_of(settings_of(ctx))
    found = here.approvals.find(approval)
    message = message_of(f"deny {found.id}", as_user=as_user, room=room)
    why = " ".join(reason or ())
    return converse_with(
        here, lambda _: here.approvals.deny(message, found.id, why), as_json=as_json
    )


def _row(pending: "Pending") -> list[str]:
    from chatops_cli.room.approval_wording import until

    approval = pending.requirement.approval
    needs = "confirmation" if pending.confirm is not None else str(approval)
    if pending.votes and approval is not None:
        needs += f", has {len(pending.votes)}"
    return [
        pending.id,
        pending.prepared.execution.action_ref,
        pending.origin.principal.display,
        pending.origin.room,
        needs,
        until(pending.expires),
    ]
