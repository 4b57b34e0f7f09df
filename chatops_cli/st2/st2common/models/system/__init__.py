"""What StackStorm keeps of its objects, as far as packs' code names it."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)
