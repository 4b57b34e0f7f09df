"""What StackStorm has and chatops doesn't: an import of it says so, whatever form it has.

A package or module of these folders has the line ``__getattr__ = missing.names_of(__name__)``;
what has no module at all is refused by `Finder`, which whoever runs packs' code installs.
"""

import sys

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ROOTS = (
    *("st2common", "st2client", "st2actions", "st2reactor", "st2tests", "st2api", "st2auth"),
    *("st2stream", "st2exporter", "st2debug", "python_runner"),
)
"""StackStorm's own distributions, as far as packs' code names them."""

PROGRAM = "chatops"
"""What errors of this program are said to come from, in a traceback."""

WHERE = "see 'What packs import' in docs/compatibility.md"


class NotProvidedError(NotImplementedError):
    """Something of StackStorm was called that can't be had here; the text names it."""

    __module__ = PROGRAM

    def __init__(self, name: str) -> None:
        super().__init__(f"chatops does not provide {name}: {WHERE}")


def names_of(module: str) -> "Callable[[str], object]":
    """The `__getattr__` of that module: a name which isn't there is one chatops doesn't provide.

    In a package it may be a module which nobody has imported yet.
    """

    def find(name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(f"module '{module}' has no attribute '{name}'")
        full = module + "." + name
        if hasattr(sys.modules[module], "__path__"):
            try:
                __import__(full)
            except ModuleNotFoundError as error:
                if error.name != full:
                    raise
            else:
                return sys.modules[full]
        raise missing(full)

    return find


def missing(name: str) -> ModuleNotFoundError:
    """The error for a module or a name in it."""
    return ModuleNotFoundError(f"chatops does not provide {name}: {WHERE}", name=name)


class Finder:
    """The last of the finders: what reaches it is nowhere."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Nothing.

        Raises:
            ModuleNotFoundError: It is StackStorm's.
        """
        if name.split(".", 1)[0] in ROOTS:
            raise missing(name)


def install(finders: "list[Any]") -> None:
    """The finder stands at the end of `finders`, which is ``sys.meta_path``, once."""
    if Finder not in finders:
        finders.append(Finder)
