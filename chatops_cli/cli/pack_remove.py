"""`chatops pack remove`: packs taken away."""

from typing import Annotated

import typer

from chatops_cli.cli.agreement import agree
from chatops_cli.cli.completion import pack_names
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_json, print_note, print_text
from chatops_cli.cli.pack_options import Yes
from chatops_cli.cli.pack_site import site_of
from chatops_cli.cli.session import settings_of, short
from chatops_cli.cli.steps import cleaning_up
from chatops_cli.errors import ExitCode


def remove(
    ctx: typer.Context,
    packs: Annotated[
        list[str],
        typer.Argument(help="The packs' refs.", autocompletion=pack_names, metavar="PACK..."),
    ],
    *,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Remove packs that others depend on, that were changed, or put there by hand.",
        ),
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> int:
    """Remove packs and their environments. Configuration and values in the datastore stay."""
    from chatops_cli.catalog.installation import removal
    from chatops_cli.catalog.virtualenvs import build
    from chatops_cli.catalog.virtualenvs.site import site_of as environments_of

    settings = settings_of(ctx)
    site = site_of(settings, None)
    chosen = removal.choose(packs, site, forces=force)
    if not as_json:
        for installed in chosen:
            print_note(
                f"{installed.pack.ref} {installed.pack.version} in {short(installed.pack.path)}"
            )
    agree("Remove?", yes=yes)
    with cleaning_up():
        removal.remove(chosen)
        for installed in chosen:
            build.remove(installed.pack.ref, environments_of(settings))
    for installed in chosen:
        if as_json:
            print_json({"ref": installed.pack.ref, "path": installed.pack.path, "removed": True})
        else:
            print_text(f"removed {installed.pack.ref}")
    if not as_json:
        print_note("its configuration and its values in the datastore are left as they are")
    return ExitCode.OK
