"""Options that the commands for installing packs share."""

from typing import Annotated

import typer

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")]
Revision = Annotated[
    str,
    typer.Option(help="A branch, tag, version or commit of a git repository.", metavar="REVISION"),
]
Indexes = Annotated[
    list[str] | None,
    typer.Option(
        "--index",
        help="A file or URL with a list of packs, in place of those of the settings; may be "
        "repeated.",
        metavar="INDEX",
    ),
]
SkipsDependencies = Annotated[
    bool, typer.Option("--skip-dependencies", help="Leave the packs that it depends on alone.")
]
NoSetup = Annotated[
    bool,
    typer.Option("--no-setup", help="Build no virtual environments; 'pack setup' does it later."),
]
Force = Annotated[
    bool,
    typer.Option(
        "--force", help="Replace packs that were changed by hand, or put there by hand, too."
    ),
]
