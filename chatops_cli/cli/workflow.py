"""`chatops workflow`: list, draw and inspect workflows."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli import continuing
from chatops_cli.cli.completion import workflow_names
from chatops_cli.cli.findings import counted, lines_of, summary_of
from chatops_cli.cli.options import AsJson, OfPack
from chatops_cli.cli.output import (
    has_unicode,
    print_error,
    print_json,
    print_note,
    print_table,
    print_text,
    width,
    write,
)
from chatops_cli.cli.session import catalog_of, settings_of
from chatops_cli.cli.workflow_rehearse import EPILOG as REHEARSE
from chatops_cli.cli.workflow_rehearse import rehearse_workflow
from chatops_cli.errors import ExitCode, NotFoundError
from chatops_cli.model.problem import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.model.action import Action
    from chatops_cli.model.problem import Problem
    from chatops_cli.workflows.drawing.shape import Shape


class Format(StrEnum):
    """In which form a workflow is drawn."""

    TEXT = "text"
    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List, draw, inspect, rehearse, pause, resume, cancel and rerun workflows.",
    epilog="Example: chatops workflow show web.release",
)


@app.command("list", epilog="Example: chatops workflow list --pack web")
def list_workflows(ctx: typer.Context, *, pack: OfPack = "", as_json: AsJson = False) -> int:
    """List workflows."""
    catalog = catalog_of(settings_of(ctx))
    if pack and pack not in catalog.packs:
        raise NotFoundError(f"no pack named {pack!r}", hint="see 'chatops pack list'")
    found = list(workflows_of(catalog, pack))
    if as_json:
        for action in found:
            print_json(
                {
                    "ref": action.ref,
                    "runner": action.runner_type,
                    "description": action.description,
                    "enabled": action.enabled,
                }
            )
    else:
        rows = [(a.ref, a.runner_type, a.description) for a in found]
        print_table(("WORKFLOW", "RUNNER", "DESCRIPTION"), rows)
    return ExitCode.OK


@app.command(
    "show",
    epilog="""Examples:

chatops workflow show web.release

chatops workflow show web.release --format svg > release.svg
""",
)
def show_workflow(
    ctx: typer.Context,
    *,
    ref: Annotated[
        str,
        typer.Argument(
            help="The action that is a workflow.", autocompletion=workflow_names, metavar="REF"
        ),
    ],
    form: Annotated[Format, typer.Option("--format", help="What to draw it as.")] = Format.TEXT,
) -> int:
    """Draw a workflow: its tasks, and what comes after each."""
    import sys

    from chatops_cli.workflows.opening import open_workflow

    catalog = catalog_of(settings_of(ctx))
    opened = open_workflow(named(catalog, ref), catalog)
    shape = opened.shape
    errors = [problem for problem in opened.problems if problem.severity is Severity.ERROR]
    if shape is None:
        for line in lines_of(errors):
            print_error(line)
        return ExitCode.FAILED
    write(sys.stdout, drawn(shape, form))
    if errors:
        print_note(f"{summary_of(errors)}; see 'chatops workflow inspect {ref}'")
    return ExitCode.OK


def drawn(shape: "Shape", form: Format) -> str:
    """The drawing of a workflow; as text it fits the terminal."""
    import sys

    match form:
        case Format.TEXT:
            from chatops_cli.workflows.drawing.text import draw_text

            ascii_only = not has_unicode(sys.stdout)
            return draw_text(shape, width=width(sys.stdout), ascii_only=ascii_only)
        case Format.MERMAID:
            from chatops_cli.workflows.drawing.mermaid import draw_mermaid

            return draw_mermaid(shape)
        case Format.DOT:
            from chatops_cli.workflows.drawing.dot import draw_dot

            return draw_dot(shape)
        case Format.SVG:
            from chatops_cli.workflows.drawing.svg import draw_svg

            return draw_svg(shape)


@app.command(
    "trace",
    epilog="""Examples:

chatops workflow trace 3f2a

chatops workflow trace 3f2a --json | jq .tasks
""",
)
def trace_workflow(
    ctx: typer.Context,
    *,
    execution: Annotated[
        str,
        typer.Argument(help="The execution's id, or its beginning.", metavar="EXECUTION"),
    ],
    as_json: AsJson = False,
) -> int:
    """Show when each task of a workflow ran, for how long, and how it ended; also while it runs."""
    from chatops_cli.cli.history import history_of
    from chatops_cli.cli.trace import is_workflow, print_trace, show_trace, span_of

    history = history_of(ctx)
    entry = history.show(execution)
    if not is_workflow(entry):
        raise NotFoundError(
            f"execution {entry.id} is none of a workflow: {entry.action} is {entry.runner}",
            hint=f"see 'chatops history show {entry.parent or entry.id}'",
        )
    span = span_of(history, entry)
    if as_json:
        print_trace(span)
    else:
        show_trace(span, entry)
    return ExitCode.OK


@app.command(
    "inspect",
    epilog="""Examples:

chatops workflow inspect web.release

chatops workflow inspect --pack web --json
""",
)
def inspect_workflows(
    ctx: typer.Context,
    *,
    refs: Annotated[
        list[str] | None,
        typer.Argument(
            help="The workflows; without any, all of them.",
            autocompletion=workflow_names,
            metavar="[REF]...",
        ),
    ] = None,
    pack: OfPack = "",
    as_json: AsJson = False,
) -> int:
    """Say what is wrong with workflows before they run; exit code 1 where something is."""
    from chatops_cli.workflows.opening import open_workflow

    catalog = catalog_of(settings_of(ctx))
    if pack and pack not in catalog.packs:
        raise NotFoundError(f"no pack named {pack!r}", hint="see 'chatops pack list'")
    chosen = [named(catalog, ref) for ref in refs] if refs else list(workflows_of(catalog, pack))
    found: list[Problem] = []
    for action in chosen:
        found.extend(open_workflow(action, catalog).problems)
    problems = sorted(dict.fromkeys(found), key=lambda p: (p.place, p.rule, p.message))
    if as_json:
        for problem in problems:
            print_json(
                {
                    "file": problem.place.file,
                    "line": problem.place.line,
                    "column": problem.place.column,
                    "rule": problem.rule,
                    "severity": str(problem.severity),
                    "message": problem.message,
                    "hint": problem.hint,
                }
            )
    else:
        for line in lines_of(problems):
            print_text(line)
        print_note(f"{counted(len(chosen), 'workflow')}: {summary_of(problems)}")
    is_broken = any(problem.severity is Severity.ERROR for problem in problems)
    return ExitCode.FAILED if is_broken else ExitCode.OK


app.command("rehearse", epilog=REHEARSE)(rehearse_workflow)
app.command("pause", epilog="Example: chatops workflow pause 3f2a")(continuing.pause)
app.command("resume", epilog="Example: chatops workflow resume 3f2a")(continuing.resume)
app.command("cancel", epilog="Example: chatops workflow cancel 3f2a")(continuing.cancel)
app.command(
    "rerun",
    epilog="""Examples:

chatops workflow rerun 3f2a

chatops workflow rerun 3f2a --tasks deploy,verify --reset-items
""",
)(continuing.rerun)


def workflows_of(catalog: "Catalog", pack: str) -> "Iterator[Action]":
    """The workflows of a pack, or of all."""
    from chatops_cli.workflows.opening import is_workflow

    for action in catalog.actions():
        if is_workflow(action) and (not pack or action.pack == pack):
            yield action


def named(catalog: "Catalog", ref: str) -> "Action":
    """The action of that ref.

    Raises:
        NotFoundError: There is none.
    """
    action = catalog.action(ref)
    if action is None:
        raise NotFoundError(f"no action named {ref!r}", hint="see 'chatops workflow list'")
    return action
