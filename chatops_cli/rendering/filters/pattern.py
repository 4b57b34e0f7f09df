"""Filters with regular expressions, on texts that may be hostile.

Source: StackStorm, `st2common.expressions.functions.regex`. The patterns are Python's; which engine
answers is in `engine`.
"""

from collections.abc import Iterator

from chatops_cli.rendering.filters.engine import Found, choose_engine, timed
from chatops_cli.rendering.filters.replacement import compile_replacement
from chatops_cli.rendering.limits import check_size


def regex_match(value: object, pattern: str, ignorecase: bool = False) -> bool:
    """Whether the text starts with the pattern."""
    text = str(value)
    return choose_engine(text, pattern, ignorecase=ignorecase).starts()


def regex_search(value: object, pattern: str, ignorecase: bool = False) -> bool:
    """Whether the pattern is anywhere in the text."""
    text = str(value)
    return choose_engine(text, pattern, ignorecase=ignorecase).contains()


def regex_replace(value: object, pattern: str, replacement: str, ignorecase: bool = False) -> str:
    r"""The text with every match replaced; ``\1`` and ``\g<name>`` stand for groups."""
    text = str(value)
    expand = compile_replacement(replacement)
    pieces, start, size = [], 0, 0
    for found in _find(text, pattern, ignorecase):
        pieces += [text[start : found.start()], expand(found)]
        start = found.end()
        size += len(pieces[-1]) + len(pieces[-2])
        check_size(size)
    return "".join((*pieces, text[start:]))


def regex_substring(
    value: object, pattern: str, result_index: int = 0, ignorecase: bool = False
) -> object:
    """One of the matches: its text, its group, or its groups where the pattern has several."""
    found = [_shown(match) for match in _find(str(value), pattern, ignorecase)]
    try:
        return found[result_index]
    except IndexError:
        raise IndexError(
            f"regex_substring finds '{pattern}' {len(found)} times, none has index {result_index}"
        ) from None


def _find(text: str, pattern: str, ignorecase: bool) -> Iterator[Found]:
    return timed(choose_engine(text, pattern, ignorecase=ignorecase), pattern)


def _shown(match: Found) -> str | tuple[str, ...]:
    groups = tuple(group or "" for group in match.groups())
    if not groups:
        return match.group() or ""
    return groups[0] if len(groups) == 1 else groups
