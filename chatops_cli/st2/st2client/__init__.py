"""The part of StackStorm's client that packs use, without a server: the datastore."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)
