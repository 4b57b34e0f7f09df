"""`chatops pack create`: a new pack to start from."""

from pathlib import Path
from typing import Annotated

import typer

from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_json, print_text
from chatops_cli.cli.pack_site import site_of
from chatops_cli.cli.session import settings_of, short, user_name
from chatops_cli.errors import ExitCode, InstallError


def create(
    ctx: typer.Context,
    name: Annotated[
        str,
        typer.Argument(help="Its ref: lower-case letters, digits, underscores.", metavar="NAME"),
    ],
    *,
    into: Annotated[
        Path | None,
        typer.Option(
            help="The folder for it; unless said, the first of 'packs' in the settings that can "
            "be written, or else the working folder.",
            metavar="FOLDER",
        ),
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Write a new pack that works, with an action in shell, one in Python, aliases and tests."""
    from chatops_cli.catalog.installation.scaffold import create_pack

    settings = settings_of(ctx)
    site = site_of(settings, None)
    if into is None and (there := site.packs.get(name)) is not None:
        raise InstallError(
            f"there is a pack {name} already: {short(there.path)}",
            hint="it would stand in for that one; take another name, or say where: --into FOLDER",
        )
    root = site.place(into)
    if into is None and root == settings.installed_packs:
        root = Path.cwd()
    files = create_pack(name, root, author=user_name())
    if as_json:
        print_json({"ref": name, "path": str(root / name), "files": [str(file) for file in files]})
        return ExitCode.OK
    for file in files:
        print_text(f"wrote {short(str(file))}")
    is_read = root in settings.roots
    packs = "" if is_read else f"--packs {short(str(root))} "
    print_text(f'\nTry it: chatops {packs}run "{name} greet Ada"')
    print_text(f"Rehearse it: chatops rehearse {short(str(root / name))}")
    print_text(f"Test it: chatops {packs}test {name}")
    return ExitCode.OK
