"""Runs one Python action in this process, and writes its answer to a pipe of its own.

Start-up is what counts here: what takes time to import (`logging`, `traceback`) is imported when
it is needed. The request comes by stdin, as JSON: `path`, its real `folder`, `pack`,
`parameters`, `config`, `context`, `log_level`, `paths` and `actions`; for a process that was
forked also `environment`, as far as it is another one, and `cwd`. The answer is the JSON object
`{"status": true|false|null, "result": …}`. The datastore is asked on a line of its own, whose
number `Line` keeps for `_chatops_datastore`.

Source: StackStorm, Python runner, the wrapper's order of steps.
"""

import io
import os
import sys

from _chatops_json import dumps, loads
from _chatops_leave import arrive, leave

from .base_action import Action, ActionService, ActionWrapper, NamedConfig

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    Request = dict[str, Any]

ANSWER = "CHATOPS_ANSWER_FD"
DATASTORE = "CHATOPS_DATASTORE_FD"
FRESH = 2
"""Seconds after a change of an action's file in which nothing compiled of it is kept."""
INVALID_STATUS_CODE = 220
"""Source: StackStorm, exit code of the wrapper when the status is not a bool."""


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
    text = read_stdin()
    if not text:
        os._exit(0)  # whoever started this process has thought better of it
    request = loads(text)
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


def read_stdin() -> str:
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
    return b"".join(chunks).decode("utf-8")


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
    action = _make_action(request)
    output = action.run(**request["parameters"])
    status, result = output if _is_pair(output) else (None, output)
    if status is not None and not isinstance(status, bool):
        sys.stderr.write(
            f"run() returned the status {status!r}: the first of two items must be True or False. "
            "To return a pair as the result, return a list or (True, pair).\n"
        )
        sys.exit(INVALID_STATUS_CODE)
    head = {None: '{"status":null', True: '{"status":true', False: '{"status":false'}[status]
    text: str = dumps(result)
    return (head + ',"result":' + text + "}").encode("utf-8", "replace")


def _is_pair(output: object) -> bool:
    return isinstance(output, tuple) and len(output) == 2  # noqa: PLR2004  # a pair


def _make_action(request: "Request") -> "Any":
    """The action: `config` and `action_service` by name, the latter set later if it must be."""
    module = request["module"] = _load(request["path"])
    cls = _find_class(module, request["path"])
    service = ActionService(ActionWrapper(request, cls.__name__))
    config = NamedConfig(request["config"])
    config.pack = request["pack"]
    try:
        action = cls(config=config, action_service=service)
    except TypeError as error:
        if "unexpected keyword argument 'action_service'" not in str(error):
            raise
        action = cls(config=config)
        action.action_service = service
    return action


def _load(path: str) -> "ModuleType":
    """The module at `path`. As in StackStorm it isn't among `sys.modules`: it may have any name."""
    # These two modules are importlib.util's own; importing that one costs a millisecond.
    from _frozen_importlib import module_from_spec
    from _frozen_importlib_external import SourceFileLoader, spec_from_file_location

    name = os.path.basename(path)
    name = name[:-3] if name.endswith(".py") else name
    loader = SourceFileLoader(name, path)
    if _is_fresh(path):
        loader.set_data = _keep_nothing  # type: ignore[method-assign]  # of this one alone
    spec = spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _is_fresh(path: str) -> bool:
    """Whether it may change once more and look the same to Python, which compares whole seconds."""
    from time import time  # noqa: TID251  # the process of an action is given no clock

    return time() - os.stat(path).st_mtime < FRESH


def _keep_nothing(*_: object, **_more: object) -> None:
    """What is compiled is not kept: the next process would take it for another version."""


def _find_class(module: "ModuleType", path: str) -> "Any":
    """The first class in the order of names that is defined in the module and can be run.

    A subclass of `Action` goes before any other. Source: StackStorm, `st2common.util.loader`.
    """
    found = [
        value
        for _, value in sorted(vars(module).items())
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and not getattr(getattr(value, "run", None), "__isabstractmethod__", False)
        and callable(getattr(value, "run", None))
    ]
    found.sort(key=lambda cls: not issubclass(cls, Action))
    if not found:
        sys.stderr.write(
            f"{path}: no class in this file derives from st2common.runners.base_action.Action "
            "and has a run method\n"
        )
        sys.exit(1)
    return found[0]
