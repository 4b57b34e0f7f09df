"""Exceptions that actions raise and catch."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)


class StackStormBaseException(Exception):  # noqa: N818  # the name is StackStorm's
    """What all of them derive from."""
