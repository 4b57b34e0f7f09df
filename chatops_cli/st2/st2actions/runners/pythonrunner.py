"""The old place of `Action`."""

from _chatops_missing import names_of
from st2common.runners.base_action import Action

__getattr__ = names_of(__name__)

__all__ = ["Action"]
