"""A task's ``with``: the items that its action is run for."""

import re

from chatops_cli.model.workflow import Items
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value
from chatops_cli.workflows.definition.markers import ONE
from chatops_cli.workflows.definition.scalars import read_count, report_null

WITH = re.compile(
    r"\s*(?:(?P<names>\w+(?:\s*,\s*\w+)*)\s+in\s+)?(?P<items>" + ONE.pattern + r")\s*"
)


def read_items(value: Value | None) -> Items | None:
    """The items, written as text or as an object; None where they can't be read.

    Source: orquesta, ``specs/native/v1/models.py``, schema of an itemized task.
    """
    if value is None:
        return None
    if not value.is_mapping:
        found = _expression(value)
        return None if found is None else Items(items=found[0], names=found[1], place=value.place)
    reader = Reader(value)
    report_null(reader, "concurrency")
    written = reader.value("items", required=True)
    found = _expression(written) if written is not None else None
    concurrency = read_count(reader.value("concurrency"))
    reader.finish()
    if found is None:
        return None
    return Items(items=found[0], names=found[1], concurrency=concurrency, place=reader.place)


def _expression(value: Value) -> tuple[str, tuple[str, ...]] | None:
    if value.node.id != "scalar":
        value.wrong("one expression that gives a list")
        return None
    found = WITH.fullmatch(value.node.value)
    if found is None:
        value.report(
            "with-items",
            f"{value.name} is {value.show()}, and must be one expression that gives a list",
            hint="write <% ctx().hosts %>, or: host in <% ctx().hosts %>; all of it on one line",
        )
        return None
    names = tuple(name.strip() for name in (found["names"] or "").split(",") if name.strip())
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        value.report("with-items", f"{value.name} gives the name {name} twice")
    return found["items"], names
