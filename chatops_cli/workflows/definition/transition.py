"""What comes after a task: one item of its ``next``."""

from chatops_cli.model.problem import Severity
from chatops_cli.model.workflow import Assignment, Transition
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.value import Value
from chatops_cli.workflows.definition.assignments import read_assignments, report_empty
from chatops_cli.workflows.definition.inline import read_inline
from chatops_cli.workflows.definition.scalars import read_condition, report_null


def read_transitions(value: Value | None) -> tuple[Transition, ...]:
    """The transitions of a task, in their order."""
    if value is None:
        return ()
    if value.is_mapping:
        value.report(
            "wrong-type",
            f"{value.name} must be a list, not a mapping",
            hint="put '- ' before its first key",
        )
        return (_read(Reader(value)),)
    readers = (Reader.of(item) for item in value.items())
    return tuple(_read(reader) for reader in readers if reader is not None)


def _read(reader: Reader) -> Transition:
    report_null(reader, "when", "publish", "do")
    transition = Transition(
        when=read_condition(reader, "when"),
        publish=_publish(reader.value("publish")),
        do=_do(reader.value("do")),
        place=reader.place,
    )
    reader.finish()
    return transition


def _publish(value: Value | None) -> tuple[Assignment, ...]:
    if value is None or value.node.id != "scalar":
        return read_assignments(value)
    text: str = value.node.value
    found = read_inline(text)
    if found.rest or not found.values:
        report_unread(value, found.rest)
    place = value.text_place
    return tuple(Assignment(name=name, value=given, place=place) for name, given in found.values)


def report_unread(value: Value, rest: str) -> None:
    """Report a part of a text that is no parameter, and is not read."""
    what = repr(rest) if rest else "what is given"
    value.report(
        "inline-parameter",
        f"{value.name}: {what} is read as no parameter, and ignored",
        hint='a parameter is name="text", name=1, name=true or name=<% … %>',
    )


def _do(value: Value | None) -> tuple[str, ...]:
    if value is None:
        return ("continue",)
    if value.is_list:
        names = tuple(name.strip() for name in value.strings())
        if not names:
            report_empty(value)
            return ("continue",)
    else:
        text = value.text()
        if text is None:
            return ("continue",)
        names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        value.report("wrong-type", f"{value.name} has a name without letters")
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        value.report(
            "repeated-name",
            f"{value.name} names {name} twice; it is run once",
            hint="remove one of them",
            severity=Severity.WARNING,
        )
    return tuple(name for name in names if name) or ("continue",)
