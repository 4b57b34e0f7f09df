"""`chatops history`: executions, what came out of them, and the index rebuilt."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import action_names
from chatops_cli.cli.moment import HELP as MOMENT
from chatops_cli.cli.moment import read_moment
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_note, print_text, write
from chatops_cli.cli.record_lines import print_entry, print_fields, print_json_line
from chatops_cli.cli.session import settings_of
from chatops_cli.cli.trace import is_workflow, show_trace, span_of
from chatops_cli.errors import ExitCode, NotFoundError
from chatops_cli.model.execution import FINAL, Status
from chatops_cli.records.history import open_history
from chatops_cli.records.history_entry import Entry, Filter
from chatops_cli.records.results import FOLDER as RESULTS
from chatops_cli.records.results import ResultStore
from chatops_cli.rendering.cleaning import clean

if TYPE_CHECKING:
    from chatops_cli.model.json import Json
    from chatops_cli.records.history import History

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List and show executions and their output.",
    epilog="Example: chatops history list --status failed --since 1d",
)

Id = Annotated[
    str, typer.Argument(help="The execution's id, or its beginning.", metavar="EXECUTION")
]


@app.command("list", epilog="Example: chatops history list --who alice --action web.deploy")
def list_executions(
    ctx: typer.Context,
    *,
    status: Annotated[
        Status | None, typer.Option(help="Only those that stand so.", show_choices=False)
    ] = None,
    action: Annotated[
        str, typer.Option(help="Only of this action.", autocompletion=action_names)
    ] = "",
    alias: Annotated[str, typer.Option(help="Only through this alias.")] = "",
    who: Annotated[
        str, typer.Option(help="Only of this person: name, user id or network:workspace:user.")
    ] = "",
    room: Annotated[str, typer.Option(help="Only from this room.")] = "",
    since: Annotated[str, typer.Option(help=f"Only from then on: {MOMENT}.", metavar="TIME")] = "",
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="At most this many.")] = 20,
    as_json: AsJson = False,
) -> int:
    """List executions, the newest first."""
    wanted = Filter(
        status=str(status) if status else None,
        action=action or None,
        alias=alias or None,
        who=who or None,
        room=room or None,
        since=read_moment(since) if since else None,
        limit=limit,
    )
    entries = history_of(ctx).find(wanted)
    for entry in entries:
        if as_json:
            print_json_line(entry.as_json())
        else:
            show_line(entry)
    if not entries:
        print_note(
            "no execution matches" if wanted != Filter(limit=limit) else "nothing has run yet"
        )
    return ExitCode.OK


@app.command("show", epilog="Example: chatops history show 3f2a")
def show_execution(ctx: typer.Context, execution: Id, as_json: AsJson = False) -> int:
    """Show all that is known about one execution."""
    history = history_of(ctx)
    entry = history.show(execution)
    if as_json:
        print_json_line(entry.as_json())
        return ExitCode.OK
    print_fields({name: value for name, value in entry.as_json().items() if value != ""})
    if is_workflow(entry):
        show_trace(span_of(history, entry), entry)
    if entry.result_digest:
        print_note(f"its output: chatops history output {entry.id}")
    return ExitCode.OK


@app.command("output", epilog="Example: chatops history output 3f2a")
def show_output(
    ctx: typer.Context,
    execution: Id,
    raw: Annotated[
        bool, typer.Option("--raw", help="Leave control characters as they are, for a file.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the whole result as one JSON value.")
    ] = False,
) -> int:
    """Print what an execution gave: its output on stdout, its error output on stderr."""
    entry = history_of(ctx).show(execution)
    if entry.result_digest is None:
        state = "gave no result" if entry.status in FINAL else "has not ended"
        raise NotFoundError(f"execution {entry.id} {state} ({entry.status})")
    store = ResultStore(settings_of(ctx).home / RESULTS)
    if as_json:
        print_text(store.read(entry.result_digest).decode("ascii"))
    else:
        show_result(store.get(entry.result_digest), is_raw=raw)
    return ExitCode.OK


@app.command("rebuild", epilog="Example: chatops history rebuild")
def rebuild(ctx: typer.Context, as_json: AsJson = False) -> int:
    """Make the index anew from the audit log, which has it all."""
    history = history_of(ctx)
    try:
        number = history.rebuild()
    finally:
        history.close()
    if as_json:
        print_json_line({"records": number})
    else:
        print_text(f"rebuilt from {number} records")
    return ExitCode.OK


def history_of(ctx: typer.Context) -> "History":
    """The history in the state folder; what had to be mended in it is told on stderr."""
    return open_history(settings_of(ctx).home, note=lambda text: print_note(f"note: {text}"))


def show_line(entry: Entry) -> None:
    """An execution in a line, or in a few where the terminal is narrow."""
    time = (entry.requested or "").replace("T", " ")[:19]
    elapsed = f" in {entry.elapsed:.1f} s" if entry.elapsed is not None else ""
    said = f": {entry.text}" if entry.text else ""
    print_entry(
        f"{time}Z {entry.id} {entry.status}{elapsed}", f"{entry.action} for {entry.person}{said}"
    )


def show_result(result: "Json", *, is_raw: bool) -> None:
    """What people look for in a result: output, then error output, then the value."""
    if not isinstance(result, dict) or not ({"stdout", "stderr", "result"} & result.keys()):
        show_value(result, is_raw=is_raw)
        return
    for name, stream in (("stdout", sys.stdout), ("stderr", sys.stderr)):
        text = result.get(name)
        if isinstance(text, str) and text:
            write(stream, cleaned(text, is_raw=is_raw))
            stream.flush()
        elif text:
            show_value(text, is_raw=is_raw)
    if result.get("result") is not None:
        show_value(result["result"], is_raw=is_raw)


def show_value(value: "Json", *, is_raw: bool) -> None:
    """Text as it is, everything else as indented JSON."""
    import json

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    print_text(cleaned(text, is_raw=is_raw))


def cleaned(text: str, *, is_raw: bool) -> str:
    """Text with a newline at its end; no control characters in it, unless it is raw."""
    if is_raw:
        return text
    return clean(text if text.endswith("\n") else text + "\n")
