"""Exceptions that actions raise and catch."""


class StackStormBaseException(Exception):  # noqa: N818  # the name is StackStorm's
    """What all of them derive from."""
