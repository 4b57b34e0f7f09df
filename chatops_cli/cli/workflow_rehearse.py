"""`chatops workflow rehearse`: workflows conducted with mocked results of their actions."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import workflow_names
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.session import settings_of

if TYPE_CHECKING:
    from chatops_cli.model.json import Json

EPILOG = """Examples:

chatops workflow rehearse web.release --input app=api --missing succeed

chatops workflow rehearse web.release --mocks release.yaml

chatops workflow rehearse --from 3f2a --record release.yaml

chatops workflow rehearse rehearsals/ --junit report.xml

Exit codes: 0 it succeeded, or all cases passed; 1 it failed, or lacks mocks; 2 wrong usage or
parameters; 3 mistakes in a file of mocks; 6 it waits for an answer; 130 interrupted.
"""


class Missing(StrEnum):
    """What to do where an action has no mock."""

    STOP = "stop"
    SUCCEED = "succeed"
    FAIL = "fail"
    ASK = "ask"


def rehearse_workflow(
    ctx: typer.Context,
    *,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            help="A workflow, or files of mocks with cases, or folders of such files.",
            autocompletion=workflow_names,
            metavar="[REF|PATH]...",
        ),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(
            "--input", help="A parameter of the workflow; may be repeated.", metavar="K=V"
        ),
    ] = None,
    mocks: Annotated[
        Path | None, typer.Option(help="What the actions of its tasks give.", metavar="FILE")
    ] = None,
    execution: Annotated[
        str,
        typer.Option(
            "--from", help="Take what the tasks of this execution gave.", metavar="EXECUTION"
        ),
    ] = "",
    record: Annotated[
        Path | None,
        typer.Option(help="Write what --from takes to this file, to be edited.", metavar="FILE"),
    ] = None,
    missing: Annotated[
        Missing | None,
        typer.Option(help="What an action does that has no mock; it stops there."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Write a JUnit report to this file.", metavar="FILE")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Conduct a workflow for real, but for its actions: what they give comes from mocks."""
    from chatops_cli.cli.workflow_rehearsal import Asked, run_rehearsals

    asked = Asked(
        targets=tuple(targets or ()),
        input=inputs_of(given or []),
        mocks=mocks,
        execution=execution,
        record=record,
        missing=str(missing) if missing is not None else None,
        junit=junit,
        as_json=as_json,
    )
    return run_rehearsals(settings_of(ctx), asked)


def inputs_of(given: list[str]) -> "dict[str, Json]":
    """Parameters as typed."""
    found: dict[str, Json] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{each!r} is no name=value", param_hint="--input")
        found[name] = value
    return found
