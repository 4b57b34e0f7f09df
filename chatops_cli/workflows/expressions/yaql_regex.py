"""YAQL's functions with regular expressions, with the answers that its own give.

Source: yaql 3.2, ``yaql.standard_library.regex``. Its selectors fail for patterns with named
groups; here they are ``$name``.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from chatops_cli.rendering.filters.engine import Found
from chatops_cli.rendering.filters.replacement import compile_replacement
from chatops_cli.rendering.limits import check_size
from chatops_cli.workflows.expressions.patterns import compile_pattern, find, is_in
from chatops_cli.workflows.expressions.yaql_context import BoundedContext


def regex(
    pattern: str, ignore_case: bool = False, multi_line: bool = False, dot_all: bool = False
) -> re.Pattern[str]:
    flags = re.IGNORECASE if ignore_case else re.NOFLAG
    flags |= re.MULTILINE if multi_line else re.NOFLAG
    flags |= re.DOTALL if dot_all else re.NOFLAG
    return compile_pattern(pattern, flags)


def matches(regexp: re.Pattern[str], string: str) -> bool:
    return is_in(regexp, string)


def text_matches(string: str, regexp: str) -> bool:
    return is_in(compile_pattern(regexp), string)


def operator_matches(string: str, regexp: re.Pattern[str]) -> bool:
    return is_in(regexp, string)


def operator_differs(string: str, regexp: re.Pattern[str]) -> bool:
    return not is_in(regexp, string)


def operator_differs_text(string: str, pattern: str) -> bool:
    return not is_in(compile_pattern(pattern), string)


def search(
    context: BoundedContext,
    regexp: re.Pattern[str],
    string: str,
    selector: Callable[[BoundedContext], object] | None = None,
) -> object:
    found = next(find(regexp, string), None)
    if found is None:
        return None
    return _selected(context, regexp, found, selector)


def search_all(
    context: BoundedContext,
    regexp: re.Pattern[str],
    string: str,
    selector: Callable[[BoundedContext], object] | None = None,
) -> Iterator[object]:
    for found in find(regexp, string):
        yield _selected(context, regexp, found, selector)


def split(regexp: re.Pattern[str], string: str, max_split: int = 0) -> list[str | None]:
    pieces: list[str | None] = []
    start = 0
    if max_split < 0:
        return [string]
    for count, found in enumerate(find(regexp, string)):
        if max_split and count >= max_split:
            break
        pieces += [string[start : found.start()], *found.groups()]
        start = found.end()
    return [*pieces, string[start:]]


def split_text(string: str, regexp: re.Pattern[str], max_split: int = 0) -> list[str | None]:
    return split(regexp, string, max_split)


def replace(regexp: re.Pattern[str], string: str, repl: str, count: int = 0) -> str:
    return _replaced(regexp, string, compile_replacement(repl), count)


def replace_text(string: str, regexp: re.Pattern[str], repl: str, count: int = 0) -> str:
    return replace(regexp, string, repl, count)


def replace_by(
    context: BoundedContext,
    regexp: re.Pattern[str],
    string: str,
    repl: Callable[[BoundedContext], object],
    count: int = 0,
) -> str:
    return _replaced(regexp, string, partial(_text_by, context, regexp, repl), count)


def replace_text_by(
    context: BoundedContext,
    string: str,
    regexp: re.Pattern[str],
    repl: Callable[[BoundedContext], object],
    count: int = 0,
) -> str:
    return replace_by(context, regexp, string, repl, count)


def _text_by(
    context: BoundedContext,
    regexp: re.Pattern[str],
    repl: Callable[[BoundedContext], object],
    found: Found,
) -> str:
    text = repl(_published(context, regexp, found))
    if not isinstance(text, str):
        raise TypeError("a replacement is no text")
    return text


def _replaced(
    regexp: re.Pattern[str], string: str, expand: Callable[[Found], str], count: int
) -> str:
    pieces: list[str] = []
    start = size = 0
    for number, found in enumerate(find(regexp, string)):
        if (count and number >= count) or count < 0:
            break
        pieces += [string[start : found.start()], expand(found)]
        start = found.end()
        size += len(pieces[-1]) + len(pieces[-2])
        check_size(size)
    return "".join((*pieces, string[start:]))


def _selected(
    context: BoundedContext,
    regexp: re.Pattern[str],
    found: Found,
    selector: Callable[[BoundedContext], object] | None,
) -> object:
    return found.group() if selector is None else selector(_published(context, regexp, found))


def _published(context: BoundedContext, regexp: re.Pattern[str], found: Found) -> BoundedContext:
    """A context in which ``$`` is the match, ``$2`` its first group."""
    inner: BoundedContext = context.create_child_context()
    inner["$1"] = _place(found, 0)
    for number in range(1, len(found.groups()) + 1):
        inner[f"${number + 1}"] = _place(found, number)
    for name, number in regexp.groupindex.items():
        inner[f"${name}"] = _place(found, number)
    return inner


def _place(found: Found, group: int) -> dict[str, object]:
    return {"value": found.group(group), "start": found.start(group), "end": found.end(group)}
