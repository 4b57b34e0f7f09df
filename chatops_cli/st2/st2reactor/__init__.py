"""Sensors: their classes are here for the tests of packs; nothing runs them yet."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)
