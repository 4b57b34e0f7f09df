"""`chatops pack`: what packs there are, what they hold, what is wrong with them."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import pack_names
from chatops_cli.cli.output import print_json, print_note, print_table, print_text
from chatops_cli.cli.session import catalog_of, settings_of, short
from chatops_cli.errors import ExitCode, NotFoundError

if TYPE_CHECKING:
    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.model.json import Json
    from chatops_cli.model.pack import Pack
    from chatops_cli.model.problem import Problem

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List and show packs.",
    epilog="Example: chatops pack show linux",
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one value a line.")]


@app.command("list", epilog="Example: chatops pack list --json")
def list_packs(ctx: typer.Context, *, as_json: AsJson = False) -> int:
    """List the packs, with how much each holds."""
    catalog = catalog_of(settings_of(ctx))
    entries = [entry_of(pack, catalog) for pack in catalog.packs.values()]
    if as_json:
        for entry in entries:
            print_json(entry)
    else:
        print_table(
            ("PACK", "VERSION", "ACTIONS", "ALIASES", "PROBLEMS", "DESCRIPTION"),
            (
                [str(entry[key]) for key in ("ref", "version", "actions", "aliases", "problems")]
                + [str(entry["description"])]
                for entry in entries
            ),
        )
    return ExitCode.OK


@app.command("show", epilog="Example: chatops pack show linux")
def show_pack(
    ctx: typer.Context,
    *,
    ref: Annotated[
        str, typer.Argument(help="The pack's ref.", autocompletion=pack_names, metavar="PACK")
    ],
    as_json: AsJson = False,
) -> int:
    """Show one pack: what it says of itself, its actions and aliases, its problems."""
    catalog = catalog_of(settings_of(ctx))
    pack = catalog.packs.get(ref)
    if pack is None:
        raise NotFoundError(f"no pack named {ref!r}", hint=known(catalog))
    problems = problems_of(pack, catalog)
    actions = [name for name in catalog.action_refs() if name.split(".", 1)[0] == ref]
    aliases = [alias.name for alias in catalog.aliases if alias.pack == ref]
    if as_json:
        print_json(
            {
                **entry_of(pack, catalog),
                "author": pack.author,
                "keywords": list(pack.keywords),
                "actions": list(actions),
                "aliases": list(aliases),
                "problems": [str(problem) for problem in problems],
            }
        )
        return ExitCode.OK
    print_text(f"{pack.ref} {pack.version}\n{pack.description}".strip())
    print_text(f"folder: {short(pack.path)}\nauthor: {pack.author or '-'}")
    print_text(f"actions: {', '.join(actions) or '-'}\naliases: {', '.join(aliases) or '-'}")
    for problem in problems:
        print_note(str(problem))
    return ExitCode.OK


def entry_of(pack: "Pack", catalog: "Catalog") -> "dict[str, Json]":
    """A pack as `list` prints it; counts are of what could be loaded."""
    refs = catalog.action_refs()
    return {
        "ref": pack.ref,
        "name": pack.name,
        "version": pack.version,
        "description": pack.description,
        "path": pack.path,
        "actions": sum(ref.split(".", 1)[0] == pack.ref for ref in refs),
        "aliases": sum(alias.pack == pack.ref for alias in catalog.aliases),
        "problems": len(problems_of(pack, catalog)),
    }


def problems_of(pack: "Pack", catalog: "Catalog") -> "list[Problem]":
    """The problems in the pack's folder."""
    folder = pack.place.file.rsplit("/", 1)[0] + "/"
    return [problem for problem in catalog.problems if problem.place.file.startswith(folder)]


def known(catalog: "Catalog") -> str:
    """Which packs there are, for a hint."""
    return f"loaded are {', '.join(catalog.packs)}" if catalog.packs else "no pack is loaded"
