"""The program that runs these tests, asked on a line that this process was started with.

A question is one JSON object on one line, and so is its answer: `{"error": …}` where there is none.
"""

import json
import os
import socket

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from typing import Any

VARIABLE = "CHATOPS_TESTS_FD"


class HostError(Exception):
    """The program that runs the tests is not there, or refuses; the text says why."""


class Host:
    """The line. It stands here because nobody can hand it on: packs make test cases themselves."""

    number = -1
    process = 0

    @classmethod
    def open(cls) -> None:
        """This process has the line of its environment, and no child of it will."""
        number = os.environ.pop(VARIABLE, None)
        if number is not None:
            os.set_inheritable(int(number), False)
            cls.number, cls.process = int(number), os.getpid()

    @classmethod
    def ask(cls, **question: object) -> "dict[str, Any]":
        """The answer to a question.

        Raises:
            HostError: There is no line, or the answer is an error.
        """
        if cls.process != os.getpid():
            raise HostError("this is asked of the program that runs the tests: use 'chatops test'")
        with socket.socket(fileno=os.dup(cls.number)) as line, line.makefile("rwb") as file:
            file.write(json.dumps(question).encode("ascii") + b"\n")
            file.flush()
            reply = file.readline()
        if not reply:
            raise HostError("the program that runs the tests has hung up")
        answer: "dict[str, Any]" = json.loads(reply)
        if "error" in answer:
            raise HostError(answer["error"])
        return answer
