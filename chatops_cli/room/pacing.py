"""Whether somebody asks too often, and when they may ask again."""

from typing import TYPE_CHECKING

from chatops_cli.access.patterns import fits
from chatops_cli.access.people import Person, is_one_of
from chatops_cli.execution.continuing import keeper_of
from chatops_cli.model.access import Decision
from chatops_cli.model.chat import Message
from chatops_cli.model.rate import Per, RateLimit
from chatops_cli.records.rates import FOLDER, Rates, Window

if TYPE_CHECKING:
    from chatops_cli.room.plan import Step
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World


def held_back(
    world: "World", services: "Services", message: Message, step: "Step"
) -> Decision | None:
    """The limit that keeps a step from being run now; None where it may be, and then it counts.

    Raises:
        RecordError: It can't be counted.
    """
    person = world.person(message)
    limits = [each for each in world.settings.rates if _holds(each, message, step, person)]
    if not limits:
        return None
    by_window = {_window(each, message, step, person): each for each in limits}
    now = keeper_of(services.performer).clock()
    full = Rates(world.settings.home / FOLDER).take(by_window, now.timestamp())
    if full is None:
        return None
    limit = by_window[full.window]
    per = " and ".join(limit.per)
    often = f"{limit.count} in {_span(limit.within)}" + (f" for each {per}" if per else "")
    reason = f"{limit.name} allows {often}; the next in {_span(max(1.0, full.wait))}"
    return Decision(allowed=False, rule=limit.name, reason=reason)


def _holds(limit: RateLimit, message: Message, step: "Step", person: Person) -> bool:
    alias = step.alias.ref if step.alias else ""
    return (
        is_one_of(person, limit.who)
        and fits(step.action_ref, limit.actions)
        and fits(alias, limit.aliases)
        and fits(message.room, limit.rooms)
    )


def _window(limit: RateLimit, message: Message, step: "Step", person: Person) -> Window:
    network = f"{message.principal.network}:{message.principal.workspace}"
    parts = {
        Per.PERSON: person.identity,
        Per.ROOM: f"{network}:{message.room}",
        Per.ALIAS: step.alias.ref if step.alias else "",
        Per.ACTION: str(step.action_ref),
    }
    key = "\n".join([limit.name, *(parts[each] for each in limit.per)])
    return Window(key=key, count=limit.count, within=limit.within)


def _span(seconds: float) -> str:
    """A time in words: ``42 s``, ``1 h 5 min``."""
    whole = round(seconds + 0.499)
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, whole = divmod(whole, size)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts[:2])
