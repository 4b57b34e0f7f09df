"""A posting as Discord takes it: messages with embeds.

Source: docs.discord.com/developers, "Create Message", "Embed Limits".
"""

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b

from chatops_cli.bridge.adapters.discord.text import painted
from chatops_cli.bridge.contract import OversizedError, Posting
from chatops_cli.model.chat import Attachment
from chatops_cli.model.json import Json
from chatops_cli.rendering.networks import Markup, Network, Unit, pieces

LONGEST = 2_000
EMBEDS, WITHIN = 10, 6_000
"""Embeds of a message, and characters of all of them together."""
TEXT, TITLE, FIELDS, FIELD_NAME, FIELD_VALUE, FOOTER = 3_500, 256, 25, 256, 1_024, 2_048
"""Characters of parts of an embed. A text may be longer; so much leaves room for what is beside it.
"""
MESSAGES = 5
"""Messages that one posting becomes where its embeds don't fit into one."""
BUTTON = "chatops-choice:"
"""What the names of the bot's own buttons begin with; the command stands behind it."""
BUTTONS, BUTTON_NAME = 5, 100
"""Buttons of a row, and characters of the name of one."""
_STYLES = {"Approve": 3, "Deny": 4}
_GREY = 2
QUIET: Json = {"parse": []}
"""Nobody is called, whatever stands there."""
_LIMITS = Network(name="", limit=TEXT, unit=Unit.CHARACTERS, markup=Markup.MARKDOWN)
_EMPTY = "\u200b"


def bodies_of(posting: Posting) -> list[dict[str, Json]]:
    """The messages, each with a nonce of its own that is the same when it is tried again.

    Raises:
        OversizedError: The text is too long.
    """
    if len(posting.text) > LONGEST:
        told = f"Discord takes {LONGEST:,} characters at most, not {len(posting.text):,}"
        raise OversizedError(told)
    groups = list(_groups(posting.attachments)) or [[]]
    if len(groups) > MESSAGES:
        left = sum(len(group) for group in groups[MESSAGES - 1 :])
        note: dict[str, Json] = {"description": f"… {left} more parts are left out"}
        groups = [*groups[: MESSAGES - 1], [note]]
    bodies: list[dict[str, Json]] = []
    for number, embeds in enumerate(groups):
        body: dict[str, Json] = {
            "content": posting.text if number == 0 else "",
            "embeds": [*embeds],
            "allowed_mentions": QUIET,
            "nonce": nonce_of(f"{posting.key}/{number}"),
            "enforce_nonce": True,
        }
        if number == len(groups) - 1 and (row := _buttons(posting)):
            body["components"] = [row]
        bodies.append(body)
    return bodies


def nonce_of(key: str) -> str:
    """A key as Discord takes it: 25 characters at most."""
    return blake2b(key.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _buttons(posting: Posting) -> dict[str, Json]:
    """A row of buttons; what is too long to be one is typed."""
    buttons: list[Json] = [
        {
            "type": 2,
            "style": _STYLES.get(each.label, _GREY),
            "label": each.label,
            "custom_id": f"{BUTTON}{each.command}",
        }
        for each in posting.choices
        if len(f"{BUTTON}{each.command}") <= BUTTON_NAME
    ]
    return {"type": 1, "components": buttons[:BUTTONS]} if buttons else {}


def _groups(attachments: tuple[Attachment, ...]) -> Iterator[list[dict[str, Json]]]:
    group: list[dict[str, Json]] = []
    size = 0
    for embed, length in (each for one in attachments for each in _embeds(one)):
        if group and (len(group) == EMBEDS or size + length > WITHIN):
            yield group
            group, size = [], 0
        group.append(embed)
        size += length
    if group:
        yield group


def _embeds(attachment: Attachment) -> Iterator[tuple[dict[str, Json], int]]:
    """An attachment as embeds, and how long each is; long texts and many fields are several."""
    texts = [*pieces(_text(attachment), _LIMITS)] or [""]
    fields: list[dict[str, Json]] = [
        {
            "name": _cut(each.title, FIELD_NAME) or _EMPTY,
            "value": _cut(each.value, FIELD_VALUE) or _EMPTY,
            "inline": each.short,
        }
        for each in attachment.fields
    ]
    title, footer = _cut(attachment.title, TITLE), _cut(attachment.footer, FOOTER)
    yield from _sized(_head(attachment, title), texts[0])
    for text in texts[1:]:
        yield from _sized(_painted(attachment), text)
    for group in _by_size(fields):
        listed: list[Json] = [*group]
        yield {**_painted(attachment), "fields": listed}, _length(group)
    if footer:
        yield {**_painted(attachment), "footer": {"text": footer}}, len(footer)


def _sized(embed: dict[str, Json], text: str) -> Iterator[tuple[dict[str, Json], int]]:
    if text.strip():
        embed["description"] = text
    if embed.keys() - {"color"}:
        author = embed.get("author")
        name = str(author.get("name", "")) if isinstance(author, dict) else ""
        yield embed, len(text) + len(str(embed.get("title", ""))) + len(name)


def _head(attachment: Attachment, title: str) -> dict[str, Json]:
    embed = _painted(attachment)
    if title:
        embed["title"] = title
        if _is_url(attachment.title_link):
            embed["url"] = attachment.title_link
    if attachment.author_name:
        author: dict[str, Json] = {"name": _cut(attachment.author_name, TITLE)}
        links = {"url": attachment.author_link, "icon_url": attachment.author_icon}
        author |= {key: url for key, url in links.items() if _is_url(url)}
        embed["author"] = author
    for key, url in (("image", attachment.image_url), ("thumbnail", attachment.thumb_url)):
        if _is_url(url):
            embed[key] = {"url": url}
    return embed


def _painted(attachment: Attachment) -> dict[str, Json]:
    color = painted(attachment.color)
    return {} if color is None else {"color": color}


def _text(attachment: Attachment) -> str:
    text = "\n".join(each for each in (attachment.pretext, attachment.text) if each)
    bare = replace(attachment, fallback="", color="")
    return text or (attachment.fallback if bare == Attachment() else "")


def _by_size(fields: list[dict[str, Json]]) -> Iterator[list[dict[str, Json]]]:
    group: list[dict[str, Json]] = []
    for each in fields:
        if group and (len(group) == FIELDS or _length([*group, each]) > WITHIN):
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _length(fields: list[dict[str, Json]]) -> int:
    return sum(len(str(each["name"])) + len(str(each["value"])) for each in fields)


def _is_url(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
