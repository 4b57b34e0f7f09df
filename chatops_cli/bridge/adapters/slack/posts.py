"""A posting as Slack takes it.

Source: docs.slack.dev, ``chat.postMessage``.
"""

import re

from chatops_cli.bridge.adapters.frames import frames_of
from chatops_cli.bridge.adapters.slack.text import written
from chatops_cli.bridge.contract import OversizedError, Posting
from chatops_cli.model.json import Json

LONGEST = 40_000
"""Characters of a text; what is longer is cut by Slack without a word.

Source: docs.slack.dev, changelog 2018-04, "truncating really long messages".
"""
PASSED = (
    *("blocks", "unfurl_links", "unfurl_media", "username", "icon_emoji", "icon_url"),
    *("reply_broadcast", "link_names"),
)
"""What of ``extra.slack`` goes to Slack as it is."""
_HEX = re.compile(r"(?:[0-9a-fA-F]{3}){1,2}")


def payload_of(posting: Posting) -> dict[str, Json]:
    """What is said to Slack.

    Raises:
        OversizedError: Slack would cut it.
    """
    text = written(posting.text)
    if len(text) > LONGEST:
        raise OversizedError(f"Slack takes {LONGEST:,} characters at most, not {len(text):,}")
    data: dict[str, Json] = {"channel": posting.room, "text": text}
    data["attachments"] = frames_of(posting, write=written, paint=_painted)
    if posting.thread:
        data["thread_ts"] = posting.thread
    data |= {key: posting.extra[key] for key in PASSED if key in posting.extra}
    return data


def _painted(color: str) -> str:
    return f"#{color}" if _HEX.fullmatch(color) else color
