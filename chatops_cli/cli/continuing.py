"""What people want of executions, from a shell: paused, resumed, cancelled, run again."""

from collections.abc import AsyncIterator, Callable
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.conversation import Manner, converse
from chatops_cli.cli.invocation import ROOM
from chatops_cli.cli.options import AsJson, AsUser, InRoom, Timeout
from chatops_cli.cli.output import print_note
from chatops_cli.cli.session import message_of, room_of, settings_of
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from chatops_cli.model.chat import Reply
    from chatops_cli.room.room import Room
    from chatops_cli.runners.contract import OnOutput
    from chatops_cli.settings.values import Settings

Talk = Callable[["OnOutput | None"], "AsyncIterator[Reply]"]

Id = Annotated[
    str, typer.Argument(help="The execution's id, or its beginning.", metavar="EXECUTION")
]


def converse_with(
    room: "Room", talk: Talk, *, as_json: bool = False, to_stderr: bool = False
) -> ExitCode:
    """Shows the replies of something that was wanted, and closes the room; see `converse`."""
    if to_stderr:
        import sys
        from contextlib import redirect_stdout

        with redirect_stdout(sys.stderr):
            return converse(talk, Manner(), close=room.close)
    return converse(talk, Manner(as_json=as_json), close=room.close)


def pause(
    ctx: typer.Context,
    execution: Id,
    *,
    as_user: AsUser = "",
    room: InRoom = ROOM,
    as_json: AsJson = False,
) -> int:
    """Pause a workflow: what runs of it ends, and nothing more is begun until it is resumed."""
    return wish(ctx, execution, "pause", as_user=as_user, room=room, as_json=as_json)


def resume(
    ctx: typer.Context,
    execution: Id,
    *,
    as_user: AsUser = "",
    room: InRoom = ROOM,
    as_json: AsJson = False,
) -> int:
    """Have a workflow that was paused go on, here; shows what becomes of it."""
    return wish(ctx, execution, "resume", as_user=as_user, room=room, as_json=as_json)


def cancel(
    ctx: typer.Context,
    execution: Id,
    *,
    as_user: AsUser = "",
    room: InRoom = ROOM,
    as_json: AsJson = False,
) -> int:
    """Cancel an execution, wherever it runs, with all that it has started."""
    return wish(ctx, execution, "cancel", as_user=as_user, room=room, as_json=as_json)


def rerun(
    ctx: typer.Context,
    execution: Id,
    *,
    tasks: Annotated[
        str,
        typer.Option(
            help="The tasks to run again, commas between; by default those that failed.",
            metavar="TASK,...",
        ),
    ] = "",
    reset_items: Annotated[
        bool,
        typer.Option(
            "--reset-items", help="Run all items again, not only those that didn't succeed."
        ),
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="Run all of it again, as it is now.")
    ] = False,
    as_user: AsUser = "",
    room: InRoom = ROOM,
    timeout: Timeout = None,
    as_json: AsJson = False,
) -> int:
    """Run a workflow again that has ended: a new execution, with what the old one knew."""
    from chatops_cli.errors import ChatOpsError
    from chatops_cli.runners.parts import Again

    names = tuple(name.strip() for name in tasks.split(",") if name.strip())
    if whole and (names or reset_items):
        raise ChatOpsError("--whole runs all tasks", hint="leave --tasks and --reset-items out")
    settings = settings_of(ctx)
    here = room_of(settings)
    execution_id = whole_id(settings, execution)
    message = message_of(f"workflow rerun {execution_id}", as_user=as_user, room=room)
    again = None if whole else Again(tasks=names, reset_items=reset_items)
    return converse_with(
        here,
        lambda on_output: here.continuing.rerun(
            message, execution_id, again, timeout=timeout, on_output=on_output
        ),
        as_json=as_json,
    )


def wish(
    ctx: typer.Context, execution: str, wanted: str, *, as_user: str, room: str, as_json: bool
) -> int:
    """Somebody wants something of an execution; shows what becomes of it."""
    settings = settings_of(ctx)
    here = room_of(settings)
    execution_id = whole_id(settings, execution)
    message = message_of(f"execution {wanted} {execution_id}", as_user=as_user, room=room)
    code = converse_with(
        here,
        lambda on_output: here.continuing.wish(message, execution_id, wanted, on_output=on_output),
        as_json=as_json,
    )
    # A workflow that was to be cancelled here has been.
    return ExitCode.OK if wanted == "cancel" and code is ExitCode.FAILED else code


def whole_id(settings: "Settings", execution: str) -> str:
    """The id of the execution whose id this is, or begins so.

    Raises:
        NotFoundError: There is none, or there are several.
    """
    from chatops_cli.records.history import open_history

    with closing(
        open_history(settings.home, note=lambda text: print_note(f"note: {text}"))
    ) as all_of:
        return all_of.show(execution).id
