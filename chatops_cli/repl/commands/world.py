"""What the bot knows and how it is shown: `/explain`, `/dry`, `/like`, `/reload`."""

from typing import TYPE_CHECKING

from chatops_cli.rendering.networks import NETWORKS, find_network
from chatops_cli.repl import session as people
from chatops_cli.repl.commands.command import Command, Offer, UsageError, usage_error

if TYPE_CHECKING:
    from chatops_cli.repl.desk import Desk
    from chatops_cli.room.changes import Changes


async def explain(desk: "Desk", argument: str) -> None:
    from chatops_cli.aliases.explain import explain_or_nearest
    from chatops_cli.aliases.explanation_lines import lines_of
    from chatops_cli.aliases.table import refusal
    from chatops_cli.room.address import command_of

    if not argument:
        raise usage_error("explain", EXPLAIN.usage)
    world = desk.house.world
    command = command_of(desk.message(argument), world.addressing)
    text = argument if command is None else command
    if (reason := refusal(text)) is not None:
        raise UsageError(reason)
    found = [line for each in explain_or_nearest(text, world.table) for line in lines_of(each)]
    desk.face.note(found or ["no alias comes near"])


async def set_dry(desk: "Desk", argument: str) -> None:
    if argument not in {"", "on", "off"}:
        raise usage_error("dry", DRY.usage)
    if argument:
        desk.session = people.set_dry(desk.session, is_dry=argument == "on")
    state = "nothing is run" if desk.session.is_dry else "what you say is run"
    desk.face.note([f"dry run is {'on' if desk.session.is_dry else 'off'}: {state}"])


async def set_like(desk: "Desk", argument: str) -> None:
    names = ", ".join(each.name for each in NETWORKS)
    if argument in {"", "off"}:
        like = "" if argument else desk.session.like
    elif find_network(argument) is not None:
        like = argument
    else:
        raise UsageError(f"no network {argument!r} is known", hint=f"known are {names}")
    desk.session = people.show_like(desk.session, like)
    desk.face.note([f"replies are shown as {like or 'no network in particular'} shows them"])


async def reload(desk: "Desk", argument: str) -> None:
    if argument:
        raise usage_error("reload", RELOAD.usage)
    tell_changes(desk, desk.house.reload())


def tell_changes(desk: "Desk", changes: "Changes", *, is_quiet: bool = False) -> None:
    """What has changed, or why nothing has; `is_quiet` where nobody has asked.

    Raises:
        ChatOpsError: Something is broken.
    """
    if changes.broken:
        errors = "\n".join(map(str, changes.broken))
        raise UsageError(f"not reloaded, the packs stay as they were: {errors}")
    if changes.lines:
        desk.face.note(["reloaded", *changes.lines])
    elif not is_quiet:
        desk.face.note(["reloaded: nothing changed"])


EXPLAIN = Command(
    name="explain",
    usage="TEXT",
    says="Say step by step why a message matches an alias, or where it departs from one.",
    act=explain,
    examples=("/explain disk usage on /",),
    takes_message=True,
)
DRY = Command(
    name="dry",
    usage="[on|off]",
    says="Show only what messages would do; nothing is run.",
    act=set_dry,
    examples=("/dry on",),
    offers=lambda _desk: (Offer("on", "run nothing"), Offer("off", "run")),
)
LIKE = Command(
    name="like",
    usage="[NETWORK|off]",
    says="Show replies as a network does: its limits, its markup, and what it drops.",
    act=set_like,
    examples=("/like irc", "/like off"),
    offers=lambda _desk: (
        *(Offer(each.name, f"{each.limit:,} {each.unit}") for each in NETWORKS),
        Offer("off", "show all of it"),
    ),
)
RELOAD = Command(
    name="reload",
    usage="",
    says="Read settings and packs anew, all or nothing, and say what has changed.",
    act=reload,
)
