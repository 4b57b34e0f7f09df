"""The command line as Typer sees it: global options, and commands found by name.

Command modules are imported when they are used; `chatops --help` reads the table below.
"""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from typer import core

# Typer 0.26 and later vendor click and export none of its base exceptions.
from typer._click import Command, Context, HelpFormatter
from typer._click.exceptions import ClickException, NoArgsIsHelpError
from typer._click.types import StringParamType

from chatops_cli import __version__
from chatops_cli.cli.invocation import Invocation
from chatops_cli.cli.output import print_error, print_text
from chatops_cli.errors import ExitCode


class Entry(NamedTuple):
    """Where a command lives (a module of this package that holds `app`), and its line of help."""

    module: str
    help: str


COMMANDS = {
    "run": Entry("run", "Run what a chat message means."),
    "repl": Entry("repl", "Try the bot in a chat room of your own, or script one."),
    "bridge": Entry("bridge", "Answer in real chat rooms."),
    "worker": Entry("worker", "Run what a bridge asks for, on this machine."),
    "status": Entry("status", "Show how the bridge that runs here stands."),
    "action": Entry("action", "List, show and run actions."),
    "alias": Entry("alias", "List, show, match and explain aliases."),
    "workflow": Entry(
        "workflow", "List, draw, inspect, rehearse, pause, resume, cancel and rerun workflows."
    ),
    "inquiry": Entry("inquiry", "List, show and answer what waits for an answer."),
    "approval": Entry("approval", "List, approve, deny and confirm what waits to be allowed."),
    "access": Entry("access", "List access rules, and explain what they decide."),
    "account": Entry("account", "Link ids of chat networks to accounts."),
    "execution": Entry("execution", "End executions that run or wait."),
    "pack": Entry(
        "pack", "List, install, update, remove, make and configure packs, set up what they need."
    ),
    "validate": Entry("validate", "Check packs before anybody says a word to them."),
    "rule": Entry("rule", "Explain what 'chatops validate' can find."),
    "schema": Entry("schema", "Print JSON Schemas by which editors know the files of packs."),
    "test": Entry("test", "Run the tests that packs come with."),
    "rehearse": Entry("rehearse", "Replay conversations, and compare what comes of them."),
    "key": Entry("key", "Read and write the datastore that packs read values from."),
    "history": Entry("history", "List and show executions and their output."),
    "audit": Entry("audit", "Read, search and verify the audit log."),
    "init": Entry("init", "Write a commented chatops.yaml and a first pack that works."),
    "doctor": Entry("doctor", "Check the installation, the settings and the packs."),
}

COMPLETE = "_CHATOPS_COMPLETE"
"""Set by a shell that asks what may come next on the line being typed."""

EPILOG = """Examples:

  chatops run "disk usage on /"

  chatops run --dry-run "restart nginx"

  chatops alias match "top 5 processes"

  chatops action run core.echo message=hello
"""


class Commands(core.TyperGroup):
    """The commands of the table, each imported when it is asked for."""

    def list_commands(self, ctx: Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        del ctx
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        module = import_module(f"chatops_cli.cli.{entry.module}")
        command: Command = typer.main.get_command(module.app)
        command.name = cmd_name
        return command

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=2)
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"no command named {args[0]!r}{meant}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Context) -> object:
        """What the command returns; Typer would leave at Ctrl-C without a word."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Abort from error

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def format_epilog(self, ctx: Context, formatter: HelpFormatter) -> None:
        del ctx
        formatter.write("\n" + EPILOG.replace("\n\n", "\n"))


class Folders(StringParamType):
    """Folders in a variable of the environment stand between colons; their names hold spaces."""

    envvar_list_splitter = os.pathsep


def print_version(*, asked: bool) -> None:
    """The version on stdout, and out, where it was asked for."""
    if asked:
        print_text(f"chatops {__version__}")
        raise typer.Exit


app = typer.Typer(
    cls=Commands,
    name="chatops",
    help="Run what chat messages mean: StackStorm packs and aliases, without the servers.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)


@app.callback()
def options(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config", "-c", envvar="CHATOPS_CONFIG", help="The settings file.", metavar="FILE"
        ),
    ] = None,
    packs: Annotated[
        list[str] | None,
        typer.Option(
            "--packs",
            envvar="CHATOPS_PACKS",
            click_type=Folders(),
            metavar="FOLDER",
            help=f"Folders with packs, '{os.pathsep}' between them; may be repeated.",
        ),
    ] = None,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", envvar="CHATOPS_HOME", help="The folder for state.", metavar="FOLDER"
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and exit.",
            is_eager=True,
            callback=lambda value: print_version(asked=value),
        ),
    ] = False,
) -> None:
    """Run what chat messages mean: StackStorm packs and aliases, without the servers."""
    del version
    roots = tuple(part for entry in packs or () for part in entry.split(os.pathsep) if part)
    ctx.obj = Invocation(config=config, packs=roots, home=home)


def dispatch(arguments: Sequence[str]) -> int:
    """The exit code of the command that `arguments` (without the program's name) call."""
    command = typer.main.get_command(app)
    if COMPLETE in os.environ:
        from chatops_cli.cli.offers import answer

        if (answered := answer(command, os.environ)) is not None:
            return answered
    code = command.main(list(arguments), prog_name="chatops", standalone_mode=False)
    return code if isinstance(code, int) else ExitCode.OK


def explain_usage(error: BaseException) -> ExitCode | None:
    """A mistake on the command line, said on stderr; None where it is another error."""
    match error:
        case NoArgsIsHelpError():
            error.show()
            return ExitCode.USAGE
        case ClickException():
            context = getattr(error, "ctx", None)
            hint = f"see '{context.command_path} --help'" if context is not None else None
            print_error(error.format_message(), hint=hint)
            return ExitCode.USAGE
        case typer.Abort():
            print_error("interrupted")
            return ExitCode.INTERRUPTED
        case _:
            return None
