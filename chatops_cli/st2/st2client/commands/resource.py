"""Errors of StackStorm's commands that packs raise. Source: `st2client.commands.resource`."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)


class ResourceNotFoundError(Exception):
    """What was asked for isn't there."""
