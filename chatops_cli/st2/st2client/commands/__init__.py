"""Names that packs take from the commands of StackStorm's client."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)
