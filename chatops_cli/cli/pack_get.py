"""`chatops pack get`: an installed pack, where it came from, and what was changed in it since."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import pack_names
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_json, print_text
from chatops_cli.cli.pack_preview import listed
from chatops_cli.cli.pack_site import site_of
from chatops_cli.cli.session import settings_of, short
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatops_cli.catalog.installation.installed import Installed
    from chatops_cli.model.json import Json


def get(
    ctx: typer.Context,
    *,
    ref: Annotated[
        str, typer.Argument(help="The pack's ref.", autocompletion=pack_names, metavar="PACK")
    ],
    as_json: AsJson = False,
) -> int:
    """Show where an installed pack came from, and which of its files were changed since."""
    installed = site_of(settings_of(ctx), None).get(ref)
    pack, provenance = installed.pack, installed.provenance
    changed = provenance.differences(installed.path).names if provenance is not None else ()
    if as_json:
        print_json(facts_of(installed, changed))
        return ExitCode.OK
    print_text(f"{pack.ref} {pack.version}\n{pack.description}".strip())
    print_text(f"folder: {short(pack.path)}")
    if provenance is None:
        came = "comes with chatops" if installed.is_bundled else "put there by hand"
        print_text(f"source: {came}")
        return ExitCode.OK
    print_text(f"source: {provenance.source}")
    if provenance.asked:
        print_text(f"asked for as: {provenance.asked}")
    if provenance.commit:
        print_text(f"commit: {provenance.commit}")
    print_text(f"installed: {provenance.installed:%Y-%m-%d %H:%M:%S}Z")
    print_text(f"changed since: {listed(changed, ', ') or 'nothing'}")
    return ExitCode.OK


def facts_of(installed: "Installed", changed: "Sequence[str]") -> "dict[str, Json]":
    """What is known of it, with stable keys; `changed` are the files that were changed since."""
    pack, provenance = installed.pack, installed.provenance
    return {
        "ref": pack.ref,
        "name": pack.name,
        "version": pack.version,
        "description": pack.description,
        "author": pack.author,
        "keywords": list(pack.keywords),
        "dependencies": list(pack.dependencies),
        "path": pack.path,
        "bundled": installed.is_bundled,
        "source": provenance.source.location if provenance is not None else None,
        "revision": provenance.source.revision if provenance is not None else None,
        "asked": provenance.asked if provenance is not None else None,
        "commit": provenance.commit if provenance is not None else None,
        "installed": provenance.installed.isoformat() if provenance is not None else None,
        "changed": list(changed),
    }
