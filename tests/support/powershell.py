"""As much of PowerShell as tests need: its literals, and how it is started and answers.

It is read here by the words of its language specification, apart from what writes it.
"""

import json
import re
from base64 import b64decode
from xml.sax.saxutils import escape

from chatops_cli.model.json import Json

START = "powershell -NonInteractive -EncodedCommand "
QUOTES = "'\u2018\u2019\u201a\u201b"
WORDS: dict[str, Json] = {"$null": None, "$true": True, "$false": False}
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
PARAMETER = re.compile(r"([-/][A-Za-z_][\w-]*)(:?)")


def text_of(line: str) -> str:
    """The text that a command line has PowerShell run."""
    assert line.startswith(START), line
    assert len(line) <= 8191, "Windows takes no more"
    return b64decode(line.removeprefix(START), validate=True).decode("utf-16-le")


def received(text: str, stdin: bytes) -> str:
    """The text, or what it takes from stdin and runs."""
    return b64decode(stdin).decode() if "@($input)" in text else text


def divide(text: str) -> tuple[str, list[Json]]:
    """The script, and the arguments that it is called with."""
    if not text.startswith("& {"):
        return text, []
    # Arguments may hold any text, also this one; the script of a test doesn't.
    script, _, arguments = text.removeprefix("& {").partition("\n} ")
    return script, Arguments(arguments).all()


class Arguments:
    """Reads the arguments of a call: a parameter is ``[name, value]``, all else is a value."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def all(self) -> list[Json]:
        found: list[Json] = []
        while self._skip():
            if named := PARAMETER.match(self._text, self._at):
                self._at = named.end()
                if not named[2]:
                    assert self._text[self._at] == " "
                    self._at += 1
                found.append([named[1], self._value()])
            else:
                found.append(self._value())
        return found

    def _skip(self) -> bool:
        """White space between arguments; whether there is one more."""
        while self._at < len(self._text) and self._text[self._at] == " ":
            self._at += 1
        return self._at < len(self._text)

    def _value(self) -> Json:
        if self._takes("@("):
            items: list[Json] = []
            while not self._takes(")"):
                items.append(self._value())
                self._takes(", ")
            return items
        if self._takes("@{"):
            table: dict[str, Json] = {}
            while not self._takes("}"):
                key = self._value()
                assert isinstance(key, str)
                assert self._takes(" = ")
                table[key] = self._value()
                self._takes("; ")
            return table
        if self._text[self._at] in QUOTES:
            return self._string()
        for word, value in WORDS.items():
            if self._takes(word):
                return value
        number = NUMBER.match(self._text, self._at)
        assert number is not None, self._text[self._at :]
        self._at = number.end()
        value = json.loads(number[0])
        assert isinstance(value, int | float)
        return value

    def _string(self) -> str:
        """Up to a quotation mark that no other follows; of two, one is meant."""
        said = ""
        self._at += 1
        while True:
            character = self._text[self._at]
            self._at += 1
            if character in QUOTES:
                if self._text[self._at : self._at + 1] not in tuple(QUOTES):
                    return said
                character = self._text[self._at]
                self._at += 1
            said += character

    def _takes(self, text: str) -> bool:
        is_there = self._text.startswith(text, self._at)
        self._at += len(text) if is_there else 0
        return is_there


def clixml(errors: str) -> str:
    """How PowerShell writes its errors for another program, with some progress around them."""
    if not errors:
        return ""
    lines = "".join(
        f'<S S="Error">{escape(line)}_x000D__x000A_</S>' for line in errors.splitlines()
    )
    progress = '<Obj S="progress" RefId="0"><MS><S N="T">Preparing modules.</S></MS></Obj>'
    return (
        '#< CLIXML\r\n<Objs Version="1.1.0.1" '
        f'xmlns="http://schemas.microsoft.com/powershell/2004/04">{progress}{lines}</Objs>'
    )
