"""The datastore as the code of an action asks for it: one JSON line there, one back.

The file itself is never opened here; the program that started the action answers, and knows whose
values these are.
"""

import os
from _thread import allocate_lock

# Not `json`, which takes as long to import as the interpreter takes to start.
from _chatops_json import dumps, loads
from st2common.runners.python_action import Line

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

_TURN = allocate_lock()  # threads of the action take turns; the lock itself holds no state


class DatastoreError(Exception):
    """The datastore can't be used, or refuses what it was asked; the text says why."""

    __module__ = "chatops"


def ask(**request: object) -> "dict[str, Any]":
    """The answer to a request: `items`, and `found` of what was deleted.

    Raises:
        DatastoreError: There is no datastore, or it refuses.
    """
    if Line.number < 0:
        raise DatastoreError("there is no datastore here: the action was started without one")
    if Line.process != os.getpid():
        raise DatastoreError("only the action's own process may ask the datastore, no child of it")
    try:
        with _TURN:
            answer = _exchange(dumps(request).encode("utf-8", "surrogatepass") + b"\n")
    except OSError as error:
        raise DatastoreError("the datastore does not answer: " + str(error)) from None
    if "error" in answer:
        hint = answer.get("hint")
        raise DatastoreError(answer["error"] + (" (" + hint + ")" if hint else ""))
    return answer


def _exchange(line: bytes) -> "dict[str, Any]":
    while line:
        line = line[os.write(Line.number, line) :]
    chunks: "list[bytes]" = []
    while not chunks or not chunks[-1].endswith(b"\n"):
        chunk = os.read(Line.number, 1 << 16)
        if not chunk:
            raise OSError("it has hung up; the request may be too long")
        chunks.append(chunk)
    answer: "dict[str, Any]" = loads(b"".join(chunks).decode("ascii"))
    return answer
