"""`chatops schema`: what editors know of the files of packs, as JSON Schemas."""

import json
from pathlib import Path
from typing import Annotated

import typer

from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_json, print_note, print_table, print_text
from chatops_cli.errors import ChatOpsError, ExitCode

app = typer.Typer(add_completion=False, rich_markup_mode=None)


def kinds() -> list[str]:
    """All kinds, for a shell that completes."""
    from chatops_cli.validation.schemas.registry import KINDS

    return list(KINDS)


@app.command(
    epilog="""Examples:

chatops schema

chatops schema alias > alias.json

chatops schema --all schemas
"""
)
def schema(
    *,
    kind: Annotated[
        str,
        typer.Argument(
            help="The kind of file; without one, all are listed.",
            autocompletion=kinds,
            metavar="[KIND]",
            show_default=False,
        ),
    ] = "",
    folder: Annotated[
        Path | None,
        typer.Option("--all", help="Write all of them to this folder.", metavar="DIR"),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Print the JSON Schema of a kind of file, for editors and other programs."""
    from chatops_cli.validation.schemas.registry import KINDS, schema_of

    if folder is not None:
        if kind:
            raise ChatOpsError("--all writes every schema", hint=f"leave out {kind!r}, or --all")
        write_all(folder)
    elif kind:
        print_text(json.dumps(schema_of(kind), indent=2))
    elif as_json:
        for name, found in KINDS.items():
            print_json({"kind": name, "files": found.files, "about": found.about})
    else:
        rows = [(name, found.files, found.about) for name, found in KINDS.items()]
        print_table(("kind", "files", "about"), rows)
    return ExitCode.OK


def write_all(folder: Path) -> None:
    """A file for each kind is in the folder, and what editors are told of them on stderr."""
    from chatops_cli.validation.schemas.registry import header, write_schemas

    for path in write_schemas(folder):
        print_text(f"wrote {path}")
    print_note(f"The first line of a file tells editors: {header('…/alias.json')}")
