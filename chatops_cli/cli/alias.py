"""`chatops alias`: list, show, match and explain aliases."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import alias_names, messages
from chatops_cli.cli.options import AsJson, OfPack
from chatops_cli.cli.output import print_error, print_json, print_note, print_table, print_text
from chatops_cli.cli.session import catalog_of, settings_of, short
from chatops_cli.errors import ExitCode, NotFoundError

if TYPE_CHECKING:
    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.model.alias import Alias
    from chatops_cli.model.json import Json

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List, show, match and explain aliases.",
    epilog='Example: chatops alias explain "disk usage on /"',
)


@app.command("list", epilog="Example: chatops alias list --pack linux")
def list_aliases(
    ctx: typer.Context,
    *,
    pack: OfPack = "",
    as_json: AsJson = False,
) -> int:
    """List what can be typed, and what it runs."""
    catalog = catalog_of(settings_of(ctx))
    if pack and pack not in catalog.packs:
        raise NotFoundError(f"no pack named {pack!r}", hint="see 'chatops pack list'")
    aliases = [alias for alias in catalog.aliases if not pack or alias.pack == pack]
    if as_json:
        for alias in aliases:
            print_json(summary_of(alias))
    else:
        print_table(("TYPE", "TO RUN", "DESCRIPTION"), rows_of(aliases))
    return ExitCode.OK


@app.command("show", epilog="Example: chatops alias show linux.disk")
def show_alias(
    ctx: typer.Context,
    *,
    ref: Annotated[
        str,
        typer.Argument(
            help="The alias: pack.name, or a name that only one pack has.",
            autocompletion=alias_names,
            metavar="ALIAS",
        ),
    ],
    as_json: AsJson = False,
) -> int:
    """Show one alias: its formats, its action, how it answers."""
    alias = find_alias(catalog_of(settings_of(ctx)), ref)
    if as_json:
        print_json(detail_of(alias))
        return ExitCode.OK
    state = "" if alias.enabled else " (disabled)"
    print_text(f"{alias.ref}{state}: {alias.description}")
    print_text(f"action: {alias.action_ref}\nfile: {short(alias.place.file)}")
    for form in alias.formats:
        several = " (every match)" if form.match_multiple else ""
        print_text(f"type: {form.display}{several}")
        for each in form.representations:
            if each.text != form.display:
                print_text(f"  matched with: {each.text}")
    for name, part in (("ack", alias.ack), ("result", alias.result)):
        if not part.enabled:
            print_text(f"{name}: none")
        elif part.format is not None:
            print_text(f"{name}:\n{indented(part.format)}")
    return ExitCode.OK


@app.command(
    "match",
    epilog="""Examples:

chatops alias match "disk usage on /"

chatops alias match --json - < messages.txt
""",
)
def match_messages(
    ctx: typer.Context,
    *,
    message: Annotated[
        list[str],
        typer.Argument(
            help="What someone would type; '-' reads messages from standard input, one a line.",
            autocompletion=messages,
        ),
    ],
    as_json: AsJson = False,
) -> int:
    """Say which alias a message means, with its parameters; run nothing."""
    from chatops_cli.cli.matching import match_json, show_match
    from chatops_cli.cli.stdin_lines import Typed, typed_lines
    from chatops_cli.room.opening import open_world

    table = open_world(settings_of(ctx)).table
    is_stream = message == ["-"]
    code = ExitCode.OK
    for text, refused in typed_lines() if is_stream else [Typed(" ".join(message))]:
        outcome = refused or table.match(text)
        if as_json:
            print_json(match_json(text, outcome, table))
        else:
            if is_stream:
                print_text(f"> {text}")
            show_match(text, outcome, table)
        # A script may wait for this answer before it writes the next line.
        sys.stdout.flush()
        code = code or outcome_code(outcome)
    return code


@app.command(
    "explain",
    epilog="""Examples:

chatops alias explain "disk usage on /"

chatops alias explain --alias linux.disk "disk usge"
""",
)
def explain_message(
    ctx: typer.Context,
    *,
    message: Annotated[
        list[str],
        typer.Argument(help="What someone would type.", autocompletion=messages),
    ],
    ref: Annotated[
        str,
        typer.Option("--alias", help="Only this alias.", autocompletion=alias_names),
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Say step by step why a message matches or doesn't; without --alias, for what comes near."""
    from chatops_cli.aliases.explain import explain, explain_or_nearest
    from chatops_cli.aliases.outcome import Refused
    from chatops_cli.cli.matching import show_explanations
    from chatops_cli.room.opening import open_world

    text = " ".join(message)
    world = open_world(settings_of(ctx))
    if ref:
        refs = [find_alias(world.catalog, ref).ref]
        found = explain(text, world.table, refs[0])
        if not found:
            raise NotFoundError(
                f"the alias {ref} is disabled", hint=f"see chatops alias show {ref}"
            )
    else:
        found = explain_or_nearest(text, world.table)
    outcome = world.table.match(text)
    show_explanations(found, as_json=as_json)
    if isinstance(outcome, Refused):
        print_error(outcome.reason)
    elif not found:
        print_note("no alias comes near")
    return outcome_code(outcome)


def outcome_code(outcome: object) -> ExitCode:
    """The exit code of one message: 0 where exactly one alias means it."""
    from chatops_cli.aliases.outcome import Matched

    return ExitCode.OK if isinstance(outcome, Matched) else ExitCode.NO_MATCH


def find_alias(catalog: "Catalog", ref: str) -> "Alias":
    """The alias of this reference, or of this name where only one pack has it.

    Raises:
        NotFoundError: There is none, or there are several of that name.
    """
    found = [alias for alias in catalog.aliases if alias.ref == ref]
    found = found or [alias for alias in catalog.aliases if alias.name == ref]
    if len(found) == 1:
        return found[0]
    if found:
        refs = ", ".join(alias.ref for alias in found)
        raise NotFoundError(f"several aliases are named {ref!r}", hint=f"name one of {refs}")
    from difflib import get_close_matches

    near = get_close_matches(ref, [alias.ref for alias in catalog.aliases], n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "see 'chatops alias list'"
    raise NotFoundError(f"no alias named {ref!r}", hint=hint)


def rows_of(aliases: "Iterable[Alias]") -> Iterator[list[str]]:
    """A line for each format."""
    for alias in aliases:
        for form in alias.formats:
            state = "" if alias.enabled else " (disabled)"
            yield [form.display, alias.action_ref, alias.description + state]


def summary_of(alias: "Alias") -> "dict[str, Json]":
    """An alias as `list` prints it."""
    return {
        "ref": alias.ref,
        "pack": alias.pack,
        "name": alias.name,
        "enabled": alias.enabled,
        "description": alias.description,
        "action": alias.action_ref,
        "formats": [form.display for form in alias.formats],
        "file": alias.place.file,
    }


def detail_of(alias: "Alias") -> "dict[str, Json]":
    """An alias as `show` prints it."""
    return {
        **summary_of(alias),
        "formats": [
            {
                "display": form.display,
                "representations": [each.text for each in form.representations],
                "match_multiple": form.match_multiple,
            }
            for form in alias.formats
        ],
        "ack": {"enabled": alias.ack.enabled, "format": alias.ack.format},
        "result": {"enabled": alias.result.enabled, "format": alias.result.format},
        "immutable_parameters": dict(alias.immutable_parameters),
    }


def indented(text: str) -> str:
    """Two spaces before each line."""
    return "\n".join(f"  {line}" for line in text.rstrip().splitlines())
