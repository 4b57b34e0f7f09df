"""Test cases of sensors."""

from .mocks.sensor import MockSensorService, MockSensorWrapper
from .pack_resource import BasePackResourceTestCase

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


class BaseSensorTestCase(BasePackResourceTestCase):
    """Tests of the sensor class `sensor_cls`; `sensor_service` is a mock, made for each test.

    Source: StackStorm, `st2tests.sensors`.
    """

    sensor_cls: "Any" = None

    def setUp(self) -> None:
        """Each test has a service of its own, and nothing was dispatched by it."""
        super().setUp()
        wrapper = MockSensorWrapper(pack="tests", class_name=self.sensor_cls.__name__)
        self.sensor_service = MockSensorService(sensor_wrapper=wrapper)

    def get_sensor_instance(
        self, config: "Any" = None, poll_interval: "float | None" = None
    ) -> "Any":
        """A sensor; what is not given is not handed on, so that the class' own default holds."""
        given: "dict[str, Any]" = {"sensor_service": self.sensor_service}
        if config:
            given["config"] = config
        if poll_interval is not None:
            given["poll_interval"] = poll_interval
        return self.sensor_cls(**given)

    def get_dispatched_triggers(self) -> "list[dict[str, Any]]":
        """`trigger`, `payload` and `trace_context` of each trigger, in the order of dispatching."""
        return self.sensor_service.dispatched_triggers

    def get_last_dispatched_trigger(self) -> "dict[str, Any]":
        """The same of the last one; there must be one."""
        return self.sensor_service.dispatched_triggers[-1]

    def assertTriggerDispatched(
        self, trigger: str, payload: "Any" = None, trace_context: "Any" = None
    ) -> bool:
        """This trigger was dispatched, with this payload and context where they are given."""
        wanted = {"payload": payload, "trace_context": trace_context}
        for item in self.get_dispatched_triggers():
            if item["trigger"] == trigger and all(
                not value or item[key] == value for key, value in wanted.items()
            ):
                return True
        seen = ", ".join(str(item["trigger"]) for item in self.get_dispatched_triggers())
        raise AssertionError(
            f"the trigger '{trigger}' was not dispatched as expected; dispatched: {seen or 'none'}"
        )
