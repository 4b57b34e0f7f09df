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
PASSED = ("unfurl_links", "unfurl_media", "username", "icon_emoji", "icon_url", "reply_broadcast")
"""What of ``extra.slack`` goes to Slack as it is."""
MARKED: list[Json] = ["text", "pretext", "fields"]
"""Parts of an attachment in which ``*`` and the like are read as markup."""
BUTTON = "chatops-choice-"
"""What the names of the bot's own buttons begin with."""
_STYLES = {"Approve": "primary", "Deny": "danger"}
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
    frames = [
        _quiet({"mrkdwn_in": MARKED, **each} if isinstance(each, dict) else each)
        for each in frames_of(posting, write=written, paint=_painted)
    ]
    data["attachments"] = [*frames, *_buttons(posting)]
    if thread := _thread(posting):
        data["thread_ts"] = thread
    if "blocks" in posting.extra:
        data["blocks"] = _quiet(posting.extra["blocks"])
    data |= {key: posting.extra[key] for key in PASSED if key in posting.extra}
    return data


def _thread(posting: Posting) -> str | None:
    """The thread of the question; a new one below it where the alias wants that.

    Source: hubot-stackstorm, ``extra.slack.thread_response``.
    """
    channel, _, number = posting.answers.rpartition(":")
    wanted = str(posting.extra.get("thread_response", "")).strip().lower() in {"true", "1", "yes"}
    if posting.thread or not wanted or channel != posting.room:
        return posting.thread
    return number


def _buttons(posting: Posting) -> list[Json]:
    """An attachment of buttons: the text of a message isn't shown where its own blocks are."""
    if not posting.choices:
        return []
    buttons: list[Json] = [
        {
            "type": "button",
            "action_id": f"{BUTTON}{number}",
            "text": {"type": "plain_text", "text": each.label},
            "value": each.command,
            **({"style": _STYLES[each.label]} if each.label in _STYLES else {}),
        }
        for number, each in enumerate(posting.choices)
    ]
    names = " / ".join(each.label for each in posting.choices)
    return [{"fallback": names, "blocks": [{"type": "actions", "elements": buttons}]}]


def _quiet(part: Json) -> Json:
    """Blocks whose texts call no channel, and whose buttons aren't taken for the bot's own."""
    if isinstance(part, list):
        return [_quiet(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {key: _quiet(value) for key, value in part.items()}
    text, name = found.get("text"), found.get("action_id")
    if found.get("type") == "mrkdwn" and isinstance(text, str):
        found["text"] = written(text)
    if isinstance(name, str) and name.startswith(BUTTON):
        found["action_id"] = f"pack-{name}"
    return found


def _painted(color: str) -> str:
    return f"#{color}" if _HEX.fullmatch(color) else color
