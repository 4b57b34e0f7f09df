"""What people are told of an exception that an action has raised.

Imported where there is one: most actions raise none.
"""

import os
import sys
import traceback

import _chatops_missing
from st2common.runners import base_action, python_action

TYPE_CHECKING = False  # as in `python_action`
if TYPE_CHECKING:
    from types import TracebackType


def report(error: BaseException, pack: str) -> None:
    """The traceback goes to stderr from the action's first frame on, and what to do about it."""
    trace = error.__traceback__
    own = (python_action.__file__, base_action.__file__, sys.modules["__main__"].__file__)
    while trace is not None and _is_before_the_action(trace, own):
        trace = trace.tb_next
    name = getattr(error, "name", None)
    missing = name.split(".")[0] if isinstance(error, ModuleNotFoundError) and name else ""
    if missing in _chatops_missing.ROOTS or type(error).__module__ == _chatops_missing.PROGRAM:
        _end_at_the_action(trace)
    traceback.print_exception(type(error), error, trace)
    if missing and missing not in _chatops_missing.ROOTS:
        sys.stderr.write(
            f"chatops: {missing} is not installed for the pack: name it in requirements.txt if it "
            f"is not there, then run 'chatops pack setup {pack}'\n"
        )


def _end_at_the_action(trace: "TracebackType | None") -> None:
    """What of these folders refused it is of no interest to whoever wrote the action."""
    folder = os.path.dirname(_chatops_missing.__file__) + os.sep
    last = trace
    while trace is not None:
        filename = trace.tb_frame.f_code.co_filename
        if not filename.startswith((folder, "<frozen imp")):
            last = trace
        trace = trace.tb_next
    if last is not None:
        last.tb_next = None


def _is_before_the_action(trace: "TracebackType", own: "tuple[str | None, ...]") -> bool:
    filename = trace.tb_frame.f_code.co_filename
    return filename in own or filename.startswith("<frozen imp")
