"""What the bridge asks of an adapter, and the ways in which a network says no."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field
from datetime import datetime
from typing import Protocol, TypeAlias

from chatops_cli.errors import ChatOpsError, ExitCode
from chatops_cli.model.chat import Attachment, Message
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject
from chatops_cli.reading.reader import Reader
from chatops_cli.rendering.networks import Network

Take: TypeAlias = Callable[[Message], Awaitable[None]]
"""Takes a message. When it is over, the message's claim is on disk, and the network may be told.

Whoever it is for, it never raises for what the message says. It may be called with one message
twice, and with edited ones; the bot's own messages are kept back by the adapter.
"""


class LineError(ChatOpsError):
    """The line to the network is broken; whether it took what was sent last is not known."""

    exit_code = ExitCode.FAILED


class RefusedError(ChatOpsError):
    """The network lets the bot not in: its token, its rights or its address must be changed."""

    exit_code = ExitCode.FAILED


class LimitedError(ChatOpsError):
    """The network takes nothing for `seconds`; it has not taken this."""

    exit_code = ExitCode.FAILED

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the network takes nothing for {seconds:g} s")
        self.seconds = seconds


class OversizedError(ChatOpsError):
    """The network doesn't take so much at once; it has taken nothing of it."""

    exit_code = ExitCode.FAILED


class UndeliverableError(ChatOpsError):
    """This room is gone, or the bot may not write there; others may be in order."""

    exit_code = ExitCode.FAILED


@frozen
class Capabilities:
    """What a network can do beside taking text.

    `edits`: a post can be changed; `reactions`: a sign can be put on a message; `files`: a text can
    be uploaded; `keys`: it knows a post again by its key, and takes it once. A room takes `burst`
    messages at once, and then one in `pace` seconds. `local`: it is heard by this process alone,
    so bridges that share a database needn't take turns. `repeats`: whoever says something is told
    where it was not taken, and says it again. `forgets`: what was heard is never told again, and
    has to be heard on, whatever becomes of it.
    """

    edits: bool = False
    reactions: bool = False
    files: bool = False
    keys: bool = False
    burst: int = 5
    pace: float = 1.0
    local: bool = False
    repeats: bool = False
    forgets: bool = False


@frozen
class Choice:
    """What a reader may say to a post: the command behind the bot's name, and a word for it."""

    label: str
    command: str


@frozen
class Posting:
    """One message to be posted. `key` is its own, and the same when it is tried again.

    `extra` is what the alias has for this network, `answers` the id of the message that it answers.
    `choices` stand in the text as well: a network that has buttons may show them as such.
    """

    key: str
    room: str
    text: str = ""
    thread: str | None = None
    attachments: tuple[Attachment, ...] = ()
    extra: JsonObject = field(default_factory=dict)
    answers: str = ""
    choices: tuple[Choice, ...] = ()


@frozen
class Check:
    """One thing that `chatops bridge check` has tried; `mend` says what to do where it failed."""

    name: str
    is_fine: bool
    told: str = ""
    mend: str = ""


@frozen
class Context:
    """What an adapter is given beside its options.

    `name` is what the settings call this connection, `bot` what people call the bot: a mention of
    it reads ``@bot`` in what the adapter gives. `now` is the time, aware UTC; `new_id` gives ids.
    `follow` gives what a reference such as ``{{ env.TOKEN }}`` stands for, and other text as it is;
    it raises `ChatOpsError`. Whoever connects asks it anew, so that a secret may change.
    `environment` names proxies and the like.
    """

    name: str
    bot: str
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    follow: Callable[[str], str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Adapter(Protocol):
    """A connection to a network. Its methods run in one event loop; only `hear` runs for long.

    After `LineError` from any of them, the bridge calls `close`, and `connect` some time later.
    """

    @property
    def network(self) -> Network:
        """How long a message may be there, and what of it is shown."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    async def connect(self) -> None:
        """The line is up: the bot is known, and in its rooms.

        Raises:
            LineError: It can't be reached now.
            RefusedError: It lets the bot not in.
        """
        ...

    async def hear(self, take: Take) -> None:
        """Gives what is said, until the line breaks or `close` is called.

        It returns only where nothing will ever be said any more; posts are taken after that.
        A network that sends again what isn't acknowledged is told so when `take` is over.

        Raises:
            LineError: The line is broken.
            RefusedError: It lets the bot not in any more.
        """
        ...

    async def post(self, posting: Posting) -> str:
        """The post's id, empty where it isn't known.

        Raises:
            LineError: The line is broken; it may have been posted.
            LimitedError: Not now.
            OversizedError: Not so much.
            UndeliverableError: Not there.
        """
        ...

    async def update(self, posting: Posting, post_id: str) -> None:
        """The post says something else now. It raises what `post` raises."""
        ...

    async def upload(self, posting: Posting, name: str, text: str) -> str:
        """A text as a file in a room; the post's id. It raises what `post` raises."""
        ...

    async def react(self, room: str, message_id: str, sign: str) -> None:
        """A sign, by its short name such as ``eyes``, is on a message. It raises as `post` does."""
        ...

    async def check(self) -> tuple[Check, ...]:
        """Tries its credentials and rights, each by itself; nothing is posted."""
        ...

    async def close(self) -> None:
        """The line is down; `hear` ends. It may be called twice, and raises nothing."""
        ...


class AdapterModule(Protocol):
    """What a module in `adapters`, or an entry point of the group ``chatops.adapters``, has."""

    def read(self, reader: Reader) -> object:
        """The options of a connection, as the settings file has them; it reports what is wrong."""
        ...

    def make(self, options: object, context: Context) -> Adapter:
        """An adapter; nothing is connected yet."""
        ...
