"""Questions asked at a terminal, one line each."""

import sys
from typing import Protocol

from chatops_cli.cli.output import write
from chatops_cli.rendering.cleaning import clean


class Questions(Protocol):
    """Who is asked. Each method raises `EOFError` or `KeyboardInterrupt` where nobody answers."""

    def ask(self, prompt: str) -> str: ...

    def ask_hidden(self, prompt: str) -> str: ...

    def say(self, text: str) -> None: ...


class AtTerminal:
    """The person at the terminal; prompts go to stderr, so that stdout holds results alone."""

    def ask(self, prompt: str) -> str:
        """A line, without white space around it."""
        line = ""
        try:
            write(sys.stderr, clean(prompt))
            line = sys.stdin.readline()
        finally:
            if not line:  # what is said next does not stand behind the question
                write(sys.stderr, "\n")
        if not line:
            raise EOFError
        return line.strip()

    def ask_hidden(self, prompt: str) -> str:
        """A line that isn't shown while it is typed."""
        from getpass import getpass

        return getpass(clean(prompt))

    def say(self, text: str) -> None:
        """A text, with a newline at its end."""
        write(sys.stderr, clean(text) + "\n")


def confirm(questions: Questions, question: str, *, default: bool) -> bool:
    """Whether the answer is yes; asked again until it is one of the two."""
    while True:
        answer = questions.ask(f"{question} [{'Y/n' if default else 'y/N'}] ").lower()
        if answer in {"", "y", "yes", "n", "no"}:
            return default if not answer else answer.startswith("y")
        questions.say("answer y or n")
