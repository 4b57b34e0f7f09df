"""The `chatops` command: where it starts, and its one way out."""

import errno
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from chatops_cli.cli.output import print_error
from chatops_cli.cli.quick import read_check_quickly, read_quickly, read_room_quickly
from chatops_cli.cli.streams import fill_closed, give_up
from chatops_cli.errors import ChatOpsError, ExitCode


def main() -> None:
    """The console script."""
    fill_closed()
    leave(run([as_typed(word) for word in sys.argv[1:]]))


def leave(code: int) -> NoReturn:
    """Out, with this exit code.

    What is on record is on disk, and what was printed is handed on. Taking the interpreter apart
    object by object besides would cost a tenth of a short command's time.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def as_typed(word: str) -> str:
    """An argument as UTF-8, whatever the locale: messages are, and LANG=C reads only ASCII."""
    try:
        return os.fsencode(word).decode("utf-8")
    except UnicodeError:
        return word


def run(arguments: Sequence[str]) -> int:
    """The exit code of the command line `arguments` (without the program's name).

    A plain `chatops run`, `repl` or `validate` is read by hand, without Typer, which costs
    as much as all the rest.
    """
    try:
        asked = read_quickly(arguments, os.environ)
        if asked is None:
            code = run_other(arguments)
        else:
            # Looking for garbage while modules are imported costs a tenth of a short run, and finds
            # none; who runs for longer turns it on again.
            gc.disable()
            from chatops_cli.cli.message import run_message

            code = run_message(*asked)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  # the last boundary
        return explain(error)
    finally:
        gc.enable()
    return code


def run_other(arguments: Sequence[str]) -> int:
    """The same for what isn't `chatops run`."""
    check = read_check_quickly(arguments, os.environ)
    if check is not None:
        from chatops_cli.cli.checking import run_check

        return run_check(*check)
    room = read_room_quickly(arguments, os.environ)
    if room is None:
        from chatops_cli.cli.app import dispatch

        return dispatch(arguments)
    gc.disable()
    from chatops_cli.cli.chat import run_room

    return run_room(*room)


def explain(error: BaseException) -> ExitCode:
    """What ended the command, said on stderr: one line and a hint, never a traceback."""
    match error:
        case ChatOpsError():
            print_error(error.message, hint=error.hint)
            return error.exit_code
        case KeyboardInterrupt():
            print_error("interrupted")
            return ExitCode.INTERRUPTED
        case BrokenPipeError() | OSError(errno=errno.EIO):
            give_up(1)  # the reader or the terminal has gone
            return ExitCode.FAILED
        case OSError(errno=errno.ENOSPC | errno.EDQUOT):
            give_up(1)
            print_error("nothing more can be written: the disk is full", hint="free some space")
            return ExitCode.FAILED
        case _:
            return explain_usage_or_bug(error)


def explain_usage_or_bug(error: BaseException) -> ExitCode:
    """A mistake on the command line where Typer read it; otherwise a bug, with an incident file."""
    if "typer" in sys.modules:
        from chatops_cli.cli.app import explain_usage

        if (code := explain_usage(error)) is not None:
            return code
    from chatops_cli.cli.incident import report

    return report(error)
