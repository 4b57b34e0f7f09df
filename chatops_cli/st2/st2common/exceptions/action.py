"""Exceptions about actions and their parameters."""

from . import StackStormBaseException


class ParameterRenderingFailedException(StackStormBaseException):
    """A parameter's template could not be rendered."""


class InvalidActionReferencedException(StackStormBaseException):
    """The action that was named does not exist."""


class InvalidActionParameterException(StackStormBaseException):
    """A parameter's value is not one that the action takes."""
