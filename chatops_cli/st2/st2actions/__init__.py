"""Old places of classes that packs still import from."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)
