"""How the process of an action ends: at once where that changes nothing, else as Python ends.

Taking an interpreter apart takes longer than a small action runs, several times as long in a
process that was forked. What can be noticed of it is done here as well: functions of `atexit` are
called, and what the action has left behind is collected, so that its files are written. Whoever
has loaded modules that are neither Python's own nor these, or that may print past Python, has
threads that run, or has put other streams in the place of `sys.stdout` and `sys.stderr`, gets all
of it.
"""

import _thread
import atexit
import gc
import os
import sys

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Callable

HOME = os.path.dirname(os.__file__) + os.sep
OWN = os.path.dirname(os.path.abspath(__file__)) + os.sep
PRINTING = frozenset(("_ctypes", "_curses", "readline"))
"""Modules of Python through which code in C writes to buffers that only a whole end writes out."""


def arrive() -> "frozenset[str]":
    """To be called before anything of the action is loaded; gives what `leave` wants to know."""
    gc.freeze()  # what is there now isn't looked through again when the action's things are
    return frozenset(sys.modules)


def leave(
    code: "str | int | None",
    loaded: "frozenset[str]",
    module: object = None,
    tell: "Callable[[frozenset[str]], None] | None" = None,
) -> None:
    """Ends this process.

    Args:
        code: The exit code, as `sys.exit` takes it.
        loaded: What `arrive` gave.
        module: The action's module, which isn't among `sys.modules`.
        tell: Is given `loaded` where all that has been loaded since is Python's own, or ours.
    """
    if code is None:
        code = 0
    if not isinstance(code, int) or not _is_plain(loaded):
        sys.exit(code)
    if tell is not None:
        tell(loaded)
    atexit._run_exitfuncs()
    held = getattr(module, "__dict__", {})
    for name in held:
        if name != "__builtins__":
            held[name] = None  # as Python does: a file in it is written before it is closed
    gc.collect()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)  # closed, or nobody reads it: Python knows which of it is a failure
    os._exit(code & 0xFF)


def _is_plain(loaded: "frozenset[str]") -> bool:
    if sys.stdout is not sys.__stdout__ or sys.stderr is not sys.__stderr__ or _thread._count():
        return False
    if not PRINTING.isdisjoint(sys.modules):
        return False
    return all(_is_harmless(sys.modules[name]) for name in _added(loaded))


def _added(loaded: "frozenset[str]") -> "list[str]":
    """The modules that are there since then.

    What is new stands last: the rest isn't looked at, which in a forked process would copy it.
    """
    added = []
    for name in reversed(sys.modules):
        if name in loaded:
            break
        added.append(name)
    if len(sys.modules) == len(loaded) + len(added):
        return added
    return [name for name in tuple(sys.modules) if name not in loaded]  # some went, or came again


def _is_harmless(module: object) -> bool:
    """Whether it is part of Python, or of this folder: nothing in it waits for its end."""
    origin = getattr(getattr(module, "__spec__", None), "origin", None)
    if not isinstance(origin, str):
        return False
    if origin in ("built-in", "frozen"):
        return True
    return origin.startswith((HOME, OWN)) and "-packages" + os.sep not in origin
