"""What an action is handed in its tests."""

from logging import RootLogger
from unittest.mock import Mock

from st2common.runners.base_action import ActionService

from .datastore import MockDatastoreService


class MockActionWrapper:
    """Says which pack and class the action is of."""

    def __init__(self, pack: str, class_name: str) -> None:
        self._pack = pack
        self._class_name = class_name
        self._context: "dict[str, object]" = {}


class MockActionService(ActionService):  # type: ignore[misc]  # its types are checked there
    """An action service whose datastore is in memory, and whose logger is a mock.

    Source: StackStorm, `st2tests.mocks.action`.
    """

    def __init__(self, action_wrapper: MockActionWrapper) -> None:
        self._action_wrapper = action_wrapper
        self._logger = Mock(spec=RootLogger)
        self._datastore_service = MockDatastoreService(
            logger=self._logger,
            pack_name=action_wrapper._pack,
            class_name=action_wrapper._class_name,
        )

    def get_user_info(self) -> "dict[str, object]":
        """Those of the mock datastore."""
        return self._datastore_service.get_user_info()

    @property
    def datastore_service(self) -> MockDatastoreService:
        """The datastore in memory."""
        return self._datastore_service
