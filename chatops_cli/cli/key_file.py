"""Files of datastore values: what StackStorm's ``st2 key load`` reads, and ``st2 key list`` writes.

A list of objects, or one object alone, in YAML or JSON: ``name``, ``value``, ``scope``, ``user``,
``secret`` (to be encrypted), ``encrypted`` (it is so already), ``ttl`` in seconds.
Source: StackStorm, ``st2client.commands.keyvalue``.
"""

import json
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING

from chatops_cli.cli.session import user_name
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.item import Item, Scope
from chatops_cli.model.json import Json
from chatops_cli.model.problem import Problem, Severity

if TYPE_CHECKING:
    from chatops_cli.reading.reader import Reader
    from chatops_cli.reading.source import Source

SCOPES = ("system", "user", "st2kv.system", "st2kv.user")
SHOWN_ONLY = ("id", "uid", "expire_timestamp")
"""What StackStorm shows of a value beside what can be set."""

Expiry = Callable[[float | None], datetime | None]


def read_entries(path: Path, *, converts: bool, expiry: Expiry) -> list[Item]:
    """The values that a file lists; `-` is standard input.

    Args:
        path: The file.
        converts: Whether values that are no text are kept as JSON.
        expiry: When a value with this ttl is gone.

    Raises:
        ChatOpsError: It can't be read, or something in it is wrong; all that is, is named.
    """
    from chatops_cli.reading.reader import Reader
    from chatops_cli.reading.value import Value

    problems: list[Problem] = []
    source = read_source(path)
    problems.extend(source.problems)
    items: list[Item] = []
    if source.root is not None:
        whole = Value(source.root, source.file, problems)
        readers = [Reader.of(each) for each in (whole.items() if whole.is_list else (whole,))]
        items = [read_entry(r, converts=converts, expiry=expiry) for r in readers if r is not None]
    errors = [str(problem) for problem in problems if problem.severity is Severity.ERROR]
    if errors:
        raise ChatOpsError("\n".join(errors), hint="no value was set")
    return items


def read_source(path: Path) -> "Source":
    """The file's tree."""
    from chatops_cli.reading.file import SIZE_LIMIT, read_file
    from chatops_cli.reading.source import Source, parse

    is_piped = str(path) == "-"
    name = "standard input" if is_piped else str(path)
    data = sys.stdin.buffer.read(SIZE_LIMIT + 1) if is_piped else read_file(str(path), file=name)
    if isinstance(data, Problem):
        return Source(file=name, problems=(data,))
    source = parse(data, file=name)
    if source.root is None and not source.is_empty:
        from yaml import safe_dump

        try:
            # JSON that isn't YAML: tabs, control characters, characters as two escapes.
            return parse(safe_dump(json.loads(data), sort_keys=False).encode("utf-8"), file=name)
        except (ValueError, RecursionError):
            return source
    return source


def read_entry(reader: "Reader", *, converts: bool, expiry: Expiry) -> Item:
    """One value; what is wrong with it is reported, never the value itself."""
    name = reader.text("name", required=True)
    value = reader.json("value")
    if not isinstance(value, str):
        if not reader.has("value"):
            reader.report("missing-key", f"{reader.path('value')} is missing")
        elif not converts:
            hint = "put it in quotes, or keep it as JSON: --convert"
            reader.report("wrong-type", f"the value of {name!r} is no text", key="value", hint=hint)
        value = json.dumps(value, ensure_ascii=False)
    scope = Scope(reader.choice("scope", SCOPES, "system").removeprefix("st2kv."))
    user = reader.text("user")
    encrypted = reader.flag("encrypted", default=False)
    secret = reader.flag("secret", default=False)
    ttl = reader.number("ttl", 0.0, minimum=0.0)
    if scope is Scope.SYSTEM and user:
        user = ""  # StackStorm ignores it there, and its lists show one.
    reader.accept(*SHOWN_ONLY)
    reader.finish()
    return Item(
        scope=scope,
        name=name,
        value=value,
        user=user or (user_name() if scope is Scope.USER else ""),
        secret=secret or encrypted,
        encrypted=encrypted,
        expires=expiry(ttl or None),
    )


def entries_as_text(items: Iterable[Item], now: datetime, *, as_json: bool) -> str:
    """The values as a file that `read_entries` and StackStorm read."""
    entries = [entry_of(item, now) for item in items]
    if as_json:
        return json.dumps(entries, ensure_ascii=True, indent=2) + "\n"
    import yaml

    return yaml.safe_dump(entries, sort_keys=False, default_flow_style=False, width=10_000)


def entry_of(item: Item, now: datetime) -> dict[str, Json]:
    """A value as the file lists it; what says nothing is left out."""
    entry: dict[str, Json] = {"name": item.name, "value": item.value, "scope": str(item.scope)}
    if item.user:
        entry["user"] = item.user
    if item.secret:
        entry["secret"] = True
    if item.encrypted:
        entry["encrypted"] = True
    if item.expires is not None:
        entry["ttl"] = max(1, ceil((item.expires - now.astimezone(UTC)).total_seconds()))
    return entry


def write_entries(path: Path, text: str) -> None:
    """The file holds the text, readable by its owner only.

    Raises:
        RecordError: It can't be written.
    """
    from chatops_cli.records.atomic import unwritable, write_file

    try:
        write_file(path.absolute(), text.encode("ascii"))
    except OSError as error:
        raise unwritable("the file", path, error, hint="name another one") from error
