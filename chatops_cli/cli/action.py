"""`chatops action`: list, show and run actions by their references."""

from typing import TYPE_CHECKING, Annotated

import typer

from chatops_cli.cli.completion import action_names
from chatops_cli.cli.conversation import Manner, Notices, converse
from chatops_cli.cli.invocation import ROOM
from chatops_cli.cli.options import AsJson, AsUser, InRoom, OfPack, Stream, Timeout
from chatops_cli.cli.output import print_json, print_table, print_text
from chatops_cli.cli.session import catalog_of, message_of, room_of, settings_of, short
from chatops_cli.errors import ChatOpsError, ExitCode, NotFoundError
from chatops_cli.model.secret import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chatops_cli.catalog.catalog import Catalog
    from chatops_cli.model.action import Action, Parameter
    from chatops_cli.model.json import Json

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="List, show and run actions.",
    epilog="Example: chatops action run core.echo message=hello",
)

Ref = Annotated[
    str,
    typer.Argument(help="The action: pack.name.", autocompletion=action_names, metavar="ACTION"),
]


@app.command("list", epilog="Example: chatops action list --pack linux")
def list_actions(
    ctx: typer.Context,
    *,
    pack: OfPack = "",
    as_json: AsJson = False,
) -> int:
    """List the actions of all packs, or of one."""
    catalog = catalog_of(settings_of(ctx))
    if pack and pack not in catalog.packs:
        raise NotFoundError(f"no pack named {pack!r}", hint="see 'chatops pack list'")
    actions = [action for action in catalog.actions() if not pack or action.pack == pack]
    if as_json:
        for action in actions:
            print_json(summary_of(action))
    else:
        print_table(
            ("ACTION", "RUNNER", "DESCRIPTION"),
            ((action.ref, action.runner_type, said_of(action)) for action in actions),
        )
    return ExitCode.OK


@app.command("show", epilog="Example: chatops action show core.echo")
def show_action(ctx: typer.Context, ref: Ref, *, as_json: AsJson = False) -> int:
    """Show one action: its runner, its parameters, where it is written."""
    action = find_action(catalog_of(settings_of(ctx)), ref)
    if as_json:
        print_json({**summary_of(action), "parameters": parameters_of(declared(action))})
        return ExitCode.OK
    print_text(f"{action.ref}: {said_of(action)}")
    print_text(f"runner: {action.runner_type}")
    if action.entry_point:
        print_text(f"entry point: {action.entry_point}")
    print_text(f"file: {short(action.place.file)}")
    if action.parameters:
        print_text("")
        print_table(
            ("PARAMETER", "TYPE", "DEFAULT", "DESCRIPTION"),
            (row_of(parameter) for parameter in declared(action).values()),
        )
    return ExitCode.OK


@app.command(
    "run",
    epilog="""Examples:

chatops action run core.echo message=hello

chatops action run linux.disk path=/var --json
""",
)
def run_action(
    ctx: typer.Context,
    *,
    ref: Ref,
    parameters: Annotated[
        list[str] | None,
        typer.Argument(help="Parameters as name=value; text is cast to the declared type."),
    ] = None,
    as_user: AsUser = "",
    room: InRoom = ROOM,
    timeout: Timeout = None,
    stream: Stream = False,
    as_json: AsJson = False,
) -> int:
    """Run an action by its name: decided and recorded as from a chat room."""
    given: dict[str, Json] = dict(given_parameters(parameters or []))
    settings = settings_of(ctx)
    manner = Manner(as_json=as_json, streams=stream)
    notices = Notices(manner)
    here = room_of(settings, post=notices)
    action = find_action(here.world.catalog, ref)
    # The values may be secret; what they are is on record with the execution, masked by schema.
    said = message_of(f"action run {ref}", as_user=as_user, room=room)
    return converse(
        lambda on_output: here.run_action(
            said, action.ref, given, timeout=timeout, on_output=on_output
        ),
        manner,
        close=here.close,
        notices=notices,
    )


def find_action(catalog: "Catalog", ref: str) -> "Action":
    """The action of this reference.

    Raises:
        NotFoundError: There is none; the nearest ones are named.
    """
    action = catalog.action(ref)
    if action is not None:
        return action
    from difflib import get_close_matches

    near = get_close_matches(ref, catalog.action_refs(), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "see 'chatops action list'"
    raise NotFoundError(f"no action named {ref!r}", hint=hint)


def said_of(action: "Action") -> str:
    """What it does, and that it can't be run where that is so."""
    return action.description if action.enabled else f"{action.description} (disabled)".lstrip()


def summary_of(action: "Action") -> "dict[str, Json]":
    """An action as `list` prints it."""
    return {
        "ref": action.ref,
        "pack": action.pack,
        "name": action.name,
        "runner_type": action.runner_type,
        "enabled": action.enabled,
        "description": action.description,
        "file": action.place.file,
    }


def declared(action: "Action") -> "Mapping[str, Parameter]":
    """The parameters that the action declares; of the runner's ones, with what the runner says."""
    from chatops_cli.execution.merging import merge
    from chatops_cli.runners.registry import find_runner

    try:
        merged = merge(action, find_runner(action.runner_type).PARAMETERS).parameters
    except ChatOpsError:
        return action.parameters
    return {name: merged[name] for name in action.parameters}


def parameters_of(parameters: "Mapping[str, Parameter]") -> "dict[str, Json]":
    """The parameters as JSON; the default of a secret one is not shown."""
    return {
        name: {
            **parameter.schema,
            "description": parameter.description,
            "required": parameter.required,
            "secret": parameter.secret,
            "immutable": parameter.immutable,
            **({"default": shown_default(parameter)} if parameter.has_default else {}),
        }
        for name, parameter in parameters.items()
    }


def shown_default(parameter: "Parameter") -> "Json":
    """The default, or a mask where it is secret."""
    return MASK if parameter.secret and parameter.default else parameter.default


def row_of(parameter: "Parameter") -> list[str]:
    """A parameter as a line of a table."""
    import json

    default = ""
    if parameter.has_default and parameter.default is not None:
        value = shown_default(parameter)
        default = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    elif parameter.required:
        default = "(required)"
    marks = [word for word in ("secret", "immutable") if getattr(parameter, word)]
    kind = ", ".join([parameter.type or "any", *marks])
    choices = f" One of: {', '.join(map(str, parameter.enum))}." if parameter.enum else ""
    return [parameter.name, kind, default, parameter.description + choices]


def given_parameters(words: list[str]) -> dict[str, str]:
    """The parameters of ``name=value`` words.

    Raises:
        ChatOpsError: A word has no ``=``, or a name stands twice.
    """
    given: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise ChatOpsError(f"{word!r} is not name=value", hint="write parameters as name=value")
        if name in given:
            raise ChatOpsError(f"the parameter {name!r} is given twice", hint="give it once")
        given[name] = value
    return given
