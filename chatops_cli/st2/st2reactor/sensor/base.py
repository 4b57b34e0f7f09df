"""The base classes of sensors.

Source: StackStorm, `st2reactor.sensor.base`.
"""

import abc
import time

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


class BaseSensor(abc.ABC):
    """What is true of every sensor; not to be derived from."""

    def __init__(self, sensor_service: "Any", config: "Any" = None) -> None:
        self._sensor_service = self.sensor_service = sensor_service
        self._config = self.config = config or {}

    @abc.abstractmethod
    def setup(self) -> None:
        """Called once, before `run`."""

    @abc.abstractmethod
    def run(self) -> None:
        """Works until it is ended."""

    @abc.abstractmethod
    def cleanup(self) -> None:
        """Called once, at the end."""

    @abc.abstractmethod
    def add_trigger(self, trigger: "Any") -> None:
        """A trigger of its types was made."""

    @abc.abstractmethod
    def update_trigger(self, trigger: "Any") -> None:
        """A trigger of its types was changed."""

    @abc.abstractmethod
    def remove_trigger(self, trigger: "Any") -> None:
        """A trigger of its types was removed."""


class Sensor(BaseSensor):
    """Waits for what comes to it."""


class PollingSensor(BaseSensor):
    """Asks again and again, with `poll`."""

    def __init__(
        self, sensor_service: "Any", config: "Any" = None, poll_interval: float = 5
    ) -> None:
        super().__init__(sensor_service=sensor_service, config=config)
        self._poll_interval = poll_interval

    @abc.abstractmethod
    def poll(self) -> None:
        """Asks once."""

    def run(self) -> None:
        """Polls, waits, and polls again."""
        while True:
            self.poll()
            time.sleep(self._poll_interval)

    def get_poll_interval(self) -> float:
        """Seconds between two polls."""
        return self._poll_interval

    def set_poll_interval(self, poll_interval: float) -> None:
        """From the next poll on so many seconds pass."""
        self._poll_interval = poll_interval
