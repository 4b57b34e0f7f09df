"""A slash command as data, and what its arguments may be completed with."""

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from chatops_cli.errors import ChatOpsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from chatops_cli.repl.desk import Desk


class Offer(NamedTuple):
    """What an argument may be, and what that is."""

    text: str
    says: str = ""


Act: TypeAlias = "Callable[[Desk, str], Awaitable[None]]"
"""Carries a command out; raises `ChatOpsError` where it can't be."""
Offers: TypeAlias = "Callable[[Desk], Iterable[Offer]]"


class Command(NamedTuple):
    """A command. `usage` is what stands behind its name; `says` is one line of help.

    `takes_message`: what stands behind it is completed as a message to the bot is; `takes_file`:
    as a path.
    """

    name: str
    usage: str
    says: str
    act: Act
    examples: tuple[str, ...] = ()
    offers: Offers = lambda _desk: ()
    takes_message: bool = False
    takes_file: bool = False


class UsageError(ChatOpsError):
    """A slash command was given what it doesn't take."""


def usage_error(name: str, usage: str) -> UsageError:
    """The error of a command that wants other arguments."""
    return UsageError(f"this is not how /{name} is used", hint=f"/{name} {usage}".rstrip())


def number_first(argument: str) -> tuple[int | None, str]:
    """The number that an argument begins with, if it does, and the rest."""
    first, _, rest = argument.partition(" ")
    digits = first.removeprefix("#")
    return (
        (int(digits), rest.strip()) if digits.isascii() and digits.isdigit() else (None, argument)
    )
