"""Is a message for the bot, and what of it is the command."""

from chatops_cli.model.chat import Message
from chatops_cli.model.frozen import frozen


@frozen
class Addressing:
    """How people call the bot in a channel: a prefix, or its name. Either may be empty."""

    name: str = "chatops"
    prefix: str = "!"


def command_of(message: Message, addressing: Addressing) -> str | None:
    """The text behind the prefix or the bot's name; None where the message isn't for the bot.

    In a direct message everything is for the bot; prefix and name may stand there too. In a channel
    it is ``!text``, ``@bot text``, ``bot: text`` or ``bot, text``; the name's case doesn't matter.
    White space around the command is dropped, inside it is kept.
    """
    text = message.text.strip()
    called = behind_prefix(text, addressing.prefix)
    if called is None:
        called = behind_name(text, addressing.name)
    if called is not None:
        return called
    return text if message.is_direct else None


def start_of_command(text: str, addressing: Addressing, *, is_direct: bool) -> int | None:
    """The character of a message that is being typed at which its command begins.

    None where it isn't for the bot.
    """
    trimmed = text.strip()
    called = behind_prefix(trimmed, addressing.prefix)
    if called is None:
        called = behind_name(trimmed, addressing.name)
    if called is None:
        return len(text) - len(text.lstrip()) if is_direct else None
    return len(text.rstrip()) - len(called) if called else len(text)


def call_of(addressing: Addressing, *, is_direct: bool) -> str:
    """What has to stand before a command for the bot to hear it; nothing in a direct message."""
    if is_direct or addressing.prefix:
        return "" if is_direct else addressing.prefix
    return f"@{addressing.name} " if addressing.name else ""


def behind_prefix(text: str, prefix: str) -> str | None:
    """What follows the prefix, if `text` starts with it."""
    if not prefix or not text.startswith(prefix):
        return None
    return text[len(prefix) :].strip()


def behind_name(text: str, name: str) -> str | None:
    """What follows ``@name``, ``name:`` or ``name,``, if `text` starts with one of them."""
    if not name:
        return None
    has_at = text.startswith("@")
    start = 1 if has_at else 0
    end = start + len(name)
    if text[start:end].casefold() != name.casefold():
        return None
    rest = text[end:]
    if rest[:1] in {":", ","}:
        return rest[1:].strip()
    if has_at and (not rest or rest[0].isspace()):
        return rest.strip()
    return None
