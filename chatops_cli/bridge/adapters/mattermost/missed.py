"""What was said while nobody listened, as far as the server has it."""

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.adapters.mattermost.api import Api
from chatops_cli.bridge.adapters.mattermost.events import Heard, said
from chatops_cli.bridge.adapters.mattermost.ids import number_of
from chatops_cli.model.json import Json


async def missed_since(api: Api, me: str, since: int) -> list[Heard]:
    """What people said or have edited since then, the oldest first.

    Args:
        api: The server.
        me: The bot's id.
        since: Milliseconds of the server.

    Raises:
        LimitedError, LineError, OversizedError, RefusedError, UndeliverableError: It can't be read.
    """
    missed: list[Heard] = []
    channels = await api.get("users/me/channels")
    for channel in channels if isinstance(channels, list) else []:
        if isinstance(channel, dict) and _time(channel.get("last_post_at")) > since:
            missed += await _said_in(api, channel, me, since)
    return sorted(missed, key=lambda each: (each.created, each.id))


async def _said_in(api: Api, channel: dict[str, Json], me: str, since: int) -> list[Heard]:
    number = number_of(inner(channel, "id"))
    found = await api.get(f"channels/{number}/posts", since=str(since))
    posts = found.get("posts") if isinstance(found, dict) else None
    heard = [
        said(post, me, channel_type=inner(channel, "type"))
        for post in (posts.values() if isinstance(posts, dict) else ())
    ]
    # A reaction or an answer has the server tell of what is old, too.
    return [each for each in heard if each is not None and each.changed > since]


def _time(value: Json) -> int:
    return value if isinstance(value, int) else 0
