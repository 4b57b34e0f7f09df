"""What people of Slack are called: asked for once, and for display only."""

import asyncio
from collections import OrderedDict
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.contract import LimitedError, UndeliverableError
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.slack.api import Api

MOST = 10_000
"""People whose names are kept."""
KEPT = 3600.0
"""Seconds after which a name is asked for again."""
PATIENCE = 1.0
"""Seconds that a name is waited for: Slack wants to be answered in three."""
PAUSE = 60.0
"""Seconds without a question after one that brought nothing."""


@frozen
class Name:
    """`handle` is typed behind ``@``, and has no blanks; `shown` is what people read."""

    handle: str = ""
    shown: str = ""


class People:
    """Names by the ids of people; each is waited for `patience` seconds at most."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._known: OrderedDict[str, tuple[Name, float]] = OrderedDict()
        self._silent_until = 0.0

    async def name_of(self, user: str, api: "Api") -> Name:
        """A person's name; an empty one where it can't be found out now."""
        time = asyncio.get_running_loop().time()
        name, asked = self._known.get(user, (Name(), None))
        if (asked is not None and time - asked < KEPT) or time < self._silent_until:
            return name
        try:
            async with asyncio.timeout(self._patience):
                answer = await api.ask("users.info", user=user)
        except UndeliverableError as error:
            if "scope" in error.message:
                self._silent_until = time + KEPT
        except LimitedError as error:
            self._silent_until = time + error.seconds
            return name
        except (ChatOpsError, TimeoutError):
            self._silent_until = time + PAUSE
            return name
        else:
            name = _name(answer.data.get("user"))
        self._known[user] = (name, time)
        self._known.move_to_end(user)
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return name


def _name(user: object) -> Name:
    if not isinstance(user, dict):
        return Name()
    handle = inner(user, "name")
    profile = ("display_name", "real_name")
    shown = next((text for key in profile if (text := inner(user, "profile", key))), handle)
    return Name(handle="".join(handle.split()), shown=shown)
