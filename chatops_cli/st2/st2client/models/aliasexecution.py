"""Executions through aliases. Source: StackStorm, `st2client.models.aliasexecution`."""

from _chatops_missing import names_of

from .core import Resource

__getattr__ = names_of(__name__)


class ActionAliasExecution(Resource):
    """What an alias is to be run with."""

    _repr_attributes = ("name", "command")
