"""`chatops init`: settings and a first pack, ready to run."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from chatops_cli.cli.output import print_text
from chatops_cli.errors import ChatOpsError, ExitCode

SCAFFOLD = Path(__file__).parent / "scaffold"
SCHEMAS = "schemas"
"""The folder for editors; the first lines of the scaffold's files name it."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    epilog='Example: chatops init ops && cd ops && chatops run "greet world"',
)
def init(
    folder: Annotated[
        Path, typer.Argument(help="Where to write; made if it isn't there.", show_default=False)
    ] = Path(),
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite files that are there already.")
    ] = False,
) -> int:
    """Write a commented chatops.yaml, a first pack that works, and schemas for editors."""
    files = [path.relative_to(SCAFFOLD) for path in sorted(SCAFFOLD.rglob("*")) if path.is_file()]
    from chatops_cli.validation.schemas.registry import KINDS, file_of, write_schemas

    schemas = folder / SCHEMAS
    targets = [*(folder / name for name in files), *(file_of(schemas, kind) for kind in KINDS)]
    present = [str(target) for target in targets if target.exists()]
    if present and not force:
        raise ChatOpsError(
            f"would overwrite {', '.join(present)}; nothing was written",
            hint="name another folder, or pass --force",
        )
    for name in files:
        target = folder / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(SCAFFOLD / name, target)
        except OSError as error:
            raise ChatOpsError(f"{target}: {error.strerror}") from error
        print_text(f"wrote {target}")
    for target in write_schemas(schemas):
        print_text(f"wrote {target}")
    where = "" if folder == Path() else f"cd {folder} && "
    print_text(f"\nRehearse it: {where}chatops rehearse")
    print_text(f'Try it: {where}chatops run "greet world"')
    return ExitCode.OK
