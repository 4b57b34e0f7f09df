"""The part of StackStorm's `st2tests` that packs' own tests import."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)
