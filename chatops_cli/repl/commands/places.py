"""Where things are said: `/join`, `/dm`, `/thread`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chatops_cli.model.route import RoomRoute
from chatops_cli.repl import session as people
from chatops_cli.repl.commands.command import Command, Offer, UsageError, number_first, usage_error
from chatops_cli.repl.session import Place

if TYPE_CHECKING:
    from chatops_cli.repl.desk import Desk


async def join(desk: "Desk", argument: str) -> None:
    if not argument:
        desk.face.note(list(rooms(desk)))
        return
    if " " in argument:
        raise usage_error("join", JOIN.usage)
    enter(desk, people.place_of(argument))


async def talk_alone(desk: "Desk", argument: str) -> None:
    bot = desk.house.world.settings.bot_name
    if argument.removeprefix("@").casefold() not in {"", "bot", bot.casefold()}:
        raise UsageError(f"only the bot is there to talk to, {bot}", hint="/dm")
    enter(desk, people.direct_place(desk.session.principal))


async def enter_thread(desk: "Desk", argument: str) -> None:
    session = desk.session
    if argument == "off":
        desk.session = people.leave_thread(session)
        desk.face.note(["you write in the room again"])
        return
    number, rest = number_first(argument)
    if rest:
        raise usage_error("thread", THREAD.usage)
    if number is None and not session.here:
        raise UsageError("nothing was said here yet that a thread could begin under")
    post = session.here[-1] if number is None else people.find(session, number)
    desk.session = people.enter_thread(session, post)
    root = next((each for each in session.here if each.id == post.root), post)
    desk.face.note([f"you write in the thread of post {root.number}; /thread off leaves it"])


def enter(desk: "Desk", place: Place) -> None:
    """The room is entered, and what was not read there is shown."""
    seen = desk.session.seen.get(place.name, 0)
    desk.session = people.enter(desk.session, place)
    alone = ", where all you say is for the bot" if place.is_direct else ""
    desk.face.note([f"you are in {place.name}{alone}"])
    for post in desk.session.here:
        if post.number > seen:
            desk.face.show(post)
    desk.session = people.read_all(desk.session)


def rooms(desk: "Desk") -> Iterator[str]:
    """The rooms that are known, where one is, and what was not read."""
    for name in desk.session.rooms:
        number = desk.session.unread.get(name, 0)
        mark = "*" if name == desk.session.place.name else " "
        yield f"{mark} {name}" + (f"  {number} unread" if number else "")


def rooms_offered(desk: "Desk") -> Iterator[Offer]:
    """Rooms that are known, and those that the settings name."""
    settings, unread = desk.house.world.settings, desk.session.unread
    for name in desk.session.rooms:
        yield Offer(name, f"{unread[name]} unread" if name in unread else "")
    for name, route in settings.routes.items():
        if isinstance(route, RoomRoute):
            yield Offer(route.room, f"route {name}")
    for rule in settings.access.rules:
        for room in rule.rooms:
            if not {"*", "?", "["} & set(room):
                yield Offer(room, f"rule {rule.name}")


JOIN = Command(
    name="join",
    usage="[ROOM]",
    says="Go to a room, and see what you have not read there; alone: which rooms there are.",
    act=join,
    examples=("/join #ops", "/join"),
    offers=rooms_offered,
)
DM = Command(
    name="dm",
    usage="[BOT]",
    says="Talk with the bot alone: there everything is for it, without the prefix.",
    act=talk_alone,
    examples=("/dm",),
)
THREAD = Command(
    name="thread",
    usage="[NUMBER|off]",
    says="Write in the thread under a post; by default the last one.",
    act=enter_thread,
    examples=("/thread 3", "/thread off"),
    offers=lambda _desk: (Offer("off", "write in the room again"),),
)
