"""What an announcement says in a room, with the parts that chat networks make of it."""

from chatops_cli.model.json import JsonObject
from chatops_cli.rendering.attachments import extra_color, network_extra
from chatops_cli.rendering.replies import Rendered, divide


def render_post(message: str, extra: JsonObject, *, mention: str = "") -> Rendered:
    """The parts of a message for a room.

    Args:
        message: The text; ``{~}`` in it stands between plain text and attachment.
        extra: What networks are to make of it, keyed by network.
        mention: Who is meant, told by name before the text; nobody where it is empty.

    Source: hubot-stackstorm, ``src/lib/adapters/default.js``.
    """
    text = f"{mention}: {message}" if mention else message
    return divide(text, {"color": extra_color(extra), **network_extra(extra)})
