"""The old place of `KeyValuePair`."""

from _chatops_missing import names_of

from .keyvalue import KeyValuePair

__all__ = ["KeyValuePair"]

__getattr__ = names_of(__name__)
