"""Durable execution put together from settings: the database, its key, and who takes work here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from chatops_cli.errors import SettingsError
from chatops_cli.execution.durable.engine import DurableEngine
from chatops_cli.execution.durable.executor import Executor
from chatops_cli.execution.durable.guard import VARIABLE
from chatops_cli.execution.durable.store import Ledger, store_of
from chatops_cli.execution.engine import Engine
from chatops_cli.model.action import Action, ActionRef
from chatops_cli.model.trace import UNTRACED, Tracer
from chatops_cli.records.key_file import NAME as KEY
from chatops_cli.records.sealed import Seal
from chatops_cli.runners.contract import Runner
from chatops_cli.settings.engine import EngineSettings
from chatops_cli.settings.values import Settings

if TYPE_CHECKING:
    from collections.abc import Collection


class Durable:
    """What rooms of one process share of durable execution.

    Args:
        settings: What holds.
        follow: Follows a reference, such as the one that the database's address may be.
        now: The time, aware UTC.
        queues: Where this process takes work from; None where it takes none.

    Raises:
        SettingsError: The database can't be used as the settings say.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        follow: Callable[[str], str],
        now: Callable[[], datetime],
        queues: "Collection[str] | None",
    ) -> None:
        self._settings = settings
        self._engine = settings.engine or EngineSettings()
        url = follow(self._engine.url) if self._engine.url else ""
        self.store = store_of(settings.home, url)
        self.seal = Seal(settings.key_file or settings.home / KEY, scope="engine")
        if self.store.is_cluster and not self.seal.has_key:
            raise SettingsError(
                "an engine on PostgreSQL needs a key, by which what goes there is encrypted, and "
                "known to be from one of its own",
                hint="chatops key generate; then copy the file to all machines that share it",
            )
        self.executor = None
        if queues is not None:
            self.executor = Executor(
                self.store, queues=queues, at_once=self._engine.at_once, now=now
            )

    def marked(self, choice: Mapping[str, str]) -> Mapping[str, str]:
        """Variables of actions, by which those of this executor are found when it has died."""
        if self.executor is None:
            return choice
        return {**choice, VARIABLE: self.executor.name}

    def engine(
        self,
        inline: Engine,
        *,
        find_runner: Callable[[str], Runner],
        find_action: Callable[[ActionRef], Action | None],
        warn: Callable[[str], None],
        tracer: Tracer = UNTRACED,
    ) -> DurableEngine:
        """The engine of a room."""
        return DurableEngine(
            inline,
            ledger=Ledger(self.store),
            seal=self.seal,
            settings=self._engine,
            home=self._settings.home,
            find_runner=find_runner,
            find_action=find_action,
            executor=self.executor,
            warn=warn,
            tracer=tracer,
        )


def durable_of(
    settings: Settings,
    *,
    follow: Callable[[str], str],
    now: Callable[[], datetime],
) -> Durable | None:
    """Durable execution for a bridge, if its settings want it."""
    engine = settings.engine
    if engine is None or not engine.is_durable:
        return None
    return Durable(settings, follow=follow, now=now, queues=engine.queues)
