"""`chatops pack search`, and what an index says of a pack that isn't installed."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_json, print_note, print_table, print_text
from chatops_cli.cli.pack_options import Indexes
from chatops_cli.cli.pack_site import indexes_of, read_index
from chatops_cli.cli.session import catalog_of, settings_of
from chatops_cli.cli.steps import Steps
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from chatops_cli.catalog.installation.index import Entry
    from chatops_cli.model.json import Json


def search(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(help="A text in names, keywords, descriptions.", metavar="[WORD]..."),
    ] = None,
    *,
    index: Indexes = None,
    as_json: AsJson = False,
) -> int:
    """Search the indexes for packs that can be installed; without words list all."""
    settings = settings_of(ctx)
    steps = Steps(is_shown=not as_json)
    try:
        found = read_index(indexes_of(settings, index), steps)
    finally:
        steps.clear()
    if not found.entries and found.failures:
        raise found.failures[0]
    for failure in found.failures:
        print_note(f"warning: {failure.message}")
    entries = found.search(" ".join(words or ()))
    packs = catalog_of(settings).packs
    if as_json:
        for entry in entries:
            print_json(
                json_of_entry(entry, packs[entry.ref].version if entry.ref in packs else None)
            )
    elif entries:
        rows = ([e.ref, e.version, "yes" if e.ref in packs else "", e.description] for e in entries)
        print_table(("PACK", "VERSION", "INSTALLED", "DESCRIPTION"), rows)
    else:
        print_note("no index has such a pack")
    return ExitCode.OK if entries else ExitCode.FAILED


def show_entry(entry: "Entry", *, as_json: bool) -> ExitCode:
    """What an index says of a pack, marked as not installed."""
    if as_json:
        print_json(json_of_entry(entry, None))
        return ExitCode.OK
    print_text(f"{entry.ref} {entry.version} (not installed)\n{entry.description}".strip())
    print_text(f"index: {entry.index}\nsource: {entry.repo_url or '-'}")
    print_text(f"author: {entry.author or '-'}\nkeywords: {', '.join(entry.keywords) or '-'}")
    print_text(f"\nTo install it: chatops pack install {entry.ref}")
    return ExitCode.OK


def find_entry(indexes: Sequence[str], ref: str) -> "Entry":
    """What the indexes say of a pack.

    Raises:
        ChatOpsError: None has it, or none can be read.
    """
    steps = Steps(is_shown=True)
    try:
        return read_index(indexes, steps).get(ref)
    finally:
        steps.clear()


def json_of_entry(entry: "Entry", installed: str | None) -> "dict[str, Json]":
    """An entry with stable keys; `installed` is the version that is here."""
    return {
        "ref": entry.ref,
        "name": entry.name,
        "version": entry.version,
        "description": entry.description,
        "author": entry.author,
        "keywords": list(entry.keywords),
        "repo_url": entry.repo_url,
        "index": entry.index,
        "installed": installed,
    }
