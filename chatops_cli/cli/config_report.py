"""A pack's configuration as it is: its values and where each comes from, and what is wrong."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from chatops_cli.cli.findings import lines_of, ordered
from chatops_cli.cli.output import print_json, print_note, print_table, print_text
from chatops_cli.cli.session import short, user_name
from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Severity
from chatops_cli.model.secret import MASK

if TYPE_CHECKING:
    from chatops_cli.execution.site_check import Path
    from chatops_cli.model.json import Json
    from chatops_cli.model.problem import Problem
    from chatops_cli.room.configuration import Configuration
    from chatops_cli.room.world import World


@frozen
class Line:
    """One value: `source` is ``file``, ``default``, ``datastore``, ``environment`` or ``unset``."""

    key: str
    value: "Json"
    source: str
    is_secret: bool
    is_required: bool


def show(world: "World", ref: str, *, as_json: bool) -> int:
    """All values, those that the schema names and nobody has set too."""
    configuration = world.configuration(ref)
    lines = [*lines_in(configuration)]
    if as_json:
        for line in lines:
            print_json(json_of(line))
    elif lines:
        print_table(("KEY", "FROM", "VALUE"), (row_of(line) for line in lines))
    else:
        print_note(f"the pack {ref} has no configuration, and no schema for one")
    file = configuration.file
    there = "" if file.data is not None else ", which isn't there"
    print_note(f"file: {short(str(file.path))}{there}")
    if configuration.errors:
        print_note(f"it is wrong, and the pack doesn't run: chatops pack config {ref} --check")
    return ExitCode.OK


def check(world: "World", ref: str, *, as_json: bool) -> int:
    """What is wrong with the file, and with what it refers to as the person at the terminal."""
    from chatops_cli.room.configuration import problems_of

    found = [*problems_of(ref, world.configuration(ref))]
    if not any(problem.severity is Severity.ERROR for problem in found):
        found.extend(unfound(world, ref))
    problems = ordered(found)
    if as_json:
        for problem in problems:
            print_json(problem_json(problem))
    else:
        for line in lines_of(problems):
            print_text(line)
        if not problems:
            print_note("no problems")
    has_errors = any(problem.severity is Severity.ERROR for problem in problems)
    return ExitCode.PROBLEMS if has_errors else ExitCode.OK


def unfound(world: "World", ref: str) -> "Iterator[Problem]":
    """What keeps the configuration from being looked up."""
    import os

    from chatops_cli.execution.configuration import Sources, looked_up
    from chatops_cli.model.problem import Problem
    from chatops_cli.rendering.variables import PermittedVariables
    from chatops_cli.room.opening import open_datastore

    configuration = world.configuration(ref)
    sources = Sources(
        templates=world.templates,
        datastore=open_datastore(world.settings).of(user_name()),
        variables=PermittedVariables(
            os.environ, world.settings.config_environment, lambda _value: None
        ),
    )
    try:
        looked_up(configuration.site, pack=ref, sources=sources)
    except ChatOpsError as error:
        yield Problem(
            place=configuration.file.place(()),
            rule="config-reference",
            message=error.message,
            hint=error.hint,
        )


def lines_in(configuration: "Configuration") -> "Iterator[Line]":
    """The lines of all values, in the schema's order, then the others."""
    site = configuration.site
    for name in (*site.schema, *(key for key in site.values if key not in site.schema)):
        yield from lines_at(configuration, (name,))


def lines_at(configuration: "Configuration", path: "Path") -> "Iterator[Line]":
    """The lines of the value at a path: objects and lists of them by their parts."""
    from chatops_cli.execution.secrecy import masked
    from chatops_cli.execution.site_check import spelled
    from chatops_cli.execution.site_path import schema_at, value_at
    from chatops_cli.room.references import reference_of

    schema = schema_at(configuration.site.schema, path)
    value = value_at(configuration.site.values, path)
    is_secret = schema.get("secret") is True
    parts = [] if is_secret else [*parts_of(value, schema)]
    if parts:
        for part in parts:
            yield from lines_at(configuration, (*path, part))
        return
    reference, shown = reference_of(value), value
    if value is None and schema.get("default") is not None:
        source, shown = "default", schema["default"]
    else:
        source = "unset" if value is None else reference.kind if reference else "file"
    if reference is None and shown is not None:
        shown = MASK if is_secret else masked(shown, schema)
    yield Line(
        key=spelled(path),
        value=shown,
        source=source,
        is_secret=is_secret,
        is_required=schema.get("required") is True,
    )


def parts_of(value: "Json", schema: "Mapping[str, Json]") -> "Iterator[str | int]":
    """The keys or indexes of the parts that are shown by themselves."""
    if isinstance(value, list):
        if any(isinstance(item, dict | list) for item in value):
            yield from range(len(value))
        return
    if value is not None and not isinstance(value, dict):
        return
    given = value or {}
    properties = schema.get("properties")
    known = properties if isinstance(properties, Mapping) else {}
    yield from (*known, *(key for key in given if key not in known))


def json_of(line: Line) -> "dict[str, Json]":
    """A line with stable keys."""
    return {
        "key": line.key,
        "value": line.value,
        "from": line.source,
        "secret": line.is_secret,
        "required": line.is_required,
    }


def row_of(line: Line) -> list[str]:
    """A line of the table."""
    from chatops_cli.cli.config_form import as_text

    value = "" if line.value is None else as_text(line.value)
    if line.source == "unset" and line.is_required:
        value = "(required)"
    return [line.key, line.source if line.source != "unset" else "-", value]


def problem_json(problem: "Problem") -> "dict[str, Json]":
    """A problem with stable keys."""
    return {
        "file": problem.place.file,
        "line": problem.place.line,
        "column": problem.place.column,
        "severity": str(problem.severity),
        "rule": problem.rule,
        "message": problem.message,
        "hint": problem.hint,
    }
