"""Each network tried: can it be reached, is the bot let in, has it its rights."""

import asyncio

from chatops_cli.bridge.connections import Outside, adapter_of, connections_of
from chatops_cli.bridge.contract import Adapter, Check
from chatops_cli.errors import ChatOpsError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.settings.bridge import Connection
from chatops_cli.settings.values import Settings

LONGEST = 30.0
"""Seconds that a network has for all its checks."""


@frozen
class Checked:
    """A check of a line."""

    line: str
    check: Check

    @property
    def told(self) -> str:
        """What was seen, and what to do about it."""
        mend = f" ({self.check.mend})" if self.check.mend else ""
        return f"{self.check.told}{mend}"

    def as_json(self) -> dict[str, Json]:
        """The check by stable keys."""
        return {
            "network": self.line,
            "check": self.check.name,
            "ok": self.check.is_fine,
            "told": self.check.told,
            "mend": self.check.mend,
        }


async def checks_of(settings: Settings, outside: Outside) -> tuple[Checked, ...]:
    """The checks of all connections, all at once.

    Raises:
        SettingsError: They name no network, or a connection is wrong.
    """
    connections = connections_of(settings)
    made = [(each, adapter_of(each, settings, outside)) for each in connections]

    found = await asyncio.gather(*(_checked(each, adapter) for each, adapter in made))
    return tuple(check for checks in found for check in checks)


async def _checked(connection: Connection, adapter: Adapter) -> tuple[Checked, ...]:
    try:
        async with asyncio.timeout(LONGEST):
            checks = await adapter.check()
    except TimeoutError:
        checks = (Check(name="answer", is_fine=False, told=f"none in {LONGEST:g} s"),)
    except ChatOpsError as error:
        checks = (
            Check(name="connection", is_fine=False, told=error.message, mend=error.hint or ""),
        )
    finally:
        await adapter.close()
    return tuple(Checked(line=connection.name, check=check) for check in checks)
