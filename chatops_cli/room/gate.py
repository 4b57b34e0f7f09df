"""What stands between a yes and the start: limits of how often, and people who have to allow it."""

from typing import TYPE_CHECKING

from chatops_cli.model.access import Decision
from chatops_cli.model.chat import Message, Reply
from chatops_cli.room.recorder import decision_event

if TYPE_CHECKING:
    from chatops_cli.execution.origin import Origin
    from chatops_cli.records.events import Event
    from chatops_cli.room.plan import Step
    from chatops_cli.room.services import Services
    from chatops_cli.room.world import World


class Gate:
    """Looks at steps that are allowed and could be run; methods raise `RecordError`."""

    def __init__(self, world: "World", services: "Services") -> None:
        self._world = world
        self._services = services

    def limit(self, message: Message, step: "Step") -> Decision | None:
        """The limit that keeps it from being run now; None where it counts as run."""
        if not self._world.settings.rates:
            return None
        from chatops_cli.room.pacing import held_back

        return held_back(self._world, self._services, message, step)

    def ask(
        self, message: Message, step: "Step", origin: "Origin", heard: "tuple[Event, ...]"
    ) -> Reply | None:
        """What is said where people have to allow it first: it waits for that, on record."""
        if step.decision.requires is None or step.prepared is None:
            return None
        from chatops_cli.room.asking import Asking

        before = (*heard, decision_event(message, step))
        return Asking(self._world, self._services).ask(
            message, step.prepared, origin, step.decision.requires, before
        )
