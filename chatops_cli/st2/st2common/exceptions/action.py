"""Exceptions about actions and their parameters."""

from _chatops_missing import names_of

from . import StackStormBaseException

__getattr__ = names_of(__name__)


class ParameterRenderingFailedException(StackStormBaseException):
    """A parameter's template could not be rendered."""


class InvalidActionReferencedException(StackStormBaseException):
    """The action that was named does not exist."""


class InvalidActionParameterException(StackStormBaseException):
    """A parameter's value is not one that the action takes."""
