"""The posts that a reply becomes on a network."""

from dataclasses import replace

from chatops_cli.bridge.contract import Capabilities, Choice, Posting
from chatops_cli.model.chat import Reply
from chatops_cli.model.execution import Status
from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.likeness import flat, likeness
from chatops_cli.rendering.networks import Network
from chatops_cli.room.waiting_words import APPROVE, DENY

MOST = 5
"""Posts of one reply; what is longer becomes a file, or is cut."""


@frozen
class Posts:
    """What is posted; `file` is the whole text where it is too long to be."""

    postings: tuple[Posting, ...]
    file: str = ""


def posts_of(
    reply: Reply,
    network: Network,
    capabilities: Capabilities,
    *,
    key: str,
    is_again: bool = False,
    more: str = "",
) -> Posts:
    """The reply as the network takes it.

    Args:
        reply: What is said.
        network: Its limits.
        capabilities: What it can do.
        key: The reply's own; the posts' are made of it.
        is_again: Whether it may be there already: then it says so, unless the network knows keys.
        more: Where the rest of a text that is cut can be read.
    """
    has_words = bool(reply.text.strip() or reply.attachments)
    if is_again and has_words and not capabilities.keys:
        reply = replace(reply, text=f"{reply.text}\n{again(reply)}".lstrip("\n"))
    if sum(len(each.text) for each in reply.attachments) > network.limit * MOST:
        # No network shows frames as long as that.
        reply = replace(reply, text=_whole(reply), attachments=())
    parts = likeness(reply, network).parts
    if not any(part.text.strip() or part.attachments for part in parts):
        return Posts(postings=())  # a denial that is silent, an end that nobody wants shown
    file = ""
    if len(parts) > MOST:
        kept = parts[: 1 if capabilities.files else MOST - 1]
        file = (reply.text if network.attachments else _whole(reply)) if capabilities.files else ""
        told = f"… {len(parts) - len(kept)} more messages of this length are left out"
        note = "… the whole of it is in the file" if file else told + (f": {more}" if more else "")
        parts = (*kept, replace(parts[-1], text=note))
    extra = reply.extra.get(network.name)
    postings = tuple(
        Posting(
            key=f"{key}.{number}",
            room=part.room,
            text=part.text,
            thread=part.thread,
            attachments=part.attachments,
            extra=extra if isinstance(extra, dict) and number == len(parts) - 1 else {},
            answers=reply.message_id,
            choices=choices_of(reply) if number == len(parts) - 1 else (),
        )
        for number, part in enumerate(parts)
    )
    return Posts(postings=postings, file=file)


def _whole(reply: Reply) -> str:
    """All that it says, as text."""
    return "\n".join(filter(None, (reply.text, *(flat(each) for each in reply.attachments))))


def choices_of(reply: Reply) -> tuple[Choice, ...]:
    """What can be said to it by a button; a confirmation is typed: it may need a word."""
    if reply.status is not Status.PENDING or reply.reason != "approval" or not reply.execution_id:
        return ()
    return (
        Choice(label="Approve", command=f"{APPROVE} {reply.execution_id}"),
        Choice(label="Deny", command=f"{DENY} {reply.execution_id}"),
    )


def again(reply: Reply) -> str:
    """The mark of a reply that may have been posted before: a reader knows it again by it."""
    about = f"execution {reply.execution_id}" if reply.execution_id else f"to {reply.message_id}"
    return f"(perhaps a second time: {about}, {reply.kind})"
