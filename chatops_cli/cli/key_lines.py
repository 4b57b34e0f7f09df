"""How values of the datastore are printed."""

import sys
from collections.abc import Iterable

from chatops_cli.cli.output import print_table, print_text, write
from chatops_cli.model.item import Item
from chatops_cli.model.json import Json

SHOWN = 60
"""Characters of a value that a table shows."""


def json_of(item: Item) -> dict[str, Json]:
    """A value with stable keys."""
    from chatops_cli.records.item_document import as_text

    return {
        "name": item.name,
        "value": item.value,
        "scope": str(item.scope),
        "user": item.user or None,
        "secret": item.secret,
        "encrypted": item.encrypted,
        "expires": as_text(item.expires) if item.expires is not None else None,
    }


def print_value(value: str) -> None:
    """A value and a newline: byte for byte, unless a terminal would read it."""
    if sys.stdout.isatty():
        print_text(value)
    else:
        write(sys.stdout, value + "\n")


def print_items(items: Iterable[Item]) -> None:
    """A table; what is encrypted is said to be."""
    print_table(
        ("NAME", "SCOPE", "USER", "EXPIRES", "VALUE"),
        ((i.name, i.scope, i.user or "-", expiry_of(i), shown(i)) for i in items),
    )


def expiry_of(item: Item) -> str:
    """When it is gone."""
    return f"{item.expires:%Y-%m-%d %H:%M:%S}" if item.expires is not None else "-"


def shown(item: Item) -> str:
    """As much of a value as fits into a table."""
    if item.encrypted:
        return "(encrypted)"
    return item.value if len(item.value) <= SHOWN else f"{item.value[: SHOWN - 3]}..."


def told(item: Item) -> str:
    """A value in a sentence, without the value itself."""
    whose = f"of {item.user}" if item.user else "for everybody"
    how = ", encrypted" if item.secret else ""
    until = f", until {expiry_of(item)} UTC" if item.expires is not None else ""
    return f"{item.name} {whose}{how}{until}"
