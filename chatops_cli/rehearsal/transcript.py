"""A transcript as data: its front matter, and the lines of the conversation in order.

Lines count from 1. `at` is the first line of a block, `last` its last one.
"""

from collections.abc import Iterable
from typing import TypeAlias

from chatops_cli.model.frozen import frozen
from chatops_cli.rehearsal.front import Front

BOT = "bot"
"""Who speaks where the bot does, whatever its name in the room is."""
DIRECT = "dm"
"""The place of a direct message."""
EDITED = "edited"
"""The note behind a person's name: the message was edited into this text."""


@frozen
class Spot:
    """Where something is said: `room` is empty in a direct message; no thread is the room."""

    room: str = ""
    thread: str | None = None

    @property
    def is_direct(self) -> bool:
        """Whether only the bot hears it."""
        return not self.room


@frozen
class Blank:
    """Empty lines between blocks."""

    at: int
    last: int


@frozen
class Comment:
    """A line for whoever reads it; `text` follows the sign and a space."""

    at: int
    last: int
    text: str


@frozen
class Said:
    """A person types something, or the bot is expected to say something.

    `text` is as written, with wildcards and escapes, lines apart by line feeds. `note` stands in
    brackets behind the name: ``edited``, or the kind of a reply. `spot` is None where no place is
    written: that of what was said before.
    """

    at: int
    last: int
    speaker: str
    text: str
    note: str = ""
    spot: Spot | None = None

    @property
    def is_reply(self) -> bool:
        """Whether the bot is to say it."""
        return self.speaker == BOT


@frozen
class Expectation:
    """What is to be on record about the message above; `value` is as written."""

    at: int
    last: int
    key: str
    value: str


@frozen
class Pause:
    """So many seconds pass."""

    at: int
    last: int
    seconds: float


Block: TypeAlias = Blank | Comment | Said | Expectation | Pause


@frozen
class Transcript:
    """A whole file. `lines` are all of its lines as written, `body` is where the talk begins.

    `line_end` is what its first line ends with: a line feed, or one after a carriage return.
    """

    file: str
    lines: tuple[str, ...]
    front: Front
    body: int
    blocks: tuple[Block, ...]
    line_end: str = "\n"

    @property
    def text(self) -> str:
        """The file as it was read, line ends made one kind."""
        return self.written(self.lines)

    def written(self, lines: Iterable[str]) -> str:
        """These lines as the text of this file, with its line ends."""
        return "".join(f"{line}{self.line_end}" for line in lines)
