"""Other names for what stands in `base_action`, where packs look for them."""

from _chatops_missing import names_of

from .base_action import PackConfigDict, get_logger_for_python_runner_action

__getattr__ = names_of(__name__)

__all__ = ["PackConfigDict", "get_logger_for_python_runner_action"]
