"""Records of the audit log as lines for people."""

import sys
from datetime import datetime

from chatops_cli.cli.output import print_text, width
from chatops_cli.model.json import Json
from chatops_cli.records.canonical import encode
from chatops_cli.records.record import Record
from chatops_cli.records.stats import person
from chatops_cli.rendering.cells import width_of, wrap
from chatops_cli.rendering.cleaning import clean


def print_record(record: Record) -> None:
    """The record in a line of its own; on a terminal too narrow for that, in a few."""
    print_entry(f"{moment(record.time)} #{record.seq} {record.event}", summary(record))


def print_entry(head: str, body: str) -> None:
    """Two parts in one line where they fit, else the second below the first, indented.

    Control characters in them never reach the terminal.
    """
    head, body = (" ".join(clean(text).split()) for text in (head, body))
    columns = width(sys.stdout)
    if not sys.stdout.isatty() or width_of(f"{head}  {body}") <= columns:
        print_text(f"{head}  {body}".rstrip())
        return
    for line in (*wrap(head, columns, is_strict=True), *wrap(f"  {body}", columns, is_strict=True)):
        print_text(line)


def print_fields(fields: dict[str, Json]) -> None:
    """A line for each field, nested ones as JSON; absent ones are left out."""
    for name, value in fields.items():
        if value is None:
            continue
        text = value if isinstance(value, str) else encode(value, sort=False).decode("ascii")
        shown = clean(text).replace("\n", "\n  ")
        print_text(f"{clean(name)}: {shown}")


def print_json_line(value: dict[str, Json]) -> None:
    """One JSON object in a line; ASCII, so that no stored text controls the terminal."""
    print_text(encode(value, sort=False).decode("ascii"))


def moment(time: datetime) -> str:
    """A time in UTC to the second."""
    return f"{time:%Y-%m-%d %H:%M:%S}Z"


def summary(record: Record) -> str:
    """What the record says, in a few words."""
    text = record.text
    match record.event:
        case "message":
            said = f"{who(record)} in {text('room')}: {text('text')}"
        case "match":
            said = _match(record)
        case "decision":
            verdict = "allowed" if record.fields.get("allowed") is True else "denied"
            said = f"{verdict} {text('action')} by {text('rule')}: {text('reason')}"
        case "execution.requested":
            said = f"{text('execution_id')} {text('action')} for {who(record)}"
        case "execution.finished":
            error = f": {text('error')}" if text("error") else ""
            said = f"{text('execution_id')} {text('status')}{_elapsed(record)}{error}"
        case "execution.waiting":
            said = f"{text('execution_id')} {text('status')}"
        case "datastore.set" | "datastore.deleted":
            whose = f" of {text('user')}" if text("user") else ""
            by = text("execution_id") or who(record)
            said = f"{text('name')} in scope {text('scope')}{whose}, by {by}"
        case "notification.sent" | "notification.failed" | "reply":
            said = _told(record)
        case _:
            said = ", ".join(f"{name} {value}" for name, value in record.fields.items() if value)
    return said


def who(record: Record) -> str:
    """The name of the person who asked, or their id."""
    principal = record.fields.get("principal")
    name = principal.get("name") if isinstance(principal, dict) else None
    return str(name or person(record) or "?")


def _match(record: Record) -> str:
    outcome = str(record.text("outcome"))
    candidates = record.fields.get("candidates")
    names = ", ".join(map(str, candidates)) if isinstance(candidates, list) else ""
    return f"{outcome} {record.text('alias') or names or record.text('reason') or ''}".strip()


def _told(record: Record) -> str:
    text = record.text
    if record.event == "reply":
        return f"{text('kind')} to {text('message_id')}, {record.fields.get('size')} bytes"
    if record.event == "notification.failed":
        return f"{text('execution_id')} {text('error')}"
    return f"{text('execution_id')} {text('route')}: {text('kind')} {text('target')}"


def _elapsed(record: Record) -> str:
    elapsed = record.fields.get("elapsed")
    return f" in {elapsed:.2f} s" if isinstance(elapsed, (int, float)) else ""
