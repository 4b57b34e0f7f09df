"""Exceptions about what StackStorm keeps; only for code that names them, nothing here raises them.

Source: StackStorm, `st2common.exceptions.db`.
"""

from _chatops_missing import names_of

from . import StackStormBaseException

__getattr__ = names_of(__name__)


class StackStormDBObjectNotFoundError(StackStormBaseException):
    """There is none."""


class StackStormDBObjectMalformedError(StackStormBaseException):
    """It is not as it should be."""
