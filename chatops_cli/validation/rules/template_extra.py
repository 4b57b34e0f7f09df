"""A key of `extra` that the network doesn't know.

`extra.<network>` is handed to that network: Slack, Mattermost and Rocket.Chat take the keys of
attachments, and drop others without a word. Each of `fields` has `title`, `value` and `short`. Of
other networks the keys aren't checked; a name that is nearly that of a network is told.

Fails:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "{{ execution.result.stdout }}"
  extra:
    slack:
      colour: good
      fields:
        - name: Message
          value: "{{ execution.parameters.message }}"
```

Passes:

```yaml
# aliases/say.yaml
name: say
action_ref: core.echo
formats:
  - "say {{message}}"
result:
  format: "{{ execution.result.stdout }}"
  extra:
    slack:
      color: good
      fields:
        - title: Message
          value: "{{ execution.parameters.message }}"
```
"""

from collections.abc import Iterator
from typing import NamedTuple

from chatops_cli.model.json import Json, JsonObject
from chatops_cli.model.problem import Problem, Severity
from chatops_cli.reading.value import did_you_mean
from chatops_cli.rendering.networks import NETWORKS
from chatops_cli.rendering.templates import is_template
from chatops_cli.validation.content import Content
from chatops_cli.validation.jinja.marking import Path, key_place

CODE = "TPL107"
NAME = "unknown-extra"
SUMMARY = "a key of extra that the network doesn't know"
WHY = "the network drops it, and what it is meant for doesn't show"
MEND = "correct the key; docs/templates.md has those that are drawn"

# Source: Slack's reference of secondary attachments, and the arguments of chat.postMessage that
# hubot-stackstorm hands on with a list of attachments.
_ATTACHMENT = frozenset(
    {
        *("actions", "attachment_type", "author_icon", "author_id", "author_link", "author_name"),
        *("author_subname", "blocks", "callback_id", "color", "fallback", "fields", "footer"),
        *("footer_icon", "image_bytes", "image_height", "image_url", "image_width", "mrkdwn_in"),
        *("pretext", "text", "thumb_height", "thumb_url", "thumb_width", "title", "title_link"),
        *("ts", "video_html", "video_url", "from_url", "original_url", "service_name", "preview"),
    }
)
_MESSAGE = frozenset(
    {
        *("as_user", "attachments", "icon_emoji", "icon_url", "link_names", "mrkdwn", "parse"),
        *("reply_broadcast", "thread_response", "thread_ts", "unfurl_links", "unfurl_media"),
        *("username", "metadata", "channel", "user"),
    }
)
# Source: Rocket.Chat's chat.postMessage, and Mattermost's message attachments.
_ROCKET = frozenset(
    {
        *("alias", "audio_url", "avatar", "button_alignment", "collapsed", "emoji", "image_type"),
        *("message_link", "msg", "title_link_download", "translations", "type"),
    }
)
_KEYS = {
    "slack": _ATTACHMENT | _MESSAGE,
    "mattermost": _ATTACHMENT | _MESSAGE | {"props", "card"},
    "rocketchat": _ATTACHMENT | _MESSAGE | _ROCKET,
}
_FIELD = frozenset({"title", "value", "short", "type", "text"})
_OTHERS = frozenset(
    {"botframework", "color", "flowdock", "hangouts", "hipchat", "spark", "webex", "yammer"}
)
"""What else stands at the top of ``extra``: a colour, and names of networks."""
_NAMES = frozenset(network.name for network in NETWORKS) | _OTHERS


class _Unknown(NamedTuple):
    path: Path
    whose: str
    known: frozenset[str]


def check(content: Content) -> Iterator[Problem]:
    """A problem for each such key."""
    for alias in content.aliases:
        for name, part in (("ack", alias.ack), ("result", alias.result)):
            for path, whose, known in _unknown((name, "extra"), part.extra):
                yield Problem(
                    place=key_place(alias.place.file, path),
                    rule=NAME,
                    message=f"{whose} knows no {path[-1]}",
                    hint=did_you_mean(str(path[-1]), known),
                    severity=Severity.WARNING,
                )


def _unknown(path: Path, extra: JsonObject) -> Iterator[_Unknown]:
    for network, part in extra.items():
        if not isinstance(part, dict):
            continue
        known = _KEYS.get(network)
        if known is not None:
            yield from _of_part((*path, network), part, known, network)
        elif network not in _NAMES and did_you_mean(network, _KEYS) is not None:
            yield _Unknown((*path, network), "extra", frozenset(_KEYS))


def _of_part(path: Path, part: JsonObject, known: frozenset[str], whose: str) -> Iterator[_Unknown]:
    for key, value in part.items():
        if key not in known and not is_template(key):
            yield _Unknown((*path, key), whose, known)
        elif key == "fields":
            yield from _listed((*path, key), value, _FIELD, "a field")
        elif key == "attachments":
            yield from _listed((*path, key), value, known, f"an attachment of {whose}")


def _listed(path: Path, value: Json, known: frozenset[str], whose: str) -> Iterator[_Unknown]:
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield from _of_part((*path, index), item, known, whose)
