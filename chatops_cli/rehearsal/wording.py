"""Text with wildcards: read, matched with what was said, and written.

``<id>``, ``<time>``, ``<number>``, ``<any>`` stand for a part of one line, ``<...>`` (or ``<…>``)
for any text, also none; alone on a line it stands for any lines. ``<id:name>`` keeps what it stood
for under that name, and stands for the same from there on. A backslash before ``<``, ``|`` or
another backslash takes its meaning away.
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from chatops_cli.rendering.cleaning import clean

BAR = "\x00"
"""Inside a text, the sign that an attachment's lines begin with; written ``|``."""

_ID = r"[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ZONE = r"(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?"
KINDS: Mapping[str, str] = {
    "id": _ID,
    "time": rf"{_DATE}(?:[T ]{_CLOCK}{_ZONE})?|{_CLOCK}{_ZONE}",
    "number": r"-?[0-9](?:[0-9,]*[0-9])?(?:\.[0-9]+)?",
    "any": r"[^\n]+?",
}
"""What each wildcard stands for, as regular expressions of RE2."""
_REST = r"(?s:.*?)"
_TOKEN = re.compile(
    rf"\\(?P<plain>[<\\|])|<(?P<kind>{'|'.join(KINDS)})(?::(?P<name>[A-Za-z_][\w-]*))?>"
    r"|(?P<rest><\.\.\.>|<…>)",
    re.ASCII,
)
_WILD = re.compile(
    rf"(?P<id>\b(?:{_ID})\b)|(?P<time>\b{_DATE}[T ]{_CLOCK}{_ZONE})"
    r"|(?P<place>(?<=\()[^\s():]+\.ya?ml:[0-9]+:[0-9]+(?=\)))"
    r"|(?:(?<=in )|(?<=after ))(?P<number>[0-9]+(?:\.[0-9]+)?)(?= m?s\b)"
    r"|(?:(?<=in )|(?<=after ))(?P<any>(?:[0-9]+[dhms])+)\b"
)
_TYPED = re.compile(rf"(?<=\banswer )[0-9a-f]{{4,}}\b|\b(?:{_ID})\b")
_SPECIAL = re.compile(rf"\\(?=[<\\|])|<(?=(?:{'|'.join(KINDS)})[:>]|\.\.\.>|…>)|\\$", re.MULTILINE)
_NAMED = re.compile(
    r"\\(?P<plain>[<\\|])|<(?:id|time|number|any):(?P<name>[A-Za-z_][\w-]*)>", re.ASCII
)


def plain_lines(text: str) -> str:
    """What was said, as it is compared: safe characters, no white space at the ends of lines.

    There are no empty lines before and behind it.
    """
    lines = [line.rstrip() for line in clean(text).split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return "\n".join(lines)


def match(wanted: str, said: str, names: Mapping[str, str]) -> dict[str, str] | None:
    """The names with those that `wanted` adds; None where it doesn't stand for `said`.

    Args:
        wanted: A text with wildcards.
        said: What `plain_lines` gives; the lines of attachments begin with `BAR`.
        names: What named wildcards have stood for so far.
    """
    if _TOKEN.search(wanted) is None:
        return dict(names) if _barred(plain_lines(wanted)) == said else None
    import re2

    groups: list[str] = []
    pattern = "".join(_pattern(plain_lines(wanted), names, groups))
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 64 << 20
    found = re2.fullmatch(pattern, said, options)
    if found is None:
        return None
    bound = dict(names)
    for number, name in enumerate(groups, start=1):
        if bound.setdefault(name, found.group(number)) != found.group(number):
            return None
    return bound


def filled_in(text: str, names: Mapping[str, str]) -> tuple[str, str | None]:
    """What a person types: named wildcards are what they stood for, escapes are resolved.

    Returns:
        The text, and the first name that has stood for nothing yet, if there is one.
    """
    missing: list[str] = []

    def fill(found: re.Match[str]) -> str:
        if found["plain"] is not None:
            return found["plain"]
        if found["name"] not in names:
            missing.append(found["name"])
        return names.get(found["name"], "")

    filled = _NAMED.sub(fill, text)
    return filled, missing[0] if missing else None


def escaped(text: str) -> str:
    """Text to be taken as it is; lines with the sign of attachments are written with a bar."""
    lines = []
    for line in text.split("\n"):
        is_barred = line.startswith(BAR)
        body = _SPECIAL.sub(r"\\\g<0>", line.removeprefix(BAR))
        if not is_barred and body.startswith("|"):
            body = f"\\{body}"
        lines.append(f"|{body}" if is_barred else body)
    return "\n".join(lines)


def with_wildcards(text: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The text to be expected from now on: ids, times, and how long it took, may be others.

    So may be the places of what is in files. `names` are ids that stand for the same ones wherever
    they are, and what they are called.
    """
    parts, start = [], 0
    for found in _WILD.finditer(text):
        parts.append(escaped(text[start : found.start()]) if start < found.start() else "")
        kind = found.lastgroup if found.lastgroup != "place" else "any"
        name = names.get(found[0])
        parts.append(f"<{kind}:{name}>" if name is not None else f"<{kind}>")
        start = found.end()
    return _joined([*parts, escaped(text[start:])])


def ids_in(text: str) -> tuple[str, ...]:
    """The ids that a text has in it, in order."""
    return tuple(found["id"] for found in _WILD.finditer(text) if found["id"])


def typed_ids(text: str) -> tuple[str, ...]:
    """The ids that a person has typed, whole or what they begin with."""
    return tuple(found[0] for found in _TYPED.finditer(text))


def with_names(text: str, names: Mapping[str, str]) -> str:
    """What a person is to type from now on; ids, and what they begin with, go by their names.

    Where several begin so, it stays as it is.
    """

    def named(found: re.Match[str]) -> str:
        meant = {name for each, name in names.items() if each.startswith(found[0])}
        return f"<id:{meant.pop()}>" if len(meant) == 1 else found[0]

    return _TYPED.sub(named, escaped(text))


def _joined(parts: list[str]) -> str:
    # A bar is a sign at the start of a line only: what follows a wildcard never is.
    made = "".join(parts[:1])
    for part in parts[1:]:
        is_inside = made and not made.endswith("\n")
        made += part.removeprefix("\\") if is_inside and part.startswith("\\|") else part
    return made


def _barred(text: str) -> str:
    """A text without wildcards as it is said: escapes resolved, bars as their sign."""
    return "\n".join(
        BAR + unescaped(line[1:]) if line.startswith("|") else unescaped(line)
        for line in text.split("\n")
    )


def unescaped(text: str) -> str:
    """The text that `escaped` made this of."""
    return _TOKEN.sub(lambda found: found["plain"] or found[0], text)


def _pattern(text: str, names: Mapping[str, str], groups: list[str]) -> Iterator[str]:
    """The regular expression, in parts; lines that are wild as a whole may be missing."""
    lines = text.split("\n")
    joint = ""
    for number, line in enumerate(lines):
        is_last = number == len(lines) - 1
        if line in {"<...>", "<…>"} and len(lines) > 1:
            if is_last:
                yield rf"(?:\n{_REST})?" if joint else _REST
            else:
                yield rf"{joint}(?:{_REST}\n)?"
                joint = ""
                continue
        else:
            yield joint
            yield from _line(line, names, groups)
        joint = r"\n"


def _line(line: str, names: Mapping[str, str], groups: list[str]) -> Iterator[str]:
    start = 0
    if line.startswith("|"):
        yield re.escape(BAR)
        start = 1
    for found in _TOKEN.finditer(line, start):
        yield re.escape(line[start : found.start()])
        yield _part(found, names, groups)
        start = found.end()
    yield re.escape(line[start:])


def _part(found: re.Match[str], names: Mapping[str, str], groups: list[str]) -> str:
    if found["plain"] is not None:
        return re.escape(found["plain"])
    if found["rest"] is not None:
        return _REST
    kind, name = KINDS[found["kind"]], found["name"]
    if name is None:
        return f"(?:{kind})"
    if name in names:
        return re.escape(names[name])
    groups.append(name)
    return f"({kind})"
