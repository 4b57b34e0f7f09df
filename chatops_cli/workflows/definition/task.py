"""One task of an Orquesta definition."""

from typing import Literal

from chatops_cli.model.json import Json
from chatops_cli.model.problem import Severity
from chatops_cli.model.workflow import Retry, Task
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value
from chatops_cli.workflows.definition.assignments import report_empty
from chatops_cli.workflows.definition.inline import read_inline, split_action
from chatops_cli.workflows.definition.items import read_items
from chatops_cli.workflows.definition.markers import has_expression
from chatops_cli.workflows.definition.scalars import read_condition, read_count, report_null
from chatops_cli.workflows.definition.transition import read_transitions, report_unread


def read_task(name: str, value: Value) -> Task:
    """The task of this name.

    Source: orquesta, ``specs/native/v1/models.py``, schema of a task.
    """
    if value.is_null:
        value.report(
            "no-value",
            f"{value.name} is empty; StackStorm refuses that",
            hint="write 'action: core.noop'",
            severity=Severity.WARNING,
        )
        return Task(name=name, place=value.place)
    reader = Reader.of(value)
    if reader is None:
        return Task(name=name, place=value.place)
    report_null(reader, "delay", "join", "with", "action", "input", "retry", "next")
    action, inline = _action(reader)
    given = _input(reader.value("input"), is_inline=inline is not None)
    task = Task(
        name=name,
        place=reader.place,
        action=action,
        input=given if inline is None else inline,
        items=read_items(reader.value("with")),
        join=_join(reader.value("join")),
        delay=read_count(reader.value("delay")),
        retry=_retry(reader.section("retry")),
        next=read_transitions(reader.value("next")),
    )
    reader.finish()
    return task


def _action(reader: Reader) -> tuple[str | None, dict[str, Json] | None]:
    """What is run, and the parameters beside it, None where there are none."""
    value = reader.value("action")
    text = value.text() if value is not None else None
    if value is None or text is None:
        return None, None
    if not text.strip():
        value.report("missing-key", f"{value.name} is empty")
        return None, None
    action, rest = split_action(text)
    found = read_inline(rest)
    if found.rest:
        report_unread(value, found.rest)
    return action, dict(found.values) or None


def _input(value: Value | None, *, is_inline: bool) -> Json:
    if value is None:
        return {}
    if is_inline:
        value.report(
            "ignored-input",
            f"{value.name} is ignored: the action has parameters on its own line",
            hint="write all of them here, or all of them there",
            severity=Severity.WARNING,
        )
    if value.is_mapping:
        given = value.json()
        if not given:
            report_empty(value)
        return given
    text = value.text() if value.node.id == "scalar" else None
    if text is not None and has_expression(text):
        return text
    value.wrong("a mapping, or an expression that gives one")
    return {}


def _join(value: Value | None) -> int | Literal["all"] | None:
    if value is None:
        return None
    found = value.json() if value.node.id == "scalar" else None
    if found == "all":
        return "all"
    if isinstance(found, bool) or not isinstance(found, int):
        quoted = isinstance(found, str) and found.strip().isdecimal()
        value.report(
            "wrong-type",
            f"{value.name} must be all or a whole number, not {value.show()}",
            hint="remove the quotes" if quoted else None,
        )
        return None
    return value.integer(minimum=0)


def _retry(reader: Reader | None) -> Retry | None:
    if reader is None:
        return None
    report_null(reader, "when", "delay")
    count = read_count(reader.value("count", required=True))
    retry = Retry(
        count=0 if count is None else count,
        when=read_condition(reader, "when"),
        delay=read_count(reader.value("delay")),
        place=reader.place,
    )
    reader.finish()
    return retry
