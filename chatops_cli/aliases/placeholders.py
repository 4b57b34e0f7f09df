"""From a format's text to a regular expression: what ``{{ name }}`` and ``{{ name = x }}`` become.

Source: StackStorm, ``st2common.models.utils.action_alias_utils``, the format parser.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, Protocol, cast

from chatops_cli.aliases.characters import SPACE, complement
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.parse import (
    Item,
    Parsed,
    has_end,
    has_start,
    is_plain,
    parse,
)
from chatops_cli.aliases.syntax import char_class, expanded

FORMAT_LIMIT = 10_000
"""Characters; the longest format of the public packs has 560."""

_QUOTES = "[\"']?"
_VALUE = "(?:(?<=').+?(?=')|(?<=\").+?(?=\")|{.+?}|.+?)"
_STAND_IN = "."
_REPEATED = re.compile("redefinition of group name ('.*?') as")
_START = "^\\s*"
_END = "\\s*$"


class Placeholders(NamedTuple):
    """A format's expression, where ``(?P<name>.)`` stands for the value of each of `values`.

    `defaults` are in the order of the text.
    """

    source: str
    values: frozenset[str]
    defaults: tuple[tuple[str, str], ...]


class _Found(Protocol):
    def group(self, group: int = 0) -> str | None: ...
    def span(self, group: int = 0) -> tuple[int, int]: ...


class _Finder(Protocol):
    def finditer(self, text: str) -> Iterator[_Found]: ...


def replace(text: str) -> Placeholders:
    """The format with its placeholders replaced, and with no anchors added.

    Raises:
        FormatError: The format is too long.
    """
    if len(text) > FORMAT_LIMIT:
        raise FormatError(f"the format has more than {FORMAT_LIMIT:,} characters")
    if "{{" not in text:
        return Placeholders(text, frozenset(), ())
    optional: list[_Found] = []
    source = text
    if "=" in text:
        source, optional = _replace(text, _finder(optional=True), "(?:{})?")
    defaults = optional if "\n" not in text else _finder(optional=True, lines=True).finditer(text)
    source, required = _replace(source, _finder(optional=False), "{}")
    return Placeholders(
        source,
        frozenset(found.group(2) or "" for found in (*optional, *required)),
        tuple(
            (found.group(2) or "", "".join(found.group(i) or "" for i in range(3, 7)))
            for found in defaults
        ),
    )


def anchored(source: str) -> Parsed:
    """What Python's ``re`` reads in `source` when the anchors that it lacks are added.

    Source: StackStorm. White space is taken at an end that had no anchor.

    Raises:
        FormatError: It is not a regular expression, with or without the anchors.
    """
    parsed = _parse(source)
    start = "" if has_start(parsed) else _START
    end = "" if has_end(parsed) else _END
    if not start and not end:
        return parsed
    if "|" in source or not is_plain(parsed):
        return _parse(start + source + end)
    before, after = _anchors()
    items = [*(before if start else ()), *parsed.items, *(after if end else ())]
    return parsed._replace(items=items)


def final_regex(text: str) -> str:
    """The expression that StackStorm itself would compile for the format `text`, with DOTALL."""
    placeholders = replace(text)
    parsed = parse(placeholders.source)
    source = placeholders.source
    for name in placeholders.values:
        source = source.replace(f"(?P<{name}>{_STAND_IN})", f"(?P<{name}>{_VALUE})")
    start = "" if has_start(parsed) else _START
    return start + source + ("" if has_end(parsed) else _END)


def _parse(source: str) -> Parsed:
    try:
        return parse(source)
    except FormatError as error:
        raise _explained(error.message) from error


def _explained(message: str) -> FormatError:
    """An error of Python's parser, in the words of somebody who writes formats."""
    hint = None
    if repeated := _REPEATED.search(message):
        message = f"the parameter {repeated[1]} stands twice in the format"
        hint = "write each parameter once; what differs goes into a format of its own"
    elif "group name" in message:
        hint = "a name has letters, digits and underscores, and doesn't start with a digit"
        if "}}" in message:
            hint = "put a space between the placeholders: a name goes on to the next = or space"
    elif "global flags" in message:
        hint = "write (?i:...) around the text, in the place of (?i)"
    return FormatError(message, hint=hint)


def _replace(text: str, finder: _Finder, form: str) -> tuple[str, list[_Found]]:
    found = list(finder.finditer(text))
    pieces = []
    at = 0
    for placeholder in found:
        start, end = placeholder.span()
        group = f"{_QUOTES}(?P<{placeholder.group(2)}>{_STAND_IN}){_QUOTES}"
        pieces += [text[at:start], form.format((placeholder.group(1) or "") + group)]
        at = end
    return "".join([*pieces, text[at:]]), found


@cache
def _anchors() -> tuple[list[Item], list[Item]]:
    return parse(_START).items, parse(_END).items


@cache
def _finder(*, optional: bool, lines: bool = False) -> _Finder:
    """Finds placeholders: white space before, name, and for those with a default, its forms.

    A default is in double quotes, in single quotes, in braces, or any text. `lines`: it may hold
    line breaks. RE2, since a format is someone else's text too.
    """
    import re2

    space = char_class(SPACE)
    word = char_class(complement(SPACE))
    default = (
        f"{space}*={space}*(?:\"\"|''|\"(.+?)\"|'(.+?)'|(\\{{.+?\\}})|(.+?))" if optional else ""
    )
    pattern = f"({space}*)\\{{\\{{{space}*({word}+?){default}{space}*\\}}\\}}"
    return cast("_Finder", re2.compile(expanded(f"(?s){pattern}" if lines else pattern)))
