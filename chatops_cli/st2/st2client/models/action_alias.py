"""Aliases. Source: StackStorm, `st2client.models.action_alias`."""

from _chatops_missing import names_of

from .core import Resource

__getattr__ = names_of(__name__)


class ActionAlias(Resource):
    """An alias; its id is its ref."""

    _repr_attributes = ("name", "pack", "action_ref")


class ActionAliasMatch(Resource):
    """A `command`, the text that an alias is looked for."""

    _repr_attributes = ("command",)
