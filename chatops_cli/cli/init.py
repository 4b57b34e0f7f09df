"""`chatops init`: settings and a first pack, ready to run."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from chatops_cli.cli.output import print_text
from chatops_cli.errors import ChatOpsError, ExitCode

SCAFFOLD = Path(__file__).parent / "scaffold"

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
    """Write a commented chatops.yaml and a first pack that works."""
    files = [path.relative_to(SCAFFOLD) for path in sorted(SCAFFOLD.rglob("*")) if path.is_file()]
    present = [str(folder / name) for name in files if (folder / name).exists()]
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
    where = "" if folder == Path() else f"cd {folder} && "
    print_text(f"\nRehearse it: {where}chatops rehearse")
    print_text(f'Try it: {where}chatops run "greet world"')
    return ExitCode.OK
