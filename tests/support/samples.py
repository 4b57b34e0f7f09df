"""Messages that a format's text stands for: every alternative, with and without each optional part.

Reads the little of regular expressions that bundled formats use: ``( … )``, ``|``, ``?`` after a
group or a letter, ``{{ name }}`` or ``{{ name = default }}``, and ``(?P<name>…)`` without brackets
inside.
"""

import re
from collections.abc import Mapping
from itertools import product


def messages(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """Every message that the text stands for, each parameter with its value."""
    found, rest = _alternatives(text, values)
    if rest:
        raise ValueError(f"cannot read {rest!r} of {text!r}")
    return tuple(dict.fromkeys(" ".join(message.split()) for message in found))


def display_messages(text: str, values: Mapping[str, str]) -> tuple[str, ...]:
    """The same for a display: ``[ … ]`` may be left out, and ``a|b`` offers words."""
    grouped = re.sub(r"\w+(?:\|\w+)+", r"(\g<0>)", text)
    return messages(grouped.replace("[", "(").replace("]", ")?"), values)


def _alternatives(text: str, values: Mapping[str, str]) -> tuple[list[str], str]:
    """What the text up to an unmatched bracket stands for, and the text from there."""
    found: list[str] = []
    while True:
        sequence, text = _sequence(text, values)
        found += sequence
        if not text.startswith("|"):
            return found, text
        text = text[1:]


def _sequence(text: str, values: Mapping[str, str]) -> tuple[list[str], str]:
    parts: list[list[str]] = []
    while text and text[0] not in "|)":
        part, text = _part(text, values)
        if text.startswith("?"):
            part, text = [*part, ""], text[1:]
        parts.append(part)
    return ["".join(choice) for choice in product(*parts)], text


def _part(text: str, values: Mapping[str, str]) -> tuple[list[str], str]:
    if text.startswith("{{"):
        inside, _, rest = text[2:].partition("}}")
        name, has_default, _ = inside.partition("=")
        value = values[name.strip()]
        return ([value, ""] if has_default else [value]), rest
    if named := re.match(r"\(\?P<(\w+)>[^()]*\)", text):
        return [values[named[1]]], text[named.end() :]
    if text.startswith("("):
        found, rest = _alternatives(text[1:], values)
        return found, rest.removeprefix(")")
    return [text[0]], text[1:]
