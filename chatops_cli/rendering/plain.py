"""Templates of text and plain paths, such as ``Hello {{ execution.parameters.name }}``.

Most acks are of this kind. They are written here without importing Jinja (30 ms of start-up), with
the answers that Jinja gives; whatever is not beyond doubt is left to Jinja.
"""

import re
from collections.abc import Mapping

from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.legacy import DICT_METHODS

_NEWLINE = re.compile(r"\r\n|\r|\n")
_MARK = re.compile(r"\{[{%#]")
_EXPRESSION = re.compile(
    r"""\{\{\s* ([A-Za-z_]\w*)
        ((?: \.[A-Za-z_]\w* | \[(?:-?(?:0|[1-9]\d{0,8})|'[^'\\{}]*'|"[^"\\{}]*")\] )*)
        \s*\}\}""",
    re.ASCII | re.VERBOSE,
)
_STEP = re.compile(
    r"""\.(?P<name>\w+) | \[(?:(?P<index>-?\d+)|'(?P<single>[^']*)'|"(?P<double>[^"]*)")\]""",
    re.ASCII | re.VERBOSE,
)
# Words that Jinja reads in its own way, and the names that it or we define for every template.
_RESERVED = frozenset(
    {
        *("and", "else", "for", "if", "in", "is", "not", "or", "recursive"),
        *("true", "True", "false", "False", "none", "None"),
        *("caller", "kwargs", "loop", "self", "super", "varargs"),
        *("cycler", "dict", "joiner", "lipsum", "namespace", "range", "six"),
    }
)
_PLAIN_TYPES = (str, int, float, bool, type(None), dict, list)
_DIGITS_LIMIT = 4000


class _Doubt(Exception):  # noqa: N818  # not an error: Jinja is asked
    """The answer is Jinja's to give."""


class _Absent:
    """What stands for Jinja's undefined."""


@frozen
class Step:
    """One step of a path; ``.name`` looks at attributes first, ``[key]`` at items."""

    key: str | int
    is_attribute: bool


@frozen
class Path:
    """A name of the context, and the steps from there."""

    root: str
    steps: tuple[Step, ...] = ()


@frozen
class PlainTemplate:
    """Texts and paths in turn."""

    parts: tuple[str | Path, ...]

    @property
    def names(self) -> frozenset[str]:
        """The names of the context that it reads."""
        return frozenset(part.root for part in self.parts if isinstance(part, Path))

    def render(self, context: Mapping[str, object], *, strict: bool) -> str | None:
        """The text, or None where Jinja must be asked: for its errors, and for other types."""
        try:
            return "".join(
                [
                    part if isinstance(part, str) else _write(part, context, strict)
                    for part in self.parts
                ]
            )
        except _Doubt:
            return None


def compile_plain(text: str) -> PlainTemplate | None:
    """The template, or None where the text has anything but plain paths in it."""
    text = _NEWLINE.sub("\n", text).removesuffix("\n")
    parts: list[str | Path] = []
    start = 0
    for mark in _MARK.finditer(text):
        expression = _EXPRESSION.match(text, mark.start())
        if expression is None or expression[1] in _RESERVED:
            return None
        parts.append(text[start : mark.start()])
        parts.append(Path(root=expression[1], steps=_steps(expression[2])))
        start = expression.end()
    parts.append(text[start:])
    return PlainTemplate(parts=tuple(part for part in parts if part != ""))


def _steps(text: str) -> tuple[Step, ...]:
    return tuple(
        Step(key=_key(found), is_attribute=found["name"] is not None)
        for found in _STEP.finditer(text)
    )


def _key(found: re.Match[str]) -> str | int:
    if found["index"] is not None:
        return int(found["index"])
    return next(found[g] for g in ("name", "single", "double") if found[g] is not None)


def _write(path: Path, context: Mapping[str, object], strict: bool) -> str:
    value = context.get(path.root, _Absent)
    for step in path.steps:
        value = _follow(value, step)
    if value is _Absent:
        if strict:
            raise _Doubt
        return ""
    if type(value) is str:
        return value
    if type(value) not in _PLAIN_TYPES:
        raise _Doubt
    if type(value) is int and value.bit_length() > _DIGITS_LIMIT:
        raise _Doubt
    return str(value)


def _follow(value: object, step: Step) -> object:
    if type(value) not in _PLAIN_TYPES:
        raise _Doubt
    key = step.key
    # A name that the type itself has: an attribute comes before an item, an item before it.
    has_attribute = isinstance(key, str) and (
        hasattr(value, key) or key in DICT_METHODS or key == "next"
    )
    if has_attribute and step.is_attribute:
        raise _Doubt
    if type(value) is dict:
        if key in value:
            return value[key]
    elif type(value) in (list, str) and isinstance(key, int):
        try:
            return value[key]  # type: ignore[index]  # a list or a str
        except IndexError:
            return _Absent
    if has_attribute:
        raise _Doubt
    return _Absent
