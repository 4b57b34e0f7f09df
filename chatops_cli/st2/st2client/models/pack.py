"""Packs. Source: StackStorm, `st2client.models.pack`."""

from _chatops_missing import names_of

from .core import Resource

__getattr__ = names_of(__name__)


class Pack(Resource):
    """A pack; its id is its ref."""

    _repr_attributes = ("ref", "name", "version")
