"""A reply as the lines of a transcript."""

from collections.abc import Iterable, Iterator

from chatops_cli.model.chat import Attachment, Reply
from chatops_cli.rehearsal.wording import BAR, plain_lines

NEW = "---"
"""Behind a bar, between two attachments."""


def said_by(reply: Reply) -> str:
    """All that a reply says: its text, and its attachments with a bar before each line.

    It is as `plain_lines` gives it; `BAR` is the bar.
    """
    lines = [line for line in plain_lines(reply.text).split("\n") if reply.text.strip()]
    for number, attachment in enumerate(reply.attachments):
        if number:
            lines.append(f"{BAR}{NEW}")
        lines += (f"{BAR}{line}".rstrip() for line in _attachment(attachment))
    return "\n".join(lines)


def _attachment(attachment: Attachment) -> Iterator[str]:
    """Its named parts, as ``name: value``; the text itself is behind a blank."""
    yield from _named(
        ("color", attachment.color),
        ("pretext", attachment.pretext),
        ("author", attachment.author_name),
        ("author_link", attachment.author_link),
        ("title", attachment.title),
        ("title_link", attachment.title_link),
    )
    if attachment.text.strip():
        yield from (f" {line}" for line in plain_lines(attachment.text).split("\n"))
    yield from _named(*((f"field {each.title}", each.value) for each in attachment.fields))
    yield from _named(
        ("image", attachment.image_url),
        ("thumb", attachment.thumb_url),
        ("footer", attachment.footer),
    )


def _named(*parts: tuple[str, str]) -> Iterable[str]:
    return (
        f"{name}: {' / '.join(plain_lines(value).split(chr(10)))}" for name, value in parts if value
    )
