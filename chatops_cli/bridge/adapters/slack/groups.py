"""Slack's user groups: rules name them ``%slack:T…:S…``, and so each message says who is in which.

Source: docs.slack.dev, ``usergroups.list``; the events ``subteam_…``.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from chatops_cli.bridge.adapters.bodies import inner
from chatops_cli.bridge.contract import UndeliverableError
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.json import Json

if TYPE_CHECKING:
    from chatops_cli.bridge.adapters.slack.api import Api

SCOPE = "usergroups:read"
FRESH = 60.0
"""Seconds after which it is asked anew who is in them; an event has it asked at once."""
PATIENCE = 2.0
"""Seconds that are waited for the answer: Slack wants to be answered in three."""

_log = logging.getLogger(__name__)


class Groups:
    """The groups by the ids of people.

    They are known from the first on, or the app may not know them at all. Where they can't be asked
    for later, what was known still holds: neither is somebody let in nor a denial lifted by that.
    """

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._of: dict[str, tuple[str, ...]] = {}
        self._until = 0.0
        self._is_told = True

    async def load(self, api: "Api") -> None:
        """They are known as they are now.

        Raises:
            LimitedError, LineError, OversizedError, RefusedError: They can't be asked for now.
        """
        try:
            answer = await api.ask("usergroups.list", include_users="true")
        except UndeliverableError:
            self._is_told, self._of = False, {}
            return
        self._is_told = True
        self._until = asyncio.get_running_loop().time() + FRESH
        self._of = _by_person(answer.data.get("usergroups"))

    async def of(self, user: str, api: "Api") -> tuple[str, ...]:
        """The groups that somebody is in."""
        time = asyncio.get_running_loop().time()
        if self._is_told and time >= self._until:
            self._until = time + FRESH
            try:
                async with asyncio.timeout(self._patience):
                    await self.load(api)
            except (ChatOpsError, TimeoutError) as error:
                _log.warning("slack-groups-not-told error=%s", type(error).__name__)
        return self._of.get(user, ())

    def heed(self, kind: str) -> None:
        """An event was heard: those of groups mean that somebody has come or gone."""
        if kind.startswith("subteam_"):
            self._until = 0.0


def _by_person(groups: Json) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for group in groups if isinstance(groups, list) else []:
        number, users = inner(group, "id"), group.get("users") if isinstance(group, dict) else None
        for user in users if isinstance(users, list) else []:
            found.setdefault(str(user), []).append(number)
    return {user: tuple(sorted(numbers)) for user, numbers in found.items()}
