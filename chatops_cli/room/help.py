"""`help` in a room: what this person may type here."""

from collections.abc import Iterable, Sequence

from chatops_cli.model.alias import Alias
from chatops_cli.model.chat import Message
from chatops_cli.room.world import World

WORD = "help"


def is_help(command: str) -> bool:
    """Whether a command that no alias means asks for help."""
    return command.split(maxsplit=1)[:1] == [WORD]


def help_text(world: World, message: Message, command: str, *, is_busy: bool = False) -> str:
    """The commands this person may run here, by pack; only those with the words after `help`.

    `is_busy`: something runs now, which the bot's own words are for.
    """
    words = command.split()[1:]
    aliases = [
        alias
        for alias in world.aliases
        if world.offers(message, alias.action_ref, alias.ref).allowed and is_about(alias, words)
    ]
    if not aliases:
        about = f" about '{' '.join(words)}'" if words else ""
        return f"There is nothing{about} that you may run here."
    lines: list[str] = []
    for pack in sorted({alias.pack for alias in aliases}):
        lines.append(f"{pack}:")
        lines += lines_of([alias for alias in aliases if alias.pack == pack])
    here = [] if words else own_lines(world, is_busy=is_busy)
    if here:
        lines += ["here:", *(f"  {line}" for line in here)]
    return "\n".join(lines)


def own_lines(world: World, *, is_busy: bool) -> list[str]:
    """The bot's own words for what runs and waits now."""
    from chatops_cli.room import answering, control_words, waiting_words  # which answer with help

    lines = [answering.HELP] if asks_people(world) else []
    if waiting_words.waits_for_approval(world.settings):
        lines += waiting_words.HELP
    return [*lines, *(control_words.HELP if is_busy or lines else ())]


def asks_people(world: World) -> bool:
    """Whether something that people may be asked waits for an answer now."""
    from chatops_cli.records.waiting import Kind
    from chatops_cli.room.opening import waiting_of

    return bool(waiting_of(world.settings).ids(Kind.INQUIRY))


def is_about(alias: Alias, words: Sequence[str]) -> bool:
    """Whether all the words stand in the alias' pack, formats or description."""
    text = " ".join([alias.ref, alias.description, *displays(alias)]).casefold()
    return all(word.casefold() in text for word in words)


def displays(alias: Alias) -> Iterable[str]:
    """The formats as help shows them."""
    return (form.display for form in alias.formats if form.display)


def lines_of(aliases: Iterable[Alias]) -> list[str]:
    """A line for each format, with what it does."""
    return [
        f"  {display}" + (f" - {alias.description}" if alias.description else "")
        for alias in aliases
        for display in displays(alias)
    ]
