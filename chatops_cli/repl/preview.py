"""The live line: what the text typed so far would do. Pure: nothing is run, nothing recorded."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from chatops_cli.aliases.ahead import Ahead, Next
from chatops_cli.aliases.outcome import Ambiguous, Matched, Refused
from chatops_cli.model.access import Decision
from chatops_cli.model.alias import Alias
from chatops_cli.model.chat import Message
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.repl.commands.command import Command
from chatops_cli.room.address import start_of_command
from chatops_cli.room.control_words import is_control
from chatops_cli.room.help import is_help
from chatops_cli.room.plan import Plan, Step
from chatops_cli.room.plan_lines import shown_parameters
from chatops_cli.room.waiting_words import is_of_waiting
from chatops_cli.room.world import World

LONGEST = 24
"""Characters of a value in the live line."""


class Kind(StrEnum):
    """What the text would do."""

    NOTHING = "nothing"
    TALK = "talk"
    COMMAND = "command"
    PARTIAL = "partial"
    READY = "ready"
    BLOCKED = "blocked"
    DENIED = "denied"
    AMBIGUOUS = "ambiguous"
    UNKNOWN = "unknown"


@frozen
class Preview:
    """A line of text, and what it tells of."""

    kind: Kind
    text: str = ""


@frozen
class View:
    """What the live line is made of.

    `message` is what would be said, by whom and where. `plan` works out what a command would
    start. `commands` are those of the terminal. `disabled` gives the disabled aliases that would
    mean a command, or begin so.
    """

    world: World
    ahead: Ahead
    message: Message
    plan: Callable[[str], Plan]
    commands: tuple[Command, ...]
    disabled: Callable[[str], tuple[str, ...]] = lambda _: ()


def preview(view: View) -> Preview:  # noqa: PLR0911  # one for each kind
    """What `view.message` would do."""
    text = view.message.text
    if not text.strip():
        return Preview(kind=Kind.NOTHING)
    if text.startswith("/") and not text.startswith("//"):
        return _slash(text[1:], view.commands)
    start = start_of_command(text, view.world.addressing, is_direct=view.message.is_direct)
    if start is None:
        return Preview(kind=Kind.TALK, text="talk: not for the bot")
    command = text[start:]
    if not command.strip():
        return Preview(kind=Kind.NOTHING)
    plan = view.plan(command.strip())
    match plan.outcome:
        case Matched():
            return _matched(view, plan)
        case Ambiguous(candidates=candidates):
            refs = ", ".join(each.alias.ref for each in candidates)
            return Preview(kind=Kind.AMBIGUOUS, text=f"ambiguous: {refs}")
        case Refused(reason=why):
            return Preview(kind=Kind.BLOCKED, text=why)
        case _:
            return _own(command) or _partial(view, command)


def _own(command: str) -> Preview | None:
    """The bot's own words; None for others."""
    if is_help(command):
        return Preview(kind=Kind.READY, text="help")
    if is_control(command):
        return Preview(kind=Kind.READY, text="tells or ends what runs and waits here")
    if is_of_waiting(command):
        return Preview(kind=Kind.READY, text="answers what waits here")
    return None


def _slash(text: str, commands: tuple[Command, ...]) -> Preview:
    if not text:
        return Preview(kind=Kind.COMMAND, text="/help tells of the commands")
    name, space, _ = text.partition(" ")
    found = [
        each for each in commands if (each.name == name if space else each.name.startswith(name))
    ]
    if not found:
        return Preview(kind=Kind.UNKNOWN, text=f"no command /{name}")
    if len(found) > 1 and found[0].name != name:
        return Preview(kind=Kind.COMMAND, text="  ".join(f"/{each.name}" for each in found))
    usage = f"/{found[0].name} {found[0].usage}".rstrip()
    return Preview(kind=Kind.COMMAND, text=f"{usage}  {found[0].says}")


def _matched(view: View, plan: Plan) -> Preview:
    first = plan.steps[0]
    number = f"{len(plan.steps)} x " if len(plan.steps) > 1 else ""
    given = {
        name: value
        for name, value in shown_parameters(first).items()
        if first.given.get(name) is not None
    }
    missing = _missing(view.world, first.alias, first.given) if first.alias else ()
    shown = _line(f"{number}{first.action_ref}", given, missing)
    worst = next((step for step in plan.steps if not step.decision.allowed), first)
    if not worst.decision.allowed:
        return Preview(kind=Kind.DENIED, text=f"{shown}  {_decided(worst.decision)}")
    if any(step.refusal is not None for step in plan.steps):
        return Preview(kind=Kind.BLOCKED, text=f"{shown}  {_refused(plan.steps)}")
    last = next((step for step in plan.steps if step.decision.needs), first)
    kind = Kind.BLOCKED if last.decision.needs else Kind.READY
    return Preview(kind=kind, text=f"{shown}  {_decided(last.decision)}")


def _refused(steps: tuple[Step, ...]) -> str:
    for step in steps:
        if step.refusal is not None:
            return step.masker.text(step.refusal.message)
    return ""


def _partial(view: View, command: str) -> Preview:
    """What the text is the beginning of: the format that fixes most of it."""
    nexts = view.ahead.nexts(command)
    if not nexts:
        if refs := view.disabled(command):
            return Preview(kind=Kind.BLOCKED, text=f"disabled: {', '.join(refs)}")
        return Preview(kind=Kind.UNKNOWN, text="no alias begins so")
    best = nexts[0]
    alias = best.entry.alias
    given: dict[str, Json] = {name: _unquoted(value) for name, value in best.values}
    if best.name is not None and (begun := command[best.start :].strip()):
        given[best.name] = _unquoted(begun)
    masked = _masked(view.world, alias, given)
    shown = _line(alias.action_ref, masked, _missing(view.world, alias, given))
    decision = view.world.offers(view.message, alias.action_ref, alias.ref)
    others = len({each.entry.alias.ref for each in nexts}) - 1
    more = f"  and {others} more" if others else ""
    told = f"  {_decided(decision)}" if decision.needs or not decision.allowed else ""
    return Preview(
        kind=Kind.PARTIAL if decision.allowed else Kind.DENIED,
        text=f"{shown}  {_next(best)}{told}{more}",
    )


def _next(found: Next) -> str:
    return f"type {found.entry.format.display}"


def _masked(world: World, alias: Alias, given: Mapping[str, Json]) -> dict[str, Json]:
    from chatops_cli.room.plan import masker_of

    return masker_of(world.catalog.action(alias.action_ref), given).parameters(given)


def _missing(world: World, alias: Alias, given: Mapping[str, Json]) -> tuple[str, ...]:
    """Parameters that the action can't do without, and that nothing gives."""
    action = world.catalog.action(alias.action_ref)
    if action is None:
        return ()
    return tuple(
        name
        for name, parameter in action.parameters.items()
        if parameter.required
        and not parameter.has_default
        and not parameter.immutable
        and given.get(name) is None
        and name not in alias.immutable_parameters
    )


def _line(head: str, given: Mapping[str, Json], missing: tuple[str, ...]) -> str:
    return "  ".join([head, *_pairs(given), *(f"{name}=?" for name in missing)])


def _pairs(given: Mapping[str, Json]) -> Iterator[str]:
    for name, value in given.items():
        text = " ".join(str(value).split()) if value != "" else "''"
        cut = f"{text[: LONGEST - 1]}…" if len(text) > LONGEST else text
        yield f"{name}={cut}"


def _unquoted(text: str) -> str:
    return text.strip("'\"")


def _decided(decision: Decision) -> str:
    if decision.needs:
        return f"allowed, {decision.needs}"
    return "allowed" if decision.allowed else f"denied: {decision.reason}"
