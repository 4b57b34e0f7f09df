"""What a chat network would make of a reply: in how many messages, and without what."""

from collections.abc import Iterator
from dataclasses import replace

from chatops_cli.model.chat import Attachment, Reply
from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.markup import without_markup
from chatops_cli.rendering.networks import Markup, Network, pieces

EMBEDS, EMBEDDED = 10, 6_000
"""What Discord takes in one message: attachments, and their characters in all."""


@frozen
class Likeness:
    """A reply as a network shows it, and what was done to it, in a few words each."""

    parts: tuple[Reply, ...]
    remarks: tuple[str, ...] = ()


def likeness(reply: Reply, network: Network) -> Likeness:
    """The messages that a reply becomes there."""
    remarks: list[str] = []
    text, attachments = reply.text, reply.attachments
    if attachments and not network.attachments:
        text = "\n".join(filter(None, [text, *(flat(each) for each in attachments)]))
        attachments = ()
        remarks.append("attachments become text, colours are dropped")
    if network.markup is Markup.PLAIN and (plain := without_markup(text)) != text:
        text = plain
        remarks.append("bold, code and the like are dropped")
    if reply.thread is not None and not network.threads:
        reply = replace(reply, thread=None)
        remarks.append("there are no threads: it stands in the room")
    texts = pieces(text, network)
    if len(texts) > 1:
        most = f"{network.limit:,} {network.unit}"
        remarks.append(f"{len(texts)} messages of at most {most}")
        remarks += [network.remark] if network.by_line else []
    if network.name == "discord":
        remarks += _embedded(attachments)
    remarks += _unused(reply, network)
    parts = [replace(reply, text=each, attachments=()) for each in texts] or [
        replace(reply, text="")
    ]
    parts[-1] = replace(parts[-1], attachments=attachments)
    return Likeness(parts=tuple(parts), remarks=tuple(remarks))


def flat(attachment: Attachment) -> str:
    """An attachment as lines of text."""
    return "\n".join(line for line in _flat(attachment) if line.strip())


def _flat(attachment: Attachment) -> Iterator[str]:
    yield attachment.pretext
    yield attachment.author_name
    linked = f"{attachment.title} ({attachment.title_link})" if attachment.title_link else ""
    yield linked or attachment.title
    yield attachment.text or (attachment.fallback if not attachment.fields else "")
    for each in attachment.fields:
        yield f"{each.title}: {each.value}" if each.title else each.value
    yield attachment.image_url
    yield attachment.thumb_url
    yield attachment.footer


def _embedded(attachments: tuple[Attachment, ...]) -> Iterator[str]:
    size = sum(len(flat(each)) for each in attachments)
    if len(attachments) > EMBEDS or size > EMBEDDED:
        told = f"{len(attachments)} attachments of {size:,} characters"
        yield f"{told}: several messages, of {EMBEDS} and {EMBEDDED:,} at most"


def _unused(reply: Reply, network: Network) -> Iterator[str]:
    """What the alias says for other networks."""
    others = sorted(
        name
        for name, part in reply.extra.items()
        if name != network.name and isinstance(part, dict)
    )
    if others and network.name not in reply.extra:
        yield f"extra has a part for {', '.join(others)}, and none for {network.name}"
