"""`/help`, `/more` and `/quit`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.repl.commands.command import Command, Offer, UsageError, usage_error

if TYPE_CHECKING:
    from chatops_cli.repl.desk import Desk


async def tell(desk: "Desk", argument: str) -> None:
    from chatops_cli.repl.commands.table import COMMANDS, find
    from chatops_cli.room.help import help_text

    if argument.startswith("/"):
        desk.face.note(list(help_of(find(argument[1:]))))
        return
    message = desk.message(argument)
    if argument:
        text = help_text(desk.house.world, message, f"help {argument}")
        desk.face.note(text.split("\n"))
        return
    settings = desk.house.world.settings
    addressed = (
        f"What begins with {settings.bot_prefix} or the bot's name, {settings.bot_name}, is for the"
        " bot, and so is all that you say to it alone (/dm); the rest is talk."
    )
    width = max(len(usage_of(each)) for each in COMMANDS)
    desk.face.note(
        [
            addressed,
            *(f"{usage_of(each):{width}}  {each.says}" for each in COMMANDS),
            "//text says something that begins with a slash.",
            f"{settings.bot_prefix}help lists what you may type here.",
        ]
    )


async def page_on(desk: "Desk", argument: str) -> None:
    if argument:
        raise usage_error("more", MORE.usage)
    if not desk.face.more():
        raise UsageError("there is no more of it")


async def leave(desk: "Desk", argument: str) -> None:
    if argument:
        raise usage_error("quit", QUIT.usage)
    desk.has_left = True


def usage_of(command: Command) -> str:
    """How a command is typed."""
    return f"/{command.name} {command.usage}".rstrip()


def help_of(command: Command) -> Iterator[str]:
    """A command with its examples."""
    yield usage_of(command)
    yield f"  {command.says}"
    for example in command.examples:
        yield f"  for example: {example}"


def subjects(desk: "Desk") -> Iterator[Offer]:
    """Commands, and packs."""
    from chatops_cli.repl.commands.table import COMMANDS

    for command in COMMANDS:
        yield Offer(f"/{command.name}", command.says)
    for pack in desk.house.world.catalog.packs.values():
        yield Offer(pack.ref, pack.description)


HELP = Command(
    name="help",
    usage="[/COMMAND|WORDS]",
    says="List these commands, explain one, or list what you may type about some words.",
    act=tell,
    examples=("/help /as", "/help linux"),
    offers=subjects,
)
MORE = Command(
    name="more", usage="", says="Show the next page of what did not find room.", act=page_on
)
QUIT = Command(
    name="quit",
    usage="",
    says="Leave, when all that is running has ended; so does Ctrl-D.",
    act=leave,
)
