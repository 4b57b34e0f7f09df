"""`chatops audit`: the log of all that happened, read, searched, added up and verified."""

import sys
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.audit_report import show_stats, show_verdict, verdict_as_json
from chatops_cli.cli.moment import HELP as MOMENT
from chatops_cli.cli.moment import read_moment
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_note, print_text
from chatops_cli.cli.record_lines import print_fields, print_json_line, print_record
from chatops_cli.cli.session import settings_of
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.records.chain import verify
from chatops_cli.records.head import Head
from chatops_cli.records.lookup import find
from chatops_cli.records.reader import Line, follow, last, records
from chatops_cli.records.search import Query, search
from chatops_cli.records.segments import FOLDER
from chatops_cli.records.stats import count

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chatops_cli.records.record import Record

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Read, search and verify the audit log: who asked for what, who allowed it, how it went.",
    epilog="Example: chatops audit search --who alice --since 1d",
)

Since = Annotated[str, typer.Option(help=f"Only from then on: {MOMENT}.", metavar="TIME")]
Until = Annotated[str, typer.Option(help="Only before then, written the same way.", metavar="TIME")]

FOLLOW_PAUSE = 0.3
"""Seconds between two looks for new records."""


@app.command("tail", epilog="Example: chatops audit tail -n 50 --follow")
def tail(
    ctx: typer.Context,
    number: Annotated[int, typer.Option("-n", "--lines", min=0, help="How many records.")] = 20,
    follows: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new records until Ctrl-C.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Show the last records."""
    folder = folder_of(ctx)
    recent = last(folder, max(1, number))
    show_all(recent[len(recent) - number if number < len(recent) else 0 :], as_json=as_json)
    if follows:
        after = recent[-1].seq if recent else 0
        try:
            show_all(follow(folder, after=after, wait=pause), as_json=as_json)
        except KeyboardInterrupt:  # how it is meant to end
            return ExitCode.INTERRUPTED
    elif not recent:
        print_note("the audit log has no record yet")
    return ExitCode.OK


@app.command("show", epilog="Example: chatops audit show 42")
def show(
    ctx: typer.Context,
    which: Annotated[
        str,
        typer.Argument(
            help="A record's number; or the id of a message or an execution, or its beginning.",
            metavar="NUMBER|ID",
        ),
    ],
    as_json: AsJson = False,
) -> int:
    """Show one record in full, or all of a message or an execution."""
    for index, record in enumerate(find(folder_of(ctx), which)):
        if as_json:
            print_json_line(record.as_json())
            continue
        if index:
            print_text("")
        print_fields(record.as_json())
    return ExitCode.OK


@app.command(
    "search",
    epilog="Example: chatops audit search --action web.deploy --status failed --since 7d",
)
def search_records(
    ctx: typer.Context,
    *,
    who: Annotated[str, typer.Option(help="A name, a user id or network:workspace:user.")] = "",
    action: Annotated[str, typer.Option(help="An action, as pack.name.")] = "",
    event: Annotated[
        str, typer.Option(help="An event, or its first word: message, execution, audit.")
    ] = "",
    status: Annotated[str, typer.Option(help="How an execution ended: failed, timeout.")] = "",
    room: Annotated[str, typer.Option(help="A room.")] = "",
    since: Since = "",
    until: Until = "",
    text: Annotated[str, typer.Option(help="Words anywhere in a record, in any case.")] = "",
    number: Annotated[
        int, typer.Option("-n", "--lines", min=0, help="At most this many, from the first; 0: all.")
    ] = 0,
    as_json: AsJson = False,
) -> int:
    """Find records by person, action, event, status, room, time and words.

    A person's or an action's records are found from the message to the last reply.
    """
    query = Query(
        who=who or None,
        action=action or None,
        event=event or None,
        status=status or None,
        room=room or None,
        since=read_moment(since) if since else None,
        until=read_moment(until) if until else None,
        text=text or None,
    )
    found = search(readable(folder_of(ctx)), query)
    if not show_all(islice(found, number or None), as_json=as_json):
        print_note("no record matches")
    return ExitCode.OK


@app.command("verify", epilog="Example: chatops audit verify --expect 41:9f86d081884c7d659a2f…")
def verify_log(
    ctx: typer.Context,
    expect: Annotated[
        list[str] | None,
        typer.Option(
            help="A head kept elsewhere, as an earlier verify printed it; may be repeated.",
            metavar="NUMBER:HASH",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Check the whole chain: every byte, the order, the end. Exit code 3 if anything is wrong.

    To know also that nobody wrote the whole log anew, keep the printed head on another machine,
    and hand it to a later check.
    """
    folder = folder_of(ctx)
    verdict = verify(folder, known=[read_head(text) for text in expect or ()])
    if as_json:
        print_json_line(verdict_as_json(verdict))
    else:
        show_verdict(verdict)
    return ExitCode.OK if verdict.is_sound else ExitCode.PROBLEMS


@app.command("stats", epilog="Example: chatops audit stats --since 30d")
def stats(ctx: typer.Context, since: Since = "", until: Until = "", as_json: AsJson = False) -> int:
    """Count records by event, person, action, status and day."""
    query = Query(
        since=read_moment(since) if since else None, until=read_moment(until) if until else None
    )
    counted = count(search(readable(folder_of(ctx)), query))
    if as_json:
        print_json_line(counted.as_json())
    else:
        show_stats(counted)
    return ExitCode.OK


def folder_of(ctx: typer.Context) -> Path:
    """The folder of the audit log."""
    return settings_of(ctx).home / FOLDER


def readable(folder: Path) -> "Iterable[Record]":
    """All records; lines that are none are told on stderr."""
    return records(folder, on_unreadable=tell)


def tell(line: Line, why: str) -> None:
    """A line that can't be read is no reason to hide the others, but one to be told."""
    print_note(f"warning: {line}: {why}; see 'chatops audit verify'")


def show_all(found: "Iterable[Record]", *, as_json: bool) -> int:
    """Prints the records as they come; their number."""
    number = 0
    for record in found:
        number += 1
        if as_json:
            print_json_line(record.as_json())
        else:
            print_record(record)
        sys.stdout.flush()
    return number


def pause() -> bool:
    """Waits for a moment; Ctrl-C ends it."""
    time.sleep(FOLLOW_PAUSE)
    return True


def read_head(text: str) -> Head:
    """The head that ``NUMBER:HASH`` means.

    Raises:
        ChatOpsError: It means none.
    """
    number, _, own = text.strip().partition(":")
    is_hash = len(own) == 64 and set(own) <= set("0123456789abcdef")  # noqa: PLR2004  # SHA-256
    if not (number.isascii() and number.isdigit() and is_hash):
        raise ChatOpsError(
            f"'{text}' is no head", hint="write it as verify prints it: 41:<64 hexadecimal digits>"
        )
    return Head(seq=int(number), hash=own)
