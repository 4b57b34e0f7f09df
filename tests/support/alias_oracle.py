"""What StackStorm answers, by Python's own backtracking ``re``: for short messages only.

Written from the facts of its parser, and held against its recorded answers by the tests of aliases.
"""

import re

from chatops_cli.aliases.placeholders import final_regex, replace

PAIR = r"""(?:^|\s+)\s*(\S+?)\s*=(""|''|"(.+?)"|'(.+?)'|({.+?})|(\S+))"""
ENDING = re.compile(rf".*?(({PAIR}\s*)*)$", re.DOTALL)


def pairs_at_end(text: str) -> tuple[str, list[tuple[str, str]]] | None:
    """The text of the pairs, and each: None without any."""
    found = ENDING.match(text)
    if found is None or not found.group(1):
        return None
    pairs = re.findall(PAIR, found.group(1), re.DOTALL)
    return found.group(1), [(pair[0], "".join(pair[2:])) for pair in pairs]


def captures(form: str, text: str) -> list[dict[str, str | None]]:
    """What every match of the format captures, pairs and defaults aside."""
    regex = re.compile(final_regex(form), re.DOTALL)
    return [found.groupdict() for found in regex.finditer(f" {text} ")]


def parameters(form: str, text: str) -> dict[str, str | None] | None:
    """The parameters of the first match, None without one."""
    pairs: list[tuple[str, str]] = []
    at_end = pairs_at_end(text)
    if at_end is not None:
        text = text.replace(at_end[0], "")
        pairs = at_end[1]
    found = captures(form, text)
    if not found:
        return None
    result = found[0]
    for name, default in replace(form).defaults:
        result[name] = result[name] or default
    result.update(pairs)
    if form and not (text.strip() or any(result.values())):
        return None
    return result
