"""What prepares StackStorm's services for green threads, which there are none of here.

Source: StackStorm, `st2common.util.monkey_patch`.
"""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)


def monkey_patch(patch_thread: "bool | None" = None) -> None:
    """Nothing is to be patched."""


def use_select_poll_workaround(nose_only: bool = True) -> None:
    """Nothing is to be worked around."""
