"""What may come next on a line that is being typed: asked by a shell, searched by Typer.

The scripts that hook this in are Typer's (`--install-completion`); so are the variables they set.
Typer's own answers are not used: zsh would evaluate what packs write, a format in square brackets
would be read as markup, and quotes that are still open would be passed over.
"""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

from typer._click.shell_completion import CompletionItem, ShellComplete

from chatops_cli.cli.output import write
from chatops_cli.cli.shell import SHELLS, Line, Offer
from chatops_cli.errors import ExitCode

if TYPE_CHECKING:
    from typer._click import Command

HELP_LIMIT = 100


def answer(command: "Command", environment: Mapping[str, str]) -> ExitCode | None:
    """The shell is told on stdout; the exit code, or None for a shell that is left to Typer.

    Whatever is wrong, nothing is offered and nothing said: the command will tell once it is run.
    """
    shell = SHELLS.get(environment["_CHATOPS_COMPLETE"])
    if shell is None:
        return None
    try:
        line = shell.read(environment)
        offers = offers_for(command, line)
    except Exception:  # noqa: BLE001  # a report would land in the middle of the line being typed
        line, offers = Line(words=(), incomplete=""), []
    if environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        return ExitCode.OK if offers else ExitCode.FAILED
    write(sys.stdout, f"{shell.write(line, offers)}\n")
    return ExitCode.OK


def offers_for(command: "Command", line: Line) -> list[Offer]:
    """What may come next, without what a shell can't show; files are left to the shell."""
    asking = Asking(command, {"obj": line}, "chatops", "_CHATOPS_COMPLETE")
    items = asking.get_completions(list(line.words), line.incomplete)
    # Of --option=value the search answers with the value alone, but shells replace the whole word.
    option, equals, _ = line.incomplete.partition("=")
    offers = [
        Offer(item.value, one_line(item.help or ""))
        for item in items
        if item.type == "plain" and item.value.isprintable()
    ]
    return [
        offer
        if offer.value.startswith(line.incomplete)
        else offer._replace(value=option + equals + offer.value)
        for offer in offers
    ]


class Asking(ShellComplete):
    """Typer's search for the parameter that is being typed."""

    name = "chatops"
    source_template = ""

    def source_vars(self) -> dict[str, str]:
        return {}

    def get_completion_args(self) -> tuple[list[str], str]:
        return [], ""

    def format_completion(self, item: CompletionItem) -> str:
        return str(item.value)


def one_line(text: str) -> str:
    """The text on one short line, without anything that drives a terminal."""
    line = " ".join(text.split())
    line = "".join(character for character in line if character.isprintable())
    return line if len(line) <= HELP_LIMIT else line[: HELP_LIMIT - 3] + "..."
