"""Attachments as networks take them that have Slack's: Slack itself, and Mattermost.

Source: docs.slack.dev, "Legacy: secondary message attachments"; docs.mattermost.com, "Message
attachments".
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from chatops_cli.bridge.contract import Posting
from chatops_cli.model.chat import Attachment
from chatops_cli.model.json import Json
from chatops_cli.rendering.networks import Markup, Network, Unit, pieces

LONGEST = 7_900
"""Characters of an attachment's text; hubot-stackstorm cut there, too."""
MOST = 10
"""Attachments that one long attachment becomes."""
_TEXTS = ("text", "pretext", "title", "footer", "fallback", "author_name")
_NOTICE = 300
"""Characters of an attachment that stand in a notice of it, where the alias says none."""
_ALONE = ("ts", "footer_icon", "mrkdwn_in")
_URLS = ("title_link", "author_link", "author_icon", "image_url", "thumb_url")
_LIMITS = Network(name="", limit=LONGEST, unit=Unit.CHARACTERS, markup=Markup.MARKDOWN)


def frames_of(
    posting: Posting, *, write: Callable[[str], str], paint: Callable[[str], str]
) -> list[Json]:
    """The attachments of a posting.

    Args:
        posting: Its ``extra`` may list them, too: what else stands there stays.
        write: Makes the network's text of a text.
        paint: Makes the network's colour of a colour.
    """
    given = _given(posting)
    return [
        _frame(part, own if isinstance(own, dict) else {}, write, paint)
        for each, own in zip(posting.attachments, given, strict=True)
        for part in _parts(each)
    ]


def _given(posting: Posting) -> list[Json]:
    """What ``extra`` says of each attachment; of one alone it says it without a list."""
    listed = posting.extra.get("attachments")
    if isinstance(listed, list) and len(listed) == len(posting.attachments):
        return listed
    alone = {key: posting.extra[key] for key in _ALONE if key in posting.extra}
    return [alone if len(posting.attachments) == 1 else None for _ in posting.attachments]


def _frame(
    attachment: Attachment,
    own: Mapping[str, Json],
    write: Callable[[str], str],
    paint: Callable[[str], str],
) -> Json:
    data: dict[str, Json] = dict(own)
    for key in _TEXTS:
        text: str = getattr(attachment, key)
        if text:
            data[key] = write(text)
    if shown := attachment.text or attachment.title or attachment.pretext:
        data.setdefault("fallback", write(shown[:_NOTICE]))
    for key in _URLS:
        url: str = getattr(attachment, key)
        if url:
            data[key] = url
    if attachment.color:
        data["color"] = paint(attachment.color)
    if attachment.fields:
        data["fields"] = [
            {"title": write(each.title), "value": write(each.value), "short": each.short}
            for each in attachment.fields
        ]
    return data


def _parts(attachment: Attachment) -> Iterator[Attachment]:
    """A long attachment as several ones, each of a length that is shown whole."""
    parts = pieces(attachment.text, _LIMITS)
    if len(parts) <= 1:
        yield attachment
        return
    shown = list(parts[:MOST])
    if len(parts) > MOST:
        shown[-1] += f"\n… the rest of {len(attachment.text):,} characters is left out"
    bare = Attachment(color=attachment.color)
    yield replace(attachment, text=shown[0], fields=(), image_url="", thumb_url="", footer="")
    for part in shown[1:-1]:
        yield replace(bare, text=part)
    yield replace(
        bare,
        text=shown[-1],
        fields=attachment.fields,
        image_url=attachment.image_url,
        thumb_url=attachment.thumb_url,
        footer=attachment.footer,
    )
