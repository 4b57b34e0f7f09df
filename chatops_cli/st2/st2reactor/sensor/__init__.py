"""Classes for the code of sensors."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)
