"""`chatops pack`: what packs there are, what they hold, what is wrong with them; and more packs."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.catalog.virtualenvs.examination import examine
from chatops_cli.catalog.virtualenvs.lookup import hint_for
from chatops_cli.catalog.virtualenvs.site import site_of
from chatops_cli.catalog.virtualenvs.state import State
from chatops_cli.cli.completion import pack_names
from chatops_cli.cli.findings import (
    folder_of,
    inside,
    lines_of,
    ordered,
    problems_of,
    summary_of,
    unread,
)
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_error, print_json, print_note, print_table, print_text
from chatops_cli.cli.pack_config import EPILOG as CONFIG_HELP
from chatops_cli.cli.pack_config import config
from chatops_cli.cli.pack_create import create
from chatops_cli.cli.pack_get import get
from chatops_cli.cli.pack_index import find_entry, search, show_entry
from chatops_cli.cli.pack_install import install, update
from chatops_cli.cli.pack_remove import remove
from chatops_cli.cli.pack_rules import entries_of, line_of, rules_of
from chatops_cli.cli.pack_setup import EXAMPLES, setup_packs
from chatops_cli.cli.session import settings_of, short
from chatops_cli.errors import ChatOpsError, ExitCode, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.catalog.virtualenvs.examination import Examined
    from chatops_cli.catalog.virtualenvs.site import Site
    from chatops_cli.model.json import Json
    from chatops_cli.model.pack import Pack
    from chatops_cli.model.problem import Problem
    from chatops_cli.settings.values import Settings

COLUMNS = ("ref", "version", "actions", "aliases", "problems", "environment")
"""Keys of a pack that `list` has a column for, before its description."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List, install, update, remove, make and configure packs, set up what they need.",
    epilog="""Examples:

chatops pack show linux

chatops pack search github

chatops pack install https://git.example.com/ops/stackstorm-web.git=v1.2.0

chatops pack update --all
""",
)


def list_packs(ctx: typer.Context, *, as_json: AsJson = False) -> int:
    """List the packs, with how much each holds and how much is wrong with it."""
    from chatops_cli.room.opening import open_world

    settings = settings_of(ctx)
    world = open_world(settings)
    catalog = world.catalog
    problems = problems_of(world)
    found = {pack.ref: inside(folder_of(pack), problems) for pack in catalog.packs.values()}
    site = site_of(settings)
    entries = [entry_of(pack, catalog, found[pack.ref], site) for pack in catalog.packs.values()]
    if as_json:
        for entry in entries:
            print_json(entry)
        return ExitCode.OK
    print_table(
        ("PACK", "VERSION", "ACTIONS", "ALIASES", "PROBLEMS", "ENVIRONMENT", "DESCRIPTION"),
        ([str(entry[key]) for key in COLUMNS] + [str(entry["description"])] for entry in entries),
    )
    others = set(problems).difference(*found.values())
    if others:
        print_note(f"outside of these packs: {summary_of(others)}; see 'chatops doctor'")
    return ExitCode.OK


def show_pack(
    ctx: typer.Context,
    *,
    ref: Annotated[
        str, typer.Argument(help="The pack's ref.", autocompletion=pack_names, metavar="PACK")
    ],
    as_json: AsJson = False,
) -> int:
    """Show one pack: what it says of itself, its actions and aliases, its problems.

    Of a pack that is not here, what an index says of it is shown.
    """
    from chatops_cli.catalog.installation.source import NAME
    from chatops_cli.room.opening import open_world

    settings = settings_of(ctx)
    world = open_world(settings)
    pack = world.catalog.packs.get(ref)
    problems = problems_of(world)
    if pack is None:
        found = unread(ref, settings, problems)
        if not found and settings.indexes and NAME.match(ref):
            return show_available(ref, settings, world.catalog, as_json=as_json)
        return tell_unread(ref, found, world.catalog)
    problems = ordered((*inside(folder_of(pack), problems), *unread(ref, settings, problems)))
    if as_json:
        print_json(detail_of(pack, world.catalog, problems, site_of(settings)))
        return ExitCode.OK
    print_text(f"{pack.ref} {pack.version}\n{pack.description}".strip())
    print_text(f"folder: {short(pack.path)}\nauthor: {pack.author or '-'}")
    print_text(f"actions: {', '.join(actions_of(pack, world.catalog)) or '-'}")
    print_text(f"aliases: {', '.join(aliases_of(pack, world.catalog)) or '-'}")
    if rules := rules_of(pack.ref, world.catalog):
        print_text(f"rules: {line_of(rules)}")
    environment = examine(pack.ref, pack.path, site_of(settings))
    if environment.state is not State.NONE:
        print_text(f"environment: {environment.state}{todo(environment)}")
    if problems:
        print_text(f"problems: {summary_of(problems)}")
    for line in lines_of(problems):
        print_text(f"  {line}")
    return ExitCode.OK


def show_available(
    ref: str, settings: "Settings", catalog: "Catalog", *, as_json: bool
) -> ExitCode:
    """A pack that isn't here, as an index has it.

    Raises:
        NotFoundError: None has it.
    """
    from chatops_cli.catalog.catalog import loaded

    try:
        entry = find_entry(settings.indexes, ref)
    except ChatOpsError as error:
        raise NotFoundError(
            f"no pack named {ref!r} is here, and {error.message}", hint=loaded(catalog.packs)
        ) from error
    return show_entry(entry, as_json=as_json)


def tell_unread(ref: str, problems: "Sequence[Problem]", catalog: "Catalog") -> ExitCode:
    """Why there is no pack of this ref.

    Raises:
        NotFoundError: There is no folder of this name, either.
    """
    if not problems:
        from chatops_cli.catalog.catalog import missing_pack

        raise missing_pack(ref, catalog.packs)
    for line in lines_of(problems):
        print_note(line)
    print_error(f"the pack {ref!r} is not loaded", hint="mend what is named above")
    return ExitCode.PROBLEMS


def todo(environment: "Examined") -> str:
    """What to do about an environment that isn't up to date, for the end of a line."""
    return f"; {hint_for(environment.ref)}" if environment.state.is_due else ""


def entry_of(
    pack: "Pack", catalog: "Catalog", problems: "Sequence[Problem]", site: "Site"
) -> "dict[str, Json]":
    """A pack as `list` prints it; counts are of what could be loaded."""
    return {
        "ref": pack.ref,
        "name": pack.name,
        "version": pack.version,
        "description": pack.description,
        "path": pack.path,
        "actions": len(actions_of(pack, catalog)),
        "aliases": len(aliases_of(pack, catalog)),
        "problems": len(problems),
        "environment": examine(pack.ref, pack.path, site).state,
    }


def detail_of(
    pack: "Pack", catalog: "Catalog", problems: "Sequence[Problem]", site: "Site"
) -> "dict[str, Json]":
    """A pack as `show` prints it."""
    return {
        **entry_of(pack, catalog, problems, site),
        "author": pack.author,
        "keywords": list(pack.keywords),
        "actions": list(actions_of(pack, catalog)),
        "aliases": list(aliases_of(pack, catalog)),
        "rules": entries_of(rules_of(pack.ref, catalog)),
        "problems": [str(problem) for problem in problems],
    }


def actions_of(pack: "Pack", catalog: "Catalog") -> list[str]:
    """The refs of the pack's actions."""
    return [ref for ref in catalog.action_refs() if ref.split(".", 1)[0] == pack.ref]


def aliases_of(pack: "Pack", catalog: "Catalog") -> list[str]:
    """The names of the pack's aliases."""
    return [alias.name for alias in catalog.aliases if alias.pack == pack.ref]


# In the order in which help lists them.
app.command("list", epilog="Example: chatops pack list --json")(list_packs)
app.command("show", epilog="Example: chatops pack show linux")(show_pack)
app.command("get", epilog="Example: chatops pack get web --json")(get)
app.command("search", epilog="Example: chatops pack search chat")(search)
app.command(
    "install",
    epilog="""Examples:

chatops pack install ./mypack

chatops pack install mypack-1.2.0.tar.gz

chatops pack install https://git.example.com/ops/web.git=v1.2.0 --yes

chatops pack install github --dry-run
""",
)(install)
app.command("update", epilog="Example: chatops pack update --all --dry-run")(update)
app.command("remove", epilog="Example: chatops pack remove web")(remove)
app.command("setup", epilog=EXAMPLES)(setup_packs)
app.command("config", epilog=CONFIG_HELP)(config)
app.command("create", epilog="Example: chatops pack create weather")(create)
