"""Parameters on the line of an action or of ``publish``: ``core.local cmd="ls" x=<% ctx(y) %>``.

Source: orquesta, ``utils/parameters.py``. A value is, in this order: a list in brackets (to the
last bracket of the line), a text in quotes (to the next quote; there are no escapes), a number,
true or false in any case, null, an expression. What is no such value is not read at all.

Its type: a text in quotes stays text, unless it is a JSON object. A list that holds quotes stays
text, too. Everything else is JSON where it can be, otherwise text.
"""

import json
import math
import re
from typing import NoReturn

from chatops_cli.model.frozen import frozen
from chatops_cli.model.json import Json
from chatops_cli.workflows.definition.markers import JINJA, YAQL

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_PAIR = re.compile(
    r"(\w+)=("
    r"\[.*\]\s*"
    r"|\"[^\"]*\"\s*"
    r"|'[^']*'\s*"
    r"|-?\d*\.\d+"
    r"|-?\d+"
    r"|(?i:true)|(?i:false)"
    r"|null"
    rf"|{JINJA.pattern}|{YAQL.pattern}"
    r")"
)
_SEPARATORS = " \t\n\r,;"
_HEAD = re.compile(rf"(?:{JINJA.pattern}|{YAQL.pattern}|\S)+")


@frozen
class Inline:
    """Names with their values, in their order, and what of the text was not read."""

    values: tuple[tuple[str, Json], ...] = ()
    rest: str = ""


def read_inline(text: str) -> Inline:
    """The parameters in a text."""
    values = []
    rest = []
    end = 0
    for found in _PAIR.finditer(text):
        rest.append(text[end : found.start()])
        end = found.end()
        values.append((found[1], _value(found[2].strip())))
    rest.append(text[end:])
    unread = (part.strip(_SEPARATORS) for part in rest)
    return Inline(values=tuple(values), rest=" … ".join(part for part in unread if part))


def split_action(text: str) -> tuple[str, str]:
    """The action's name, which may hold expressions, and the parameters after it."""
    text = text.strip()
    head = _HEAD.match(text)
    if head is None or "{%" in text:
        return text, ""
    return head.group(), text[head.end() :].strip()


def _value(written: str) -> Json:
    has_quotes = _QUOTED.search(written) is not None
    plain = _bare(_bare(written, '"'), "'")
    is_object = plain.startswith("{") and plain.endswith("}")
    if has_quotes and not is_object and plain:
        return plain
    word = plain.lower() if plain.lower() in ("true", "false") else plain
    try:
        value: Json = json.loads(word, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return plain
    return value


def _bare(text: str, quote: str) -> str:
    return text.removeprefix(quote).removesuffix(quote)


def _refuse(name: str) -> NoReturn:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)
