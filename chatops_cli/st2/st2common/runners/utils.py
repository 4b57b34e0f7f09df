"""Other names for what stands in `base_action`, where packs look for them."""

from .base_action import PackConfigDict, get_logger_for_python_runner_action

__all__ = ["PackConfigDict", "get_logger_for_python_runner_action"]
