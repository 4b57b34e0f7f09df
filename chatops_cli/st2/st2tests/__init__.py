"""The part of StackStorm's `st2tests` that packs' own tests import."""
