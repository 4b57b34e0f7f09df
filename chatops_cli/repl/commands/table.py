"""All slash commands, and how one is found."""

from typing import TYPE_CHECKING

from chatops_cli.repl.commands.command import Command, UsageError
from chatops_cli.repl.commands.guide import HELP, MORE, QUIT
from chatops_cli.repl.commands.people import AS, NICK, WHO
from chatops_cli.repl.commands.places import DM, JOIN, THREAD
from chatops_cli.repl.commands.posts import EDIT, REACT
from chatops_cli.repl.commands.rehearsal import CHAOS, RECORD, STUB
from chatops_cli.repl.commands.running import CANCEL, HISTORY, LAST, PAUSE, RESUME
from chatops_cli.repl.commands.world import DRY, EXPLAIN, LIKE, RELOAD

if TYPE_CHECKING:
    from chatops_cli.repl.desk import Desk

COMMANDS = (
    HELP,
    MORE,
    AS,
    NICK,
    WHO,
    JOIN,
    DM,
    THREAD,
    EDIT,
    REACT,
    EXPLAIN,
    DRY,
    LIKE,
    CANCEL,
    PAUSE,
    RESUME,
    HISTORY,
    LAST,
    RELOAD,
    RECORD,
    STUB,
    CHAOS,
    QUIT,
)


def is_command(line: str) -> bool:
    """Whether a line is for the terminal; one that begins with two slashes is said."""
    return line.startswith("/") and not line.startswith("//")


def find(name: str) -> Command:
    """The command of this name.

    Raises:
        UsageError: There is none; the nearest are named.
    """
    for command in COMMANDS:
        if command.name == name:
            return command
    from difflib import get_close_matches

    near = get_close_matches(name, [command.name for command in COMMANDS], n=2)
    meant = f"did you mean {' or '.join(f'/{each}' for each in near)}?" if near else "see /help"
    raise UsageError(f"there is no command /{name}", hint=meant)


async def carry_out(desk: "Desk", line: str) -> None:
    """What a line that `is_command` says is done.

    Raises:
        ChatOpsError: It can't be.
    """
    name, _, argument = line[1:].strip().partition(" ")
    await find(name).act(desk, argument.strip())
