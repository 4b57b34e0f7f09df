"""What is expected of a rehearsal, read from its file."""

import re

from chatops_cli.model.execution import Status
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value
from chatops_cli.workflows.rehearsing.suite import Chain, Claim, Expected

ENDS = tuple(
    str(status)
    for status in (
        Status.SUCCEEDED,
        Status.FAILED,
        Status.TIMEOUT,
        Status.CANCELED,
        Status.ABANDONED,
        Status.PAUSED,
        Status.PENDING,
    )
)
"""How a workflow or a task can stand when nothing of it runs any more."""
_ARROW = re.compile(r"\s*->\s*")
NEVER = "never"


def read_expected(reader: Reader) -> Expected:
    """What stands under ``expect``."""
    value = reader.value("status")
    status = value.choice(ENDS) if value is not None else None
    chains: list[Chain] = []
    claims: list[Claim] = []
    tasks = reader.value("tasks")
    for each in tasks.items() if tasks is not None else ():
        if each.is_mapping:
            claims.extend(_claims(Reader(each)))
        elif (text := each.text()) is not None:
            names = tuple(_ARROW.split(text.strip()))
            if all(names):
                chains.append(Chain(place=each.place, tasks=names))
            else:
                each.report(
                    "task-order", f"{text!r} has an arrow without a task", hint="write a -> b"
                )
    errors = reader.value("errors")
    expected = Expected(
        place=reader.place,
        status=Status(status) if status is not None else None,
        output=reader.json("output", None),
        has_output=reader.has("output"),
        chains=tuple(chains),
        claims=tuple(claims),
        errors=errors.strings() if errors is not None else None,
    )
    reader.finish()
    if not reader.keys():
        reader.report(
            "nothing-expected", "expect is empty, so the case could not fail", hint="say what for"
        )
    return expected


def _claims(reader: Reader) -> list[Claim]:
    return [claim for name, value in reader.entries() if (claim := _claim(name, value)) is not None]


def _claim(name: str, value: Value) -> Claim | None:
    """``never``, a status, or how many times it is run."""
    found = value.json() if value.node.id == "scalar" else None
    if found == NEVER:
        return Claim(place=value.place, task=name, runs=0)
    if isinstance(found, int) and not isinstance(found, bool) and found >= 0:
        return Claim(place=value.place, task=name, runs=found)
    if isinstance(found, str) and found in ENDS:
        return Claim(place=value.place, task=name, status=Status(found))
    value.report(
        "unknown-value",
        f"{value.name} is {value.show()}, and a task ends {', '.join(ENDS)}, is run {NEVER} or"
        " so many times",
    )
    return None
