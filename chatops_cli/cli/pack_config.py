"""`chatops pack config`: a pack's site configuration asked for, changed, shown and checked."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import config_keys, pack_names
from chatops_cli.cli.config_changes import finish, tell_changes, tell_losses
from chatops_cli.cli.options import AsJson
from chatops_cli.cli.output import print_note
from chatops_cli.cli.questions import AtTerminal, confirm
from chatops_cli.cli.session import settings_of, short
from chatops_cli.errors import ChatOpsError, ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chatops_cli.room.configuration_draft import Draft
    from chatops_cli.room.world import World

EPILOG = """Examples:

chatops pack config slack

chatops pack config slack --set admin.organization=acme --set-secret action_token=-

chatops pack config slack --set-secret action_token=env:SLACK_TOKEN

chatops pack config slack --show
"""


def config(
    ctx: typer.Context,
    ref: Annotated[
        str, typer.Argument(help="The pack's ref.", autocompletion=pack_names, metavar="PACK")
    ],
    *,
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Set a value, such as limits.low=5 or hosts[0].name=a; may be repeated.",
            autocompletion=config_keys,
            metavar="KEY=VALUE",
        ),
    ] = None,
    secrets: Annotated[
        list[str] | None,
        typer.Option(
            "--set-secret",
            help="Keep a secret in the datastore, encrypted, from standard input (-) or a file "
            "(@FILE), or read it from a variable (env:NAME); may be repeated.",
            autocompletion=config_keys,
            metavar="KEY=-|@FILE|env:NAME",
        ),
    ] = None,
    in_file: Annotated[
        bool, typer.Option("--in-file", help="Keep these secrets in the file itself.")
    ] = False,
    removals: Annotated[
        list[str] | None,
        typer.Option(
            "--unset",
            help="Remove a value; may be repeated.",
            autocompletion=config_keys,
            metavar="KEY",
        ),
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Show all values, and where each comes from.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check the file, and all that it refers to.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Ask for a pack's configuration by its schema, and write it; or change, show or check it.

    Without options it asks at the terminal. Nothing is written before all is answered.
    """
    from chatops_cli.catalog.catalog import missing_pack
    from chatops_cli.room.opening import open_world

    world = open_world(settings_of(ctx))
    if ref not in world.catalog.packs:
        raise missing_pack(ref, world.catalog.packs)
    changes = (assignments or [], secrets or [], removals or [])
    if sum((any(changes), show, check)) > 1:
        raise ChatOpsError("show, check or change it, one at a time")
    if in_file and not secrets:
        raise ChatOpsError("--in-file is about --set-secret, and there is none")
    if show or check:
        from chatops_cli.cli import config_report

        return (config_report.show if show else config_report.check)(world, ref, as_json=as_json)
    draft = draft_of(ctx, world, ref)
    if not any(changes):
        return ask(ctx, world, ref, draft, as_json=as_json)
    change(draft, *changes, in_file=in_file)
    return finish(draft, ref, as_json=as_json)


def draft_of(ctx: typer.Context, world: "World", ref: str) -> "Draft":
    """The pack's configuration, to be changed."""
    from chatops_cli.cli.key import datastore_of
    from chatops_cli.room.configuration_draft import Draft

    return Draft(
        pack=ref,
        configuration=world.configuration(ref),
        permitted=world.settings.config_environment,
        datastore=datastore_of(ctx),
    )


def change(
    draft: "Draft",
    assignments: "Sequence[str]",
    secrets: "Sequence[str]",
    removals: "Sequence[str]",
    *,
    in_file: bool,
) -> None:
    """Makes the changes of the command line; all of them, or an error."""
    from chatops_cli.execution.secrecy import has_secret
    from chatops_cli.execution.site_path import read_path
    from chatops_cli.rendering.templates import is_template

    for word in removals:
        draft.unset(read_path(word))
    for word in assignments:
        key, value = split(word, "--set")
        path = read_path(key)
        if has_secret(draft.schema(path)) and not is_template(value):
            raise ChatOpsError(
                f"{key} is secret, and others of this machine can see a command line",
                hint=f"--set-secret {key}=-",
            )
        draft.put(path, draft.read(path, value))
    if sum(split(word, "--set-secret")[1] == "-" for word in secrets) > 1:
        raise ChatOpsError("standard input holds one secret", hint="give the others as @FILE")
    for word in secrets:
        key, source = split(word, "--set-secret")
        path = read_path(key)
        if source.startswith("env:"):
            draft.refer(path, source.removeprefix("env:"))
            continue
        text = secret_of(key, source)
        if in_file:
            draft.write(path, text)
        else:
            draft.read(path, text)
            draft.store(path, text)


def split(word: str, option: str) -> tuple[str, str]:
    """Key and value of an option."""
    key, equals, value = word.partition("=")
    if not equals or not key:
        # What stands there may be the secret itself: it isn't repeated.
        raise ChatOpsError(f"{option} takes KEY=VALUE", hint="see 'chatops pack config --help'")
    return key, value


def secret_of(key: str, source: str) -> str:
    """A secret from where it is said to be; the command line isn't one of those."""
    if source == "-":
        from chatops_cli.cli.key_input import read_value

        text = read_value(hidden=True)
    elif source.startswith("@") and len(source) > 1:
        file = Path(source[1:])
        try:
            text = file.read_text(encoding="utf-8").removesuffix("\n")
        except OSError as error:
            raise ChatOpsError(f"{file} can't be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ChatOpsError(f"{file} is not UTF-8 text") from error
    else:
        raise ChatOpsError(
            f"--set-secret {key} takes no value from the command line, which others can see",
            hint=f"{key}=- reads standard input, {key}=@FILE a file, {key}=env:NAME a variable",
        )
    if not text:
        raise ChatOpsError(f"the secret for {key} is empty")
    return text


def ask(ctx: typer.Context, world: "World", ref: str, draft: "Draft", *, as_json: bool) -> int:
    """The dialog; Ctrl-C and the end of input write nothing."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ChatOpsError(
            "this asks at a terminal, and there is none",
            hint="use --set KEY=VALUE, --set-secret KEY=-, --unset KEY, --show or --check",
        )
    from chatops_cli.cli.config_form import Form

    names = (*world.configuration(ref).site.schema,)
    if not names:
        raise ChatOpsError(
            f"the pack {ref} has no configuration schema, so there is nothing to ask for",
            hint="--set KEY=VALUE writes a configuration all the same",
        )
    questions = AtTerminal()
    try:
        Form(draft, questions, lambda: ensure_key(ctx, questions)).fill(names)
        if draft.changes() and not agreed(draft, questions):
            print_note("nothing was written")
            return ExitCode.OK
    except (EOFError, KeyboardInterrupt):
        print_note("nothing was written")
        return ExitCode.INTERRUPTED
    return finish(draft, ref, as_json=as_json, was_told=True)


def agreed(draft: "Draft", questions: AtTerminal) -> bool:
    """Whether the changes, all shown, are to be written."""
    questions.say("")
    tell_changes(draft, draft.changes())
    tell_losses(draft)
    return confirm(questions, f"write {short(str(draft.file))}?", default=True)


def ensure_key(ctx: typer.Context, questions: AtTerminal) -> None:
    """There is a key for secrets, made where the person wants one.

    Raises:
        ChatOpsError: There is none.
    """
    from chatops_cli.records import key_file

    settings = settings_of(ctx)
    path = settings.key_file or settings.home / key_file.NAME
    if not path.exists():
        if not confirm(questions, f"  there is no key yet; make {path}?", default=True):
            raise ChatOpsError("without a key nothing can be encrypted")
        key_file.generate(path.absolute())
        questions.say("  without it nobody can read what it encrypts: keep a copy elsewhere")
    key_file.read_key(path)
