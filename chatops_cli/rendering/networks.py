"""What chat networks do to a message: how long it may be, and which parts of it they show.

Limits are those that a message is kept below, so that the network neither refuses nor cuts it.
"""

from collections.abc import Iterator
from enum import StrEnum

from chatops_cli.model.frozen import frozen

FENCE = "```"


class Unit(StrEnum):
    """What the length of a message is counted in."""

    CHARACTERS = "characters"
    BYTES = "bytes"
    UTF16 = "UTF-16 units"


class Markup(StrEnum):
    """How bold, code and the like are written."""

    MRKDWN = "mrkdwn"
    MARKDOWN = "markdown"
    PLAIN = "plain"


@frozen
class Network:
    """A chat network.

    `attachments`: frames with a colour, a title and fields are shown. `by_line`: each line is a
    message of its own. `remark` is what else happens to many messages.
    """

    name: str
    limit: int
    unit: Unit
    markup: Markup
    attachments: bool = False
    threads: bool = False
    by_line: bool = False
    remark: str = ""


NETWORKS = (
    # Longer ones may be split by the server, beyond 40,000 characters they are cut.
    # Source: api.slack.com, changelog 2018-04, "truncating really long messages".
    Network(
        name="slack",
        limit=4_000,
        unit=Unit.CHARACTERS,
        markup=Markup.MRKDWN,
        attachments=True,
        threads=True,
    ),
    # Source: discord-api-types, RESTPostAPIChannelMessageJSONBody; a longer one is refused (50035).
    Network(
        name="discord",
        limit=2_000,
        unit=Unit.CHARACTERS,
        markup=Markup.MARKDOWN,
        attachments=True,
        threads=True,
        remark="at most 10 attachments, of 6,000 characters in all",
    ),
    # Source: mattermost/mattermost #27059; a longer one is refused.
    Network(
        name="mattermost",
        limit=16_383,
        unit=Unit.CHARACTERS,
        markup=Markup.MARKDOWN,
        attachments=True,
        threads=True,
    ),
    # Source: Microsoft Q&A 2153793: 28 to 40 kB with all that is around the text.
    Network(
        name="msteams",
        limit=25_000,
        unit=Unit.BYTES,
        markup=Markup.MARKDOWN,
        attachments=True,
        threads=True,
    ),
    # The event has 65,536 bytes at most, and holds the text twice. Source: Synapse, M_TOO_LARGE.
    Network(name="matrix", limit=30_000, unit=Unit.BYTES, markup=Markup.MARKDOWN, threads=True),
    # Servers take 256 KiB; rooms and archives less. Source: Prosody and ejabberd, tried.
    Network(name="xmpp", limit=10_000, unit=Unit.BYTES, markup=Markup.PLAIN),
    # 512 bytes with the sender's address, the command and the room. Source: RFC 2812, 2.3.
    Network(
        name="irc",
        limit=400,
        unit=Unit.BYTES,
        markup=Markup.PLAIN,
        by_line=True,
        remark="after four lines about one a second",
    ),
    # Source: python-telegram-bot, telegram.constants.MessageLimit.
    Network(name="telegram", limit=4_096, unit=Unit.UTF16, markup=Markup.MARKDOWN, threads=True),
    # The server's setting Message_MaxAllowedSize, by default.
    Network(
        name="rocketchat",
        limit=5_000,
        unit=Unit.CHARACTERS,
        markup=Markup.MARKDOWN,
        attachments=True,
        threads=True,
    ),
    # Source: librenms, PR 15789.
    Network(name="webex", limit=7_439, unit=Unit.BYTES, markup=Markup.MARKDOWN, threads=True),
    # Source: zulip/github-actions-zulip.
    Network(name="zulip", limit=10_000, unit=Unit.CHARACTERS, markup=Markup.MARKDOWN),
)


def find_network(name: str) -> Network | None:
    """The network of this name."""
    return next((each for each in NETWORKS if each.name == name), None)


def size_of(text: str, unit: Unit) -> int:
    """The length of a text as a network counts it."""
    match unit:
        case Unit.CHARACTERS:
            return len(text)
        case Unit.BYTES:
            return len(text.encode("utf-8", "replace"))
        case Unit.UTF16:
            return len(text.encode("utf-16-le", "replace")) // 2


def pieces(text: str, network: Network) -> tuple[str, ...]:
    """The messages that a text is sent in: cut at the ends of lines where that can be.

    A code block that is cut is closed, and opened again. No character is cut.
    """
    if network.by_line:
        lines = (line for line in text.split("\n") if line.strip())
        return tuple(part for line in lines for part in _broken(line, network, network.limit))
    if size_of(text, network.unit) <= network.limit:
        return (text,) if text else ()
    return tuple(_cut(text, network))


def _cut(text: str, network: Network) -> Iterator[str]:
    within = size_of(f"{FENCE}\n\n{FENCE}", network.unit)
    held: list[str] = []
    is_code = False
    for line in text.split("\n"):
        for part in _broken(line, network, network.limit - within):
            if held and size_of("\n".join([*held, part]), network.unit) > network.limit - within:
                yield "\n".join([*held, FENCE] if is_code else held)
                held = [FENCE] if is_code else []
            held.append(part)
        if line.count(FENCE) % 2:
            is_code = not is_code
    if any(line.strip() for line in held):
        yield "\n".join(held)


def _broken(line: str, network: Network, limit: int) -> Iterator[str]:
    """A line in parts that are short enough, broken at spaces where that can be."""
    while size_of(line, network.unit) > limit:
        end = _fitting(line, network.unit, limit)
        space = line.rfind(" ", end // 2, end)
        at = space if space > 0 else end
        yield line[:at]
        line = line[at:].lstrip(" ") if space > 0 else line[at:]
    yield line


def _fitting(line: str, unit: Unit, limit: int) -> int:
    """So many characters of the line are short enough; at least one."""
    low, high = 1, min(len(line), limit)
    while low < high:
        middle = (low + high + 1) // 2
        if size_of(line[:middle], unit) <= limit:
            low = middle
        else:
            high = middle - 1
    return low
