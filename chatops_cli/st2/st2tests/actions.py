"""Test cases of Python actions."""

from st2common.runners.utils import get_action_class_instance

from .mocks.action import MockActionService, MockActionWrapper
from .pack_resource import BasePackResourceTestCase

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any


class BaseActionTestCase(BasePackResourceTestCase):
    """Tests of the action class `action_cls`; `action_service` is a mock, made for each test.

    Source: StackStorm, `st2tests.actions`.
    """

    action_cls: "Any" = None

    def setUp(self) -> None:
        """Each test has a datastore of its own, and nothing is in it."""
        super().setUp()
        wrapper = MockActionWrapper(pack="tests", class_name=self.action_cls.__name__)
        self.action_service = MockActionService(action_wrapper=wrapper)

    def get_action_instance(self, config: "Any" = None) -> "Any":
        """An action with this configuration, made as it is made when it runs."""
        return get_action_class_instance(
            action_cls=self.action_cls, config=config, action_service=self.action_service
        )
