"""What people are told of an execution that waits for their answer."""

from collections.abc import Iterator, Mapping

from chatops_cli.model.json import Json
from chatops_cli.rendering.outline import outline, scalar

MINUTE = 60
HOUR = 3600
DAY = 86400


def inquiry_lines(result: Mapping[str, Json]) -> Iterator[str]:
    """Who may answer, for how long, and what is asked: from the result of the runner inquirer."""
    allowed = [*_names("", result.get("users")), *_names("the role ", result.get("roles"))]
    yield f"May answer: {', '.join(allowed) or 'everybody'}"
    ttl = result.get("ttl")
    if isinstance(ttl, int) and not isinstance(ttl, bool) and ttl > 0:
        yield f"Waits for: {_duration(ttl * MINUTE)}"
    schema = result.get("schema")
    fields = schema.get("properties") if isinstance(schema, Mapping) else None
    if isinstance(fields, Mapping):
        for name, field in fields.items():
            yield _field(name, field)
    elif schema:
        yield outline(schema)


def _names(before: str, names: Json) -> Iterator[str]:
    if isinstance(names, list):
        yield from (f"{before}{scalar(name)}" for name in names)


def _field(name: str, field: Json) -> str:
    if not isinstance(field, Mapping):
        return f"- {name}"
    kind = [scalar(field["type"])] if isinstance(field.get("type"), str) else []
    needed = ["required"] if field.get("required") is True else []
    notes = f" ({', '.join([*kind, *needed])})" if kind or needed else ""
    description = field.get("description")
    return f"- {name}{notes}" + (f": {scalar(description)}" if description else "")


def _duration(seconds: int) -> str:
    for size, unit in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if seconds % size == 0:
            number = seconds // size
            return f"{number} {unit}{'s' if number != 1 else ''}"
    return f"{seconds} seconds"
