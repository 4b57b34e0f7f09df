"""What an alias says under ``extra``, as attachments.

Source: hubot-stackstorm, `src/lib/adapters/slack.js`; Slack's legacy attachments.
"""

from chatops_cli.model.chat import Attachment, Field
from chatops_cli.model.json import Json, JsonObject

_TEXTS = (
    "text",
    "color",
    "pretext",
    "title",
    "title_link",
    "author_name",
    "author_link",
    "author_icon",
    "image_url",
    "thumb_url",
    "footer",
    "fallback",
)
_FIRST = "slack"


def network_extra(extra: JsonObject) -> dict[str, Json]:
    """The part of ``extra`` that attachments are made of: Slack's, or the first network's."""
    networks = {name: part for name, part in extra.items() if isinstance(part, dict)}
    chosen = networks.get(_FIRST) or next(iter(networks.values()), {})
    return dict(chosen)


def extra_color(extra: JsonObject) -> str:
    """The colour that stands in ``extra`` beside the networks, as older packs write it."""
    return _text(extra.get("color"))


def listed_attachments(part: JsonObject) -> tuple[Attachment, ...]:
    """The attachments of a network's ``attachments`` list."""
    listed = part.get("attachments")
    if not isinstance(listed, list):
        return ()
    return tuple(to_attachment(item) for item in listed if isinstance(item, dict))


def to_attachment(part: JsonObject) -> Attachment:
    """An attachment from Slack's keys; what isn't text or a number is left out."""
    texts = {key: _text(part[key]) for key in _TEXTS if key in part}
    return Attachment(**texts, fields=_fields(part.get("fields")))


def _fields(listed: Json) -> tuple[Field, ...]:
    if not isinstance(listed, list):
        return ()
    return tuple(
        Field(
            title=_text(item.get("title")),
            value=_text(item.get("value")),
            short=_is_true(item.get("short")),
        )
        for item in listed
        if isinstance(item, dict)
    )


def _is_true(value: Json) -> bool:
    """A rendered template gives text: ``"true"`` and ``"True"`` mean yes."""
    return value.strip().lower() == "true" if isinstance(value, str) else bool(value)


def _text(value: Json) -> str:
    if value is None or isinstance(value, dict | list | bool):
        return ""
    return str(value)
