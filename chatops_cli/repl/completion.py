"""What a line that is being typed may go on with. Pure: nothing of the terminal is in it."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

from chatops_cli.aliases.ahead import Ahead, Next
from chatops_cli.aliases.outcome import Matched
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.action import Parameter
from chatops_cli.model.alias import Alias
from chatops_cli.model.chat import Message
from chatops_cli.model.frozen import frozen
from chatops_cli.repl.commands.command import Command, Offer
from chatops_cli.repl.files import files
from chatops_cli.repl.fuzzy import ranked
from chatops_cli.repl.values import KnownValues
from chatops_cli.room.address import start_of_command
from chatops_cli.room.world import World
from chatops_cli.runners.registry import find_runner

MOST = 60
"""Completions of one line at most."""
PATHS = ("path", "file", "folder", "directory", "dir")
"""What the names of parameters that take a file end in."""

ROOTS = ("/", "~/", "./", "../")
"""What a text begins with that can only be a path."""


class Kind(StrEnum):
    """What a completion is."""

    COMMAND = "command"
    ARGUMENT = "argument"
    NAME = "name"
    WORD = "word"
    FORMAT = "format"
    PARAMETER = "parameter"
    VALUE = "value"
    FILE = "file"


@frozen
class Completion:
    """One way to go on: `text` takes the place of the last `back` characters before the cursor.

    `label` is what is shown of it, `says` what it does. One of kind ``parameter`` may change
    nothing: it only says what is wanted.
    """

    kind: Kind
    text: str
    back: int
    label: str
    says: str = ""


@frozen
class Known:
    """What completions are made of.

    `message` is an empty one of the person who types, where they type it. `offers` are what the
    argument of a command may be.
    """

    world: World
    ahead: Ahead
    message: Message
    values: KnownValues
    commands: tuple[Command, ...]
    offers: Callable[[Command], Iterable[Offer]]


def complete(text: str, known: Known) -> tuple[Completion, ...]:
    """What may come behind `text`, which ends at the cursor; the likeliest first."""
    if text.startswith("/") and not text.startswith("//"):
        return _limited(_slash(text[1:], known))
    start = start_of_command(text, known.world.addressing, is_direct=known.message.is_direct)
    if start is None:
        return _limited(_name(text, known))
    return _limited(_command(text[start:], known))


def _limited(found: Iterable[Completion]) -> tuple[Completion, ...]:
    """Each once: formats of one alias may go on alike."""
    once: dict[tuple[str, int, str], Completion] = {}
    for each in found:
        once.setdefault((each.text, each.back, each.label if not each.text else ""), each)
        if len(once) == MOST:
            break
    return tuple(once.values())


def _slash(text: str, known: Known) -> Iterator[Completion]:
    name, space, argument = text.partition(" ")
    if not space:
        for command in ranked(name, known.commands, lambda each: each.name):
            more = " " if command.usage else ""
            yield Completion(
                kind=Kind.COMMAND,
                text=f"{command.name}{more}",
                back=len(name),
                label=f"/{command.name} {command.usage}".rstrip(),
                says=command.says,
            )
        return
    chosen = next((each for each in known.commands if each.name == name), None)
    if chosen is None:
        return
    if chosen.takes_message:
        yield from _command(argument.lstrip(), known)
        return
    word = argument.rpartition(" ")[2]
    if chosen.takes_file and word:
        yield from _files(word)
    for offer in ranked(word, known.offers(chosen), lambda each: each.text):
        yield Completion(
            kind=Kind.ARGUMENT,
            text=offer.text,
            back=len(word),
            label=offer.text,
            says=offer.says,
        )


def _name(text: str, known: Known) -> Iterator[Completion]:
    """The bot's name, at the beginning of a line."""
    name = known.world.addressing.name
    called = f"@{name}"
    if name and text and len(text) < len(called) and called.casefold().startswith(text.casefold()):
        yield Completion(
            kind=Kind.NAME, text=f"{called} ", back=len(text), label=called, says="the bot"
        )


def _command(text: str, known: Known) -> Iterator[Completion]:
    """Words and values of formats, and ``key=value`` at the end."""
    nexts = known.ahead.nexts(text)
    words = [each for each in nexts if each.literal.strip()]
    yield from (_word(text, each, known) for each in words)
    for each in nexts:
        if not each.literal and each.name is not None:
            yield from _value(text, each, known)
    yield from _pairs(text, known)
    if not nexts and text.strip():
        yield from _formats(text, known)


def _word(text: str, found: Next, known: Known) -> Completion:
    typed = text[text.rfind(" ") + 1 :]
    return Completion(
        kind=Kind.WORD,
        text=typed + found.literal,
        back=len(typed),
        label=(typed + found.literal).strip(),
        says=_says(found.entry.alias, known),
    )


def _formats(text: str, known: Known) -> Iterator[Completion]:
    """Whole formats that have the typed letters in them, where none begins so."""
    forms = [
        (form.display, beginning, alias)
        for alias in known.world.aliases
        for form in alias.formats
        if (beginning := _typed_part(form.display))
    ]
    for display, beginning, alias in ranked(text, forms, lambda each: each[0]):
        yield Completion(
            kind=Kind.FORMAT,
            text=beginning,
            back=len(text),
            label=display,
            says=_says(alias, known),
        )


def _typed_part(display: str) -> str:
    from chatops_cli.aliases.beginnings import beginning_of

    beginning = beginning_of(display)
    return beginning if beginning == display.strip() or not beginning else f"{beginning} "


def _value(text: str, found: Next, known: Known) -> Iterator[Completion]:
    alias, name = found.entry.alias, found.name or ""
    partial = text[found.start :].lstrip("'\"")
    parameter = _parameter(alias, name, known)
    yield from _values(partial, parameter, name, alias, known)
    if not partial:
        yield Completion(
            kind=Kind.PARAMETER,
            text="",
            back=0,
            label=f"<{name}: {_type(parameter)}>",
            says=parameter.description if parameter else alias.description,
        )


def _values(
    partial: str, parameter: Parameter | None, name: str, alias: Alias, known: Known
) -> Iterator[Completion]:
    offered = [Offer(text, "") for text in _permitted(parameter)]
    if parameter is None or not parameter.secret:
        before = known.values.of(alias.action_ref, name)
        offered += [Offer(text, "used before") for text in before]
    for offer in ranked(partial, offered, lambda each: each.text):
        yield Completion(
            kind=Kind.VALUE,
            text=offer.text,
            back=len(partial),
            label=offer.text,
            says=offer.says or (parameter.description if parameter else ""),
        )
    if partial.startswith(ROOTS) or name.endswith(PATHS):
        yield from _files(partial)


def _files(partial: str) -> Iterator[Completion]:
    for path in files(partial):
        label = path.removesuffix("/").rpartition("/")[2] + ("/" if path.endswith("/") else "")
        yield Completion(kind=Kind.FILE, text=path, back=len(partial), label=label)


def _pairs(text: str, known: Known) -> Iterator[Completion]:
    """Parameters that may be set behind a message that is complete as it stands."""
    before, space, word = text.rpartition(" ")
    if not space or not before.strip():
        return
    outcome = known.world.table.match(before)
    if not isinstance(outcome, Matched):
        return
    alias = outcome.alias
    name, sign, partial = word.partition("=")
    if sign:
        parameter = _parameter(alias, name, known)
        yield from _values(partial.lstrip("'\""), parameter, name, alias, known)
        return
    names = sorted(known.world.table.settable(alias) - outcome.parameters[0].keys())
    for each in names:
        if each.startswith(name):
            parameter = _parameter(alias, each, known)
            yield Completion(
                kind=Kind.PARAMETER,
                text=f"{each}=",
                back=len(word),
                label=f"{each}=<{_type(parameter)}>",
                says=parameter.description if parameter else "",
            )


def _permitted(parameter: Parameter | None) -> tuple[str, ...]:
    """The values that the schema lists."""
    if parameter is None:
        return ()
    if parameter.type == "boolean":
        return "true", "false"
    return tuple(str(value) for value in parameter.enum)


def _type(parameter: Parameter | None) -> str:
    return (parameter.type if parameter else None) or "text"


def _parameter(alias: Alias, name: str, known: Known) -> Parameter | None:
    action = known.world.catalog.action(alias.action_ref)
    if action is None:
        return None
    if name in action.parameters:
        return action.parameters[name]
    try:
        return find_runner(action.runner_type).PARAMETERS.get(name)
    except ChatOpsError:
        return None


def _says(alias: Alias, known: Known) -> str:
    """What an alias does, and what stands between this person and it here."""
    decision = known.world.offers(known.message, alias.action_ref, alias.ref)
    if not decision.allowed:
        return f"denied: {alias.description}"
    return f"{decision.needs}: {alias.description}" if decision.needs else alias.description
