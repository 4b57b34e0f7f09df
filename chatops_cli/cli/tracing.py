"""The tracer of a command that lasts, as its settings and the environment want it."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatops_cli.model.trace import Tracer
    from chatops_cli.settings.values import Settings


def tracer_of(settings: "Settings") -> "Tracer":
    """What is told of the work; whoever gets it closes it.

    Raises:
        SettingsError: See `telemetry.opening.open_tracer`.
    """
    from chatops_cli.room.opening import follow_of
    from chatops_cli.telemetry.opening import open_tracer

    return open_tracer(settings.telemetry, environment=os.environ, follow=follow_of(settings))
