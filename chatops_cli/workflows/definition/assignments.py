"""Lists of names with values: ``input``, ``vars``, ``output`` and ``publish``."""

import re

from chatops_cli.model.problem import Severity
from chatops_cli.model.workflow import Assignment
from chatops_cli.reading.value import Value, make_problem

NAME = re.compile(r"[\w-]+")


def read_assignments(value: Value | None, *, bare: bool = False) -> tuple[Assignment, ...]:
    """What a list of one-key objects assigns, in its order.

    Args:
        value: The list; None where there is none.
        bare: Whether a name may stand alone, as those of inputs do.

    Source: orquesta, ``specs/types.py``.
    """
    if value is None:
        return ()
    if value.is_mapping:
        value.report(
            "wrong-type",
            f"{value.name} must be a list, not a mapping",
            hint="put '- ' before each of its names",
        )
        return _of_mapping(value)
    items = value.items()
    if value.is_list and not items:
        report_empty(value)
    return tuple(one for item in items for one in _read(item, bare=bare))


def check_repeated(value: Value | None, assigned: tuple[Assignment, ...]) -> None:
    """Report names that stand twice, where that can't be meant."""
    if value is None:
        return
    seen: dict[str, Assignment] = {}
    for one in assigned:
        first = seen.setdefault(one.name, one)
        if first is not one:
            message = (
                f"{value.name} has {one.name!r} twice: first at {first.place}; the last one counts"
            )
            hint = "remove one of them"
            value.problems.append(
                make_problem(one.place, "repeated-name", message, hint, Severity.WARNING)
            )


def report_empty(value: Value) -> None:
    """Report that there is nothing in a section."""
    value.report(
        "no-value",
        f"{value.name} is empty; StackStorm refuses that",
        hint="remove it",
        severity=Severity.WARNING,
    )


def _read(item: Value, *, bare: bool) -> tuple[Assignment, ...]:
    if item.is_mapping:
        found = _of_mapping(item)
        if len(found) != 1:
            number = len(found) or "no"
            item.report(
                "one-name",
                f"{item.name} has {number} names, and must have one",
                hint="make an item of the list of each",
            )
        return found
    if bare:
        return _of_name(item)
    item.report(
        "one-name", f"{item.name} must be a name with a value, not {item.show()}", hint="- name: 1"
    )
    return ()


def _of_mapping(value: Value) -> tuple[Assignment, ...]:
    found = []
    for key, node in value.node.value:
        inner = Value(node, value.file, value.problems, key.value, value.name)
        place = Value(key, value.file, value.problems).place
        found.append(Assignment(name=key.value, value=inner.json(), place=place))
    return tuple(found)


def _of_name(item: Value) -> tuple[Assignment, ...]:
    name = item.text()
    if name is None:
        return ()
    name = name.strip()
    if not NAME.fullmatch(name):
        item.report(
            "variable-name",
            f"{item.name} is {item.show()}, which no expression can name",
            hint="a default is written '- name: value', with a space after the colon",
        )
    return (Assignment(name=name, has_value=False, place=item.place),)
