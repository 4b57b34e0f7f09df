"""What the simulated room is shown on: a terminal, or the output of a script."""

from collections.abc import Sequence
from typing import Protocol

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.chat import Reply
from chatops_cli.repl.session import Post


class Face(Protocol):
    """Shows what is said and what the program itself has to say."""

    def show(self, post: Post) -> None:
        """A post of the room that is looked at, or news of another one."""

    def progress(self, reply: Reply) -> None:
        """How far an execution has come: it takes the place of what was said of it before."""

    def note(self, lines: Sequence[str]) -> None:
        """What the program says, and nobody in the room."""

    def refuse(self, error: ChatOpsError) -> None:
        """What can't be done, and why."""

    def more(self) -> bool:
        """The next page of what did not find room; whether there was one."""
