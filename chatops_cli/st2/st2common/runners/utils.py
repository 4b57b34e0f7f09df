"""What StackStorm's runners and tests need of actions, where packs look for it."""

from _chatops_missing import names_of

from .base_action import PackConfigDict, get_logger_for_python_runner_action

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

__getattr__ = names_of(__name__)

__all__ = ["PackConfigDict", "get_action_class_instance", "get_logger_for_python_runner_action"]


def get_action_class_instance(
    action_cls: "Any", config: object = None, action_service: object = None
) -> "Any":
    """An action; one whose class takes no `action_service` gets it afterwards.

    Source: StackStorm, `st2common.runners.utils`.
    """
    try:
        return action_cls(config=config, action_service=action_service)
    except TypeError as error:
        if "unexpected keyword argument 'action_service'" not in str(error):
            raise
    action = action_cls(config=config)
    action.action_service = action_service
    return action
