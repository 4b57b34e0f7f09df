"""What is exchanged in a room: messages in, replies out."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import JsonObject

if TYPE_CHECKING:
    from chatops_cli.model.progress import Progress


@frozen
class Principal:
    """Who: network, workspace and the user's immutable id there; `name` is for display only."""

    network: str
    user: str
    workspace: str = ""
    name: str = ""

    def __str__(self) -> str:
        return ":".join(p for p in (self.network, self.workspace, self.user) if p)

    @property
    def display(self) -> str:
        """The name to show, or the id where there is none."""
        return self.name or self.user


@frozen
class Wanted:
    """An alias by its ref, and its parameters: what a program asks for in place of typing."""

    alias: str
    parameters: JsonObject


@frozen
class Message:
    """What someone typed, where and when (aware UTC). `id` is unique in its network.

    `groups` are ids of the network's groups that they were in then. `is_edited`: it is a later
    version of a message. `is_cut`: only its beginning has arrived. `wanted` is what a program asks
    for; the text then only tells people of it. `traceparent` is what it continues the trace of.
    """

    id: str
    text: str
    principal: Principal
    room: str
    time: datetime
    thread: str | None = None
    is_direct: bool = False
    is_edited: bool = False
    groups: tuple[str, ...] = ()
    is_cut: bool = False
    wanted: Wanted | None = None
    traceparent: str = ""


class ReplyKind(StrEnum):
    """What a reply is about."""

    ACK = "ack"
    PROGRESS = "progress"
    RESULT = "result"
    ERROR = "error"
    DENIED = "denied"
    AMBIGUOUS = "ambiguous"
    NO_MATCH = "no_match"
    INFO = "info"
    NOTICE = "notice"


@frozen
class Field:
    """A titled value of an attachment; short ones stand side by side."""

    title: str
    value: str
    short: bool = False


@frozen
class Attachment:
    """A framed part of a reply, after Slack's legacy attachments, which packs write."""

    text: str = ""
    color: str = ""
    pretext: str = ""
    title: str = ""
    title_link: str = ""
    author_name: str = ""
    author_link: str = ""
    author_icon: str = ""
    fields: tuple[Field, ...] = ()
    image_url: str = ""
    thumb_url: str = ""
    footer: str = ""
    fallback: str = ""


@frozen
class Reply:
    """What the bot says. It answers `message_id` in the same room and thread.

    `extra` is the alias' ``extra`` rendered, keyed by network, for the adapter to pass on. `status`
    is that of the execution where the reply tells how it went, or that it waits for an answer;
    `reason` is what kept a command from being run: ``parameters``, ``runner``, ``not-found``,
    ``records``, ``too-long``, ``edited``; or what progress tells of: ``delayed``, ``retry``,
    ``tasks``, those of a workflow, of which `progress` tells more.
    """

    kind: ReplyKind
    message_id: str
    room: str
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    thread: str | None = None
    execution_id: str | None = None
    status: Status | None = None
    reason: str | None = None
    extra: JsonObject = field(default_factory=dict)
    progress: "Progress | None" = None
