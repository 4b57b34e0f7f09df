"""Actions and executions. Source: StackStorm, `st2client.models.action`."""

from _chatops_missing import names_of

from .core import Resource

__getattr__ = names_of(__name__)


class Action(Resource):
    """An action; its id is its ref."""

    _repr_attributes = ("name", "pack", "enabled", "runner_type")


class Execution(Resource):
    """One run of an action."""

    _repr_attributes = ("status", "action", "start_timestamp", "end_timestamp")


class LiveAction(Execution):
    """The old name of the same."""
