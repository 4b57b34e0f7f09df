"""What differs, in words: text for a terminal, Markdown for a pull request, JSON for scripts."""

import json
from collections.abc import Iterable, Iterator

from chatops_cli.model.json import Json
from chatops_cli.validation.comparison.access import AccessChange
from chatops_cli.validation.comparison.commands import CHANGED, Change, Command
from chatops_cli.validation.comparison.compare import Comparison
from chatops_cli.validation.reporters import markdown

_LONG = 80
"""Characters of a value that are shown."""
_MANY = 12
"""Names that are shown; JSON has all."""


def as_text(comparison: Comparison) -> Iterator[str]:
    """Two sections; none that is empty."""
    if comparison.commands:
        yield "Commands:"
    for command in comparison.commands:
        yield f"  {command.status:<8} {_title(command)} ({command.place})"
        for change in _told(command):
            yield f"           {_words(change)}"
    if comparison.access:
        yield "Access:"
    for each in comparison.access:
        yield f"  {_verb(each):<8} {_listed(each.who)}: {_listed(each.aliases)} {_states(each)}"


def as_markdown(comparison: Comparison) -> Iterator[str]:
    """Three sections, of tables."""
    yield from ("### Findings", "", *markdown.write(comparison.report), "", "### Commands", "")
    rows = [
        (
            command.status,
            f"{command.kind} {markdown.code(command.ref)}",
            "<br>".join(markdown.code(_words(change)) for change in _told(command)),
        )
        for command in comparison.commands
    ]
    yield from markdown.table(("", "command", "what"), rows) if rows else ("No changes.",)
    yield from ("", "### Access", "")
    people = [
        (
            _verb(each),
            markdown.code(_listed(each.who)),
            markdown.code(_listed(each.aliases)),
            markdown.text(_states(each)),
        )
        for each in comparison.access
    ]
    yield from markdown.table(("", "who", "aliases", ""), people) if people else ("No changes.",)


def as_json(comparison: Comparison) -> Iterator[str]:
    """One object, indented."""
    said: dict[str, Json] = {
        "findings": [dict(finding.to_json()) for finding in comparison.report.findings],
        "commands": [_command(each) for each in comparison.commands],
        "access": [
            {
                "who": [*each.who],
                "is_gain": each.is_gain,
                "aliases": [*each.aliases],
                "rooms": [*each.rooms] or None,
                "before": each.before,
                "after": each.after,
            }
            for each in comparison.access
        ],
    }
    yield json.dumps(said, indent=2)


def _command(command: Command) -> Json:
    return {
        "kind": command.kind,
        "ref": command.ref,
        "status": command.status,
        "file": command.place.file,
        "aliases": [*command.aliases],
        "changes": [
            {"what": change.what, "before": change.before, "after": change.after}
            for change in command.changes
        ],
    }


def _title(command: Command) -> str:
    by = f", behind {_listed(command.aliases)}" if command.aliases else ""
    return f"{command.kind} {command.ref}{by}"


def _told(command: Command) -> Iterable[Change]:
    """Of what is new or gone, what people would type and what would run; of others all."""
    if command.status == CHANGED:
        return command.changes
    main = ("format ", "action", "runner", "entry point")
    return (change for change in command.changes if change.what.startswith(main))


def _words(change: Change) -> str:
    name, before, after = change.what, change.before, change.after
    if name.startswith("format ") or "parameter" in (before, after):
        name = name if name.startswith("format ") else f"parameter {name}"
        return f"{name}: {'added' if before is None else 'removed'}"
    if before is None:
        return f"{name}: {_short(after)}"
    return f"{name}: {_short(before)} → {'(none)' if after is None else _short(after)}"


def _short(value: Json) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    said = " ".join(said.split())
    return said if len(said) <= _LONG else f"{said[: _LONG - 1]}…"


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - _MANY} more" if len(names) > _MANY else ""
    return ", ".join(names[:_MANY]) + more


def _verb(change: AccessChange) -> str:
    return "gains" if change.is_gain else "loses" if change.after == "no" else "changes"


def _states(change: AccessChange) -> str:
    where = f" in {', '.join(change.rooms)}" if change.rooms else ""
    return f"({change.before} → {change.after}{where})"
