"""A posting as Slack takes it.

Source: docs.slack.dev, ``chat.postMessage`` and "Legacy: secondary message attachments".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from chatops_cli.bridge.adapters.slack.text import written
from chatops_cli.bridge.contract import OversizedError, Posting
from chatops_cli.model.chat import Attachment
from chatops_cli.model.json import Json
from chatops_cli.rendering.networks import find_network, pieces

LONGEST = 40_000
"""Characters of a text; what is longer is cut by Slack without a word.

Source: docs.slack.dev, changelog 2018-04, "truncating really long messages".
"""
FRAME = 7_900
"""Characters of an attachment's text; hubot-stackstorm cut there, too."""
FRAMES = 10
"""Attachments that one long attachment becomes."""
PASSED = (
    *("blocks", "unfurl_links", "unfurl_media", "username", "icon_emoji", "icon_url"),
    *("reply_broadcast", "link_names"),
)
"""What of ``extra.slack`` goes to Slack as it is."""
_HEX = re.compile(r"(?:[0-9a-fA-F]{3}){1,2}")
_TEXTS = ("text", "pretext", "title", "footer", "fallback", "author_name")


def payload_of(posting: Posting) -> dict[str, Json]:
    """What is said to Slack.

    Raises:
        OversizedError: Slack would cut it.
    """
    text = written(posting.text)
    if len(text) > LONGEST:
        raise OversizedError(f"Slack takes {LONGEST:,} characters at most, not {len(text):,}")
    listed = posting.extra.get("attachments")
    raw = listed if isinstance(listed, list) else []
    given = raw if len(raw) == len(posting.attachments) else [None] * len(posting.attachments)
    data: dict[str, Json] = {"channel": posting.room, "text": text}
    data["attachments"] = [
        _attachment(frame, own if isinstance(own, dict) else {})
        for each, own in zip(posting.attachments, given, strict=True)
        for frame in _frames(each)
    ]
    if posting.thread:
        data["thread_ts"] = posting.thread
    data |= {key: posting.extra[key] for key in PASSED if key in posting.extra}
    return data


def _attachment(attachment: Attachment, own: Mapping[str, Json]) -> Json:
    """An attachment; what the alias says of it beside what is common to all networks stays."""
    data: dict[str, Json] = dict(own)
    for key in _TEXTS:
        text: str = getattr(attachment, key)
        if text:
            data[key] = written(text)
    for key in ("title_link", "author_link", "author_icon", "image_url", "thumb_url"):
        url: str = getattr(attachment, key)
        if url:
            data[key] = url
    if attachment.color:
        is_hex = _HEX.fullmatch(attachment.color)
        data["color"] = f"#{attachment.color}" if is_hex else attachment.color
    if attachment.fields:
        data["fields"] = [
            {"title": written(each.title), "value": written(each.value), "short": each.short}
            for each in attachment.fields
        ]
    data.setdefault("mrkdwn_in", ["text", "pretext", "fields"])
    return data


def _frames(attachment: Attachment) -> Iterator[Attachment]:
    """A long attachment as several ones, each of a length that Slack shows whole."""
    slack = find_network("slack")
    assert slack is not None
    parts = pieces(attachment.text, replace(slack, limit=FRAME))
    if len(parts) <= 1:
        yield attachment
        return
    shown = list(parts[:FRAMES])
    if len(parts) > FRAMES:
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
