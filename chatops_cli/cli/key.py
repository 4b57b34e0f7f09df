"""`chatops key`: the datastore that packs read their values from."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import key_names
from chatops_cli.cli.key_input import read_value
from chatops_cli.cli.key_lines import json_of, print_items, print_value, told
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_json, print_note, print_text, write
from chatops_cli.cli.session import settings_of, user_name
from chatops_cli.errors import ChatOpsError, ExitCode, NotFoundError
from chatops_cli.model.item import Item, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatops_cli.records.datastore import Datastore

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Read and write the datastore: values that packs read as st2kv, for all or for one user.",
    epilog="""Examples:

chatops key set region eu-west-1

chatops key generate

pass show db | chatops key set --encrypt db.password -

chatops key get --decrypt db.password
""",
)

Name = Annotated[
    str, typer.Argument(help="The value's name.", autocompletion=key_names, metavar="NAME")
]
InScope = Annotated[
    Scope | None, typer.Option("--scope", help="Everybody's values, or those of one user.")
]
OfUser = Annotated[
    str,
    typer.Option(
        "--user",
        help="Whose values in scope user: in a terminal the login name, yours unless said; in a "
        "chat network network:workspace:id.",
        metavar="USER",
    ),
]
Prefix = Annotated[
    str, typer.Option("--prefix", help="Only those whose names start so.", metavar="TEXT")
]
Decrypt = Annotated[
    bool, typer.Option("--decrypt", help="Show secret values as they are, not encrypted.")
]


@app.command("get", epilog="Example: chatops key get --decrypt db.password")
def get(
    ctx: typer.Context,
    name: Name,
    *,
    scope: InScope = None,
    user: OfUser = "",
    decrypt: Decrypt = False,
    as_json: AsJson = False,
) -> int:
    """Print one value."""
    store = datastore_of(ctx)
    place, owner = place_of(scope, user)
    item = store.find(place, name, owner, decrypt=decrypt)
    if item is None:
        raise absent([name], store.select(scope=place, user=owner))
    if as_json:
        print_json(json_of(item))
    else:
        print_value(item.value)
        if item.encrypted:
            print_note("that is encrypted; --decrypt shows the value")
    return ExitCode.OK


@app.command(
    "set",
    epilog="""Examples:

chatops key set region eu-west-1

chatops key set --ttl 3600 maintenance yes

pass show db | chatops key set --encrypt db.password -
""",
)
def set_value(
    ctx: typer.Context,
    name: Name,
    value: Annotated[
        str,
        typer.Argument(
            help="The value; - or nothing reads it from standard input. Give secrets that way: "
            "what is typed on a command line, others of this machine can see.",
            metavar="[VALUE]",
        ),
    ] = "-",
    *,
    scope: InScope = None,
    user: OfUser = "",
    ttl: Annotated[
        float | None,
        typer.Option(help="Seconds after which it is gone; for good, unless said."),
    ] = None,
    encrypt: Annotated[
        bool, typer.Option("--encrypt", help="Encrypt it on disk; see 'chatops key generate'.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Keep a value; what had this name before is gone."""
    store = datastore_of(ctx)
    place, owner = place_of(scope, user)
    text = read_value(hidden=encrypt) if value == "-" else value
    item = store.set(place, name, text, owner, ttl=ttl, encrypt=encrypt)
    if as_json:
        print_json(json_of(item))
    else:
        print_note(f"set {told(item)}")
    return ExitCode.OK


@app.command(
    "delete",
    epilog="""Examples:

chatops key delete region

chatops key delete --prefix maintenance.
""",
)
def delete(
    ctx: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(help="The values' names.", autocompletion=key_names, metavar="[NAME]..."),
    ] = None,
    *,
    scope: InScope = None,
    user: OfUser = "",
    prefix: Annotated[
        str, typer.Option("--prefix", help="All whose names start so.", metavar="TEXT")
    ] = "",
    as_json: AsJson = False,
) -> int:
    """Remove values: those named, or all whose names start with a prefix."""
    if bool(names) == bool(prefix):
        raise ChatOpsError(
            "say what to remove: names, or --prefix", hint="one of the two, and not both"
        )
    store = datastore_of(ctx)
    place, owner = place_of(scope, user)
    there = store.select(scope=place, user=owner, prefix=prefix)
    found = [item for item in there if prefix or item.name in (names or ())]
    if missing := [name for name in names or () if name not in {item.name for item in found}]:
        raise absent(missing, there)
    for item in store.remove(found):
        if as_json:
            print_json(json_of(item))
        else:
            print_note(f"removed {told(item)}")
    return ExitCode.OK


@app.command("list", epilog="Example: chatops key list --prefix db. --json")
def list_values(
    ctx: typer.Context,
    *,
    scope: InScope = None,
    user: Annotated[str, typer.Option(help="Only those of this user.", metavar="USER")] = "",
    prefix: Prefix = "",
    decrypt: Decrypt = False,
    as_json: AsJson = False,
) -> int:
    """List values: all there are, unless a scope, a user or a prefix is named."""
    items = chosen(datastore_of(ctx), scope, user, prefix, decrypt=decrypt)
    if as_json:
        for item in items:
            print_json(json_of(item))
    elif items:
        print_items(items)
    else:
        print_note("the datastore has no such value" if prefix or user or scope else "it is empty")
    return ExitCode.OK


@app.command(
    "load",
    epilog="""Examples:

chatops key load keys.yaml

st2 key list -n -1 --decrypt --json | chatops key load -
""",
)
def load(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="A list in YAML or JSON: name and value, and if need be scope, user, secret, "
            "encrypted, ttl; - reads standard input.",
            metavar="FILE",
        ),
    ],
    *,
    convert: Annotated[
        bool, typer.Option("--convert", help="Keep values that are no text as JSON.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Keep all values of a file, or none if one of them is wrong."""
    from chatops_cli.cli.key_file import read_entries

    store = datastore_of(ctx)
    items = store.put(read_entries(file, converts=convert, expiry=store.expiry))
    if as_json:
        for item in items:
            print_json(json_of(item))
    else:
        print_note(f"set {len(items)} {'value' if len(items) == 1 else 'values'}")
    return ExitCode.OK


@app.command(
    "export",
    epilog="""Examples:

chatops key export > keys.yaml

chatops key export --decrypt --scope system --json keys.json
""",
)
def export(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Where to; only you may read it. Standard output, unless said.", metavar="[FILE]"
        ),
    ] = None,
    *,
    scope: InScope = None,
    user: Annotated[str, typer.Option(help="Only those of this user.", metavar="USER")] = "",
    prefix: Prefix = "",
    decrypt: Decrypt = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON list, in place of YAML.")
    ] = False,
) -> int:
    """Write values as a list that 'key load' reads, and StackStorm's 'st2 key load'.

    Secret values stay encrypted, and need the same key file where they are loaded, unless they
    are decrypted.
    """
    from chatops_cli.cli.key_file import entries_as_text, write_entries
    from chatops_cli.room.opening import now

    items = chosen(datastore_of(ctx), scope, user, prefix, decrypt=decrypt)
    text = entries_as_text(items, now(), as_json=as_json)
    if file is None:
        write(sys.stdout, text)
    else:
        write_entries(file, text)
        print_note(f"wrote {len(items)} {'value' if len(items) == 1 else 'values'} to {file}")
    return ExitCode.OK


@app.command("generate", epilog="Example: chatops key generate")
def generate(
    ctx: typer.Context,
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Where to; that of the settings, or the state folder, unless said.",
            metavar="[FILE]",
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> int:
    """Make the key file that secret values are encrypted with. Keep a copy of it elsewhere."""
    from chatops_cli.records import key_file

    settings = settings_of(ctx)
    path = file or settings.key_file or settings.home / key_file.NAME
    key_file.generate(path.absolute())
    if as_json:
        print_json({"file": str(path)})
    else:
        print_text(f"wrote {path}")
        print_note("without it nobody can read what it encrypts: keep a copy elsewhere")
    return ExitCode.OK


def datastore_of(ctx: typer.Context) -> "Datastore":
    """The datastore of the settings; its changes are on record, with who makes them."""
    from chatops_cli.room.opening import open_recorded_datastore

    return open_recorded_datastore(settings_of(ctx), user_name())


def place_of(scope: Scope | None, user: str) -> tuple[Scope, str | None]:
    """The scope and the user that are meant: a user who is named means theirs."""
    if scope is Scope.USER or (scope is None and user):
        return Scope.USER, user or user_name()
    return Scope.SYSTEM, user or None


def chosen(
    store: "Datastore", scope: Scope | None, user: str, prefix: str, *, decrypt: bool
) -> tuple[Item, ...]:
    """The values that are asked for, of all scopes and users where none is named."""
    return store.select(scope=scope, user=user or None, prefix=prefix, decrypt=decrypt)


def absent(names: "Sequence[str]", there: "Sequence[Item]") -> NotFoundError:
    """The error of values that aren't there."""
    from difflib import get_close_matches

    near = get_close_matches(names[0], [item.name for item in there], n=2)
    known = f"did you mean {' or '.join(near)}?" if near else "see 'chatops key list'"
    return NotFoundError(f"the datastore has no {', '.join(map(repr, names))} there", hint=known)
