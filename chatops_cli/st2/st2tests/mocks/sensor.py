"""What a sensor is handed in its tests."""

from logging import RootLogger
from unittest.mock import Mock

from .datastore import MockDatastoreService

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

    from st2client.models.keyvalue import KeyValuePair


class TraceContext:
    """What a dispatched trigger is traced by."""

    def __init__(self, id_: "str | None" = None, trace_tag: "str | None" = None) -> None:
        self.id_ = id_
        self.trace_tag = trace_tag


class MockSensorWrapper:
    """Says which pack and class the sensor is of."""

    def __init__(self, pack: str, class_name: str) -> None:
        self._pack = pack
        self._class_name = class_name


class MockSensorService:
    """A sensor service that keeps what is dispatched, with its datastore in memory.

    Source: StackStorm, `st2tests.mocks.sensor`, `st2reactor.container.sensor_wrapper`.
    """

    def __init__(self, sensor_wrapper: MockSensorWrapper) -> None:
        self._sensor_wrapper = sensor_wrapper
        self._logger = Mock(spec=RootLogger)
        self.dispatched_triggers: "list[dict[str, Any]]" = []
        self.datastore_service = MockDatastoreService(
            logger=self._logger,
            pack_name=sensor_wrapper._pack,
            class_name=sensor_wrapper._class_name,
        )

    def get_logger(self, name: str) -> Mock:
        """A mock, the same one for every name."""
        return self._logger

    def get_user_info(self) -> "dict[str, object]":
        """See `MockDatastoreService`."""
        return self.datastore_service.get_user_info()

    def dispatch(
        self, trigger: str, payload: "Any" = None, trace_tag: "str | None" = None
    ) -> "dict[str, Any]":
        """The trigger is among those dispatched."""
        context = TraceContext(trace_tag=trace_tag) if trace_tag else None
        return self.dispatch_with_context(trigger, payload, context)

    def dispatch_with_context(
        self, trigger: str, payload: "Any" = None, trace_context: "Any" = None
    ) -> "dict[str, Any]":
        """The same, with a context."""
        item = {"trigger": trigger, "payload": payload, "trace_context": trace_context}
        self.dispatched_triggers.append(item)
        return item

    def list_values(self, local: bool = True, prefix: "str | None" = None) -> "list[KeyValuePair]":
        """See `MockDatastoreService`."""
        return self.datastore_service.list_values(local=local, prefix=prefix)

    def get_value(
        self, name: str, local: bool = True, scope: str = "system", decrypt: bool = False
    ) -> "Any":
        """See `MockDatastoreService`."""
        return self.datastore_service.get_value(name, local, scope, decrypt)

    def set_value(
        self,
        name: str,
        value: "Any",
        ttl: "float | None" = None,
        local: bool = True,
        scope: str = "system",
        encrypt: bool = False,
    ) -> bool:
        """See `MockDatastoreService`."""
        return self.datastore_service.set_value(name, value, ttl, local, scope, encrypt)

    def delete_value(self, name: str, local: bool = True, scope: str = "system") -> bool:
        """See `MockDatastoreService`."""
        return self.datastore_service.delete_value(name, local, scope)
