"""What keeps a text from being YAML, said so that its writer finds the place and the mend."""

import codecs
import re
from typing import TYPE_CHECKING

from chatops_cli.model.problem import Place, Problem

if TYPE_CHECKING:
    from yaml import YAMLError

    from chatops_cli.reading.node import Mark

# What YAML 1.1 lets stand in a stream is outside of these.
_CONTROL = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# A mark of UTF-32 begins with one of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_QUOTE = "put the text in quotes"
_CLOSING = ("'", '"', "]", "}")
_EXPECTED = re.compile("expected (key|'-' indicator|<block end>)")
_MEANINGS: tuple[tuple[str, str, str | None], ...] = (
    (
        "mapping values are not allowed",
        "a colon may not stand here",
        "put text that holds ': ' in quotes, or look at the indentation of this line",
    ),
    (
        "did not find expected key",
        "a key of the mapping was expected here",
        "look at the indentation, and for a quote that ends too early",
    ),
    (
        "did not find expected '-' indicator",
        "an item of the list, starting with '- ', was expected here",
        "look at the indentation",
    ),
    ("could not find expected ':'", "a ':' is missing on this line, or before it", None),
    ("did not find expected ',' or ']'", "a ',' or the closing ']' was expected here", None),
    ("did not find expected ',' or '}'", "a ',' or the closing '}' was expected here", None),
    (
        "found unknown escape character",
        "a backslash in double quotes is followed by a character that makes no escape",
        "write it in single quotes",
    ),
    (
        "found undefined alias",
        "text that starts with '*' refers to an anchor, and there is none of this name",
        _QUOTE,
    ),
    ("while scanning an alias", "text that starts with '*' refers to an anchor", _QUOTE),
    ("while scanning an anchor", "text that starts with '&' names an anchor", _QUOTE),
    ("a tag", "text that starts with '!' is a tag", _QUOTE),
    (
        "while scanning a block scalar",
        "text may not follow the '|' or '>' on its line",
        "start it on the next line, or put it in quotes",
    ),
    ("found unexpected document indicator", "a quoted text isn't closed", None),
)


def decoding_problem(error: UnicodeDecodeError, *, file: str) -> Problem:
    """The problem of bytes that aren't UTF-8, at the first of them."""
    before = error.object[: error.start].decode("utf-8", "replace")
    found = f"byte 0x{error.object[error.start]:02x} isn't UTF-8"
    found = next((f"is {name}" for mark, name in _MARKS if error.object.startswith(mark)), found)
    return Problem(
        place=_place_after(before, file),
        rule="not-utf8",
        message=f"{found}; YAML files are read as UTF-8",
        hint="save the file as UTF-8",
    )


def syntax_problem(error: "YAMLError", text: str, *, file: str) -> Problem:
    """The one problem that PyYAML's error stands for: it stops at the first."""
    mark: Mark | None = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        return _character_problem(error, text, file)
    place = Place(file=file, line=mark.line + 1, column=mark.column + 1)
    lines = text.splitlines()
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return _tab_problem(place, line)
    message, hint = _meaning(error, line, mark.column)
    return Problem(place=place, rule="yaml-syntax", message=message, hint=hint)


def _tab_problem(place: Place, line: str) -> Problem:
    return Problem(
        place=Place(file=place.file, line=place.line, column=line.index("\t") + 1),
        rule="tab-indent",
        message="a tab indents this line; YAML is indented by spaces only",
        hint="replace the tab by spaces",
    )


def _character_problem(error: "YAMLError", text: str, file: str) -> Problem:
    found = _CONTROL.search(text)
    if found is None:
        return Problem(place=Place(file=file), rule="yaml-syntax", message=_one_line(str(error)))
    return Problem(
        place=_place_after(text[: found.start()], file),
        rule="control-character",
        message=f"the control character U+{ord(found.group()):04X} may not stand in YAML",
        hint="remove it, or write it as an escape in double quotes",
    )


def _meaning(error: "YAMLError", line: str, column: int) -> tuple[str, str | None]:
    problem = str(getattr(error, "problem", None) or "is not YAML")
    context = str(getattr(error, "context", None) or "")
    start: Mark | None = getattr(error, "context_mark", None)
    if "cannot start any token" in problem:
        return f"text may not start with {line[column : column + 1]!r}", _QUOTE
    if start is not None and "duplicate anchor" in context:
        return f"this anchor's name is in use already, on line {start.line + 1}", None
    if start is not None and "quoted scalar" in context and "end of stream" in problem:
        return f"the quote opened on line {start.line + 1} is never closed", None
    before = line[:column].rstrip()
    if before.endswith(_CLOSING) and column < len(line) and _EXPECTED.search(problem):
        return f"text goes on after the closing {before[-1]}", _closing_hint(before)
    for words, message, hint in _MEANINGS:
        if words in problem or words in context:
            is_inner = start is not None and context.startswith("while parsing a ")
            where = f" (in what starts on line {start.line + 1})" if is_inner and start else ""
            return message + where, hint
    return _one_line(f"{context}: {problem}" if context else problem), None


def _closing_hint(before: str) -> str:
    if before.endswith("'"):
        return "inside single quotes a ' is written twice; or put all of it in double quotes"
    return "put the whole text in quotes"


def _place_after(before: str, file: str) -> Place:
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return Place(file=file, line=line, column=column)


def _one_line(text: str) -> str:
    return " ".join(text.split())
