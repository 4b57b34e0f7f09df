"""Runs one Python action in this process, and writes its answer to a pipe of its own.

Start-up is what counts here: what takes time to import (`logging`, `traceback`) is imported when
it is needed, and what every action needs is together. The request comes by stdin, in `marshal`'s
second version, which all Pythons read and which takes no module: `path`, its real `folder`, `pack`,
`parameters`, `config`, `context`, `log_level`, `paths` and `actions`; for a process that was
forked also `environment`, as far as it is another one, and `cwd`. The answer is the JSON object
`{"status": true|false|null, "result": …}`. The datastore is asked on a line of its own, whose
number `Line` keeps for `_chatops_datastore`.

Source: StackStorm, Python runner, the wrapper's order of steps.
"""

import _thread
import atexit
import gc
import io
import marshal
import os
import sys

from .base_action import make_action

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Request = dict[str, Any]

ANSWER = "CHATOPS_ANSWER_FD"
DATASTORE = "CHATOPS_DATASTORE_FD"
FEW = 20
"""Items, and levels of them, up to which a result is small."""
NUMBERS = range(-(2**31), 2**31)
"""Whole numbers that every reader of JSON reads as they are."""
INVALID_STATUS_CODE = 220
"""Source: StackStorm, exit code of the wrapper when the status is not a bool."""
HOME = os.path.dirname(os.__file__) + os.sep
OWN = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
PRINTING = frozenset(("_ctypes", "_curses", "readline"))
"""Modules of Python through which code in C writes to buffers that only a whole end writes out."""


def main() -> None:
    """Runs the action that this process was started for, and ends it."""
    answer = int(os.environ.pop(ANSWER))
    line = os.environ.pop(DATASTORE, None)
    os.set_inheritable(answer, False)
    prepare()
    serve(answer, None if line is None else int(line), arrive())


def serve(
    answer: int,
    line: "int | None",
    loaded: "frozenset[str]",
    *,
    unlearn: "Callable[[list[str]], None] | None" = None,
    tell: "Callable[[frozenset[str]], None] | None" = None,
) -> None:
    """Reads the request, runs the action, answers, and ends this process, which is prepared.

    Args:
        answer: The descriptor that the answer is written to.
        line: The one of the line to the datastore.
        loaded: What `arrive` gave.
        unlearn: Is given the pack's folders on the path before anything of it is loaded.
        tell: See `leave`.
    """
    if line is not None:
        Line.open(line)
    content = read_stdin()
    if not content:
        os._exit(0)  # whoever started this process has thought better of it
    request = marshal.loads(content)  # noqa: S302  # written by the program that started this
    _settle(request)
    if unlearn is not None:
        unlearn(request["paths"])
    code = _perform(request, answer)
    leave(code, loaded, request.get("module"), tell)


def _settle(request: "Request") -> None:
    """Environment and folder are the action's, where the request has them: in a forked process.

    Memory that isn't written to isn't copied: the environment comes as what is different.
    """
    for name, value in request.pop("environment", {}).items():
        os.environ[name] = value
    try:  # noqa: SIM105  # contextlib takes longer to import than all of this
        os.chdir(request.pop("cwd", "."))
    except OSError:
        pass  # it has been removed meanwhile; then there is no other either


def _perform(request: "Request", answer: int) -> "str | int | None":
    """Runs the action and answers; gives the exit code, as `sys.exit` takes it.

    The module that was loaded is put into the request: what it holds is let go in the end.
    """
    try:
        _set_up(request)
        content = _run(request)
        while content:
            content = content[os.write(answer, content) :]
    except SystemExit as stop:
        return stop.code
    except BaseException as error:  # an action may raise anything
        from _chatops_report import report

        if not isinstance(error, Exception):
            # It ends this process in Python's own way: KeyboardInterrupt as the signal does.
            sys.excepthook = lambda _kind, error, _trace: report(error, request["pack"])
            raise
        report(error, request["pack"])
        return 1
    return 0


class LastFinder:
    """The last of the finders: what is missing of StackStorm's is refused by name."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """See `_chatops_missing.Finder`, which few actions need: it is loaded by the first."""
        from _chatops_missing import Finder

        Finder.find_spec(name)


class Line:
    """The line to the datastore that this process was started with.

    It stands here because nobody can hand it on: packs write `Client()`.
    """

    number = -1
    process = 0

    @classmethod
    def open(cls, number: int) -> None:
        """This process has the line of that number, and no child of it will."""
        os.set_inheritable(number, False)
        cls.number, cls.process = number, os.getpid()


def read_stdin() -> bytes:
    """All of stdin; from here on it is empty."""
    chunks = []
    while True:
        chunk = os.read(0, 1 << 16)  # what a pipe holds; more is memory mapped for it alone
        if not chunk:
            break
        chunks.append(chunk)
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    return b"".join(chunks)


def _set_up(request: "Request") -> None:
    """The action finds the path and the arguments that it expects."""
    sys.argv = [request["path"]]
    sys.path[1:1] = request["paths"]
    last = dict.fromkeys((request["folder"], request["actions"]))
    sys.path += [path for path in last if path not in sys.path]


def prepare() -> None:
    """This process is as every action expects it, whichever it is."""
    sys.meta_path.append(LastFinder)
    if sys.flags.no_site:
        _add_quitters()
    for stream in (sys.stdout, sys.stderr):
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _add_quitters() -> None:
    """`exit` and `quit`, which `site` makes; without packages of its own nobody needs the rest."""
    import builtins
    from _sitebuiltins import Quitter

    for name in ("exit", "quit"):
        setattr(builtins, name, Quitter(name, "Ctrl-D"))


def _run(request: "Request") -> bytes:
    action = make_action(request)
    output = action.run(**request["parameters"])
    status, result = output if _is_pair(output) else (None, output)
    if status is not None and not isinstance(status, bool):
        sys.stderr.write(
            f"run() returned the status {status!r}: the first of two items must be True or False. "
            "To return a pair as the result, return a list or (True, pair).\n"
        )
        sys.exit(INVALID_STATUS_CODE)
    head = {None: '{"status":null', True: '{"status":true', False: '{"status":false'}[status]
    try:
        text = _said(result)
    except ValueError:
        from _chatops_json import dumps

        text = dumps(result)
    return (head + ',"result":' + text + "}").encode("utf-8", "replace")


def _said(value: object, depth: int = 0) -> str:
    """The JSON of what is small and plain. Raises ValueError for all else.

    Most results are that, and what says all else has to be loaded first, from a library: that takes
    as long as what this process loads of ours.
    """
    kind = type(value)
    if isinstance(value, list) and kind is list and len(value) <= FEW and depth < FEW:
        return "[" + ",".join([_said(item, depth + 1) for item in value]) + "]"
    if isinstance(value, dict) and kind is dict and len(value) <= FEW and depth < FEW:
        pairs = [_quoted(name) + ":" + _said(item, depth + 1) for name, item in value.items()]
        return "{" + ",".join(pairs) + "}"
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    return str(value) if kind is int and value in NUMBERS else _quoted(value)


def _quoted(value: object) -> str:
    if type(value) is not str or not value.isascii() or not value.isprintable():
        raise ValueError
    if '"' in value or "\\" in value:
        raise ValueError
    return '"' + value + '"'


def _is_pair(output: object) -> bool:
    return isinstance(output, tuple) and len(output) == 2  # noqa: PLR2004  # a pair


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
