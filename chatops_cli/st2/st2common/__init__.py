"""The part of StackStorm's `st2common` that packs import."""


def __getattr__(name: str) -> object:
    """`from st2common import x` says that the module x is missing, not that a name is."""
    if name.startswith("__"):
        raise AttributeError(name)
    import sys

    __import__(__name__ + "." + name)
    return sys.modules[__name__ + "." + name]
