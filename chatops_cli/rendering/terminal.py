"""A reply drawn for a terminal, as text."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from chatops_cli.model.chat import Attachment, Field, Reply, ReplyKind
from chatops_cli.model.frozen import frozen
from chatops_cli.rendering.cells import cut, pad, width_of, wrap
from chatops_cli.rendering.cleaning import clean, to_ascii

NARROWEST = 20
"""Columns that are drawn for at least, however narrow the terminal."""

_FENCE = re.compile(r"(`{3,})(?:[\w+-]*\n)?(.*?)(?:\1|\Z)", re.DOTALL | re.ASCII)
_LINK = re.compile(r"<((?:https?://|mailto:)[^\s|<>]+)(?:\|([^<>\n]*))?>")
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_NAMED_COLORS = {"good": "32", "warning": "33", "danger": "31"}
_ALARMING = frozenset({ReplyKind.ERROR, ReplyKind.DENIED})
_BOLD, _DIM, _RED = "1", "2", "31"
_LEAST_COLUMN = 14
_WIDEST_PAIR = 80
"""Columns of two fields side by side: further apart they wouldn't be read as a pair."""
_GAP = 2


Prose: TypeAlias = Callable[[str, int, bool], Iterable[str]]
"""Lays prose out: a text, the cells that a line has, and whether long words are broken."""


@frozen
class _Pen:
    """How to draw: cells across, with which signs."""

    width: int
    color: bool
    unicode: bool
    prose: Prose

    def style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code and text else text

    def safe(self, text: str) -> str:
        text = clean(text)
        return text if self.unicode else to_ascii(text)


def _plain(text: str, width: int, is_strict: bool) -> list[str]:
    return wrap(text, width, is_strict=is_strict)


def draw(
    reply: Reply,
    *,
    width: int = 80,
    color: bool = False,
    unicode: bool = True,
    prose: Prose = _plain,
) -> str:
    """The reply as lines of at most `width` cells, without a last line end.

    Code and addresses are left whole outside of frames, so that they can be copied. Nothing in the
    reply reaches the terminal as a control sequence: only the colours made here do.

    Args:
        reply: What to say. Its text may be an action's output.
        width: Columns of the terminal.
        color: Whether to write colours; not for ``NO_COLOR``, nor where there is no terminal.
        unicode: Whether the output can write more than ASCII: see `can_write`.
        prose: Lays out what isn't code; it must add nothing but colours that `color` permits.
    """
    pen = _Pen(width=max(width, NARROWEST), color=color, unicode=unicode, prose=prose)
    lines = list(_text(pen.safe(reply.text), pen.width, pen)) if reply.text.strip() else []
    if lines and reply.kind in _ALARMING:
        lines[0] = pen.style(lines[0], _RED)
    for attachment in reply.attachments:
        lines.extend(_attachment(attachment, pen))
    return "\n".join(lines)


def can_write(encoding: str | None) -> bool:
    """Whether an output of this encoding can write the signs that frames are drawn with."""
    try:
        "\u258c\u2026".encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _text(text: str, width: int, pen: _Pen, *, in_frame: bool = False) -> Iterator[str]:
    """Prose broken at spaces, code as it is; in a frame nothing is wider than the frame."""
    for content, is_code in _segments(text):
        if is_code and in_frame:
            yield from cut(content, width)
        elif is_code:
            yield from content.split("\n")
        else:
            yield from pen.prose(_LINK.sub(_link, content), width, in_frame)


def _segments(text: str) -> Iterator[tuple[str, bool]]:
    """Prose and code blocks in turn, each without the line ends around it."""
    start = 0
    for block in _FENCE.finditer(text):
        before = text[start : block.start()]
        if before.strip():
            yield before.strip("\n").rstrip(), False
        if block[2].strip():
            yield block[2].strip("\n").rstrip(), True
        start = block.end()
    after = text[start:].strip("\n").rstrip()
    if after:
        yield after, False


def _link(found: re.Match[str]) -> str:
    address, label = found[1], found[2]
    return f"{label} ({address})" if label and label != address else address


def _attachment(attachment: Attachment, pen: _Pen) -> Iterator[str]:
    if attachment.pretext.strip():
        yield from _text(pen.safe(attachment.pretext), pen.width, pen)
    bar = pen.style("\u258c" if pen.unicode else "|", _color_code(attachment.color))
    inner = replace(pen, width=pen.width - 2)
    for line in _inside(attachment, inner):
        yield f"{bar} {line}".rstrip()


def _inside(attachment: Attachment, pen: _Pen) -> Iterator[str]:
    yield from _linked(attachment.author_name, attachment.author_link, _DIM, pen)
    yield from _linked(attachment.title, attachment.title_link, _BOLD, pen)
    text = attachment.text if attachment.text.strip() else _fallback(attachment)
    if text:
        yield from _text(pen.safe(text), pen.width, pen, in_frame=True)
    yield from _fields(attachment.fields, pen)
    for name, address in (("image", attachment.image_url), ("thumbnail", attachment.thumb_url)):
        if address.strip():
            yield f"{name}: {_told(_one_line(pen.safe(address)))}"
    if attachment.footer.strip():
        for line in wrap(_one_line(pen.safe(attachment.footer)), pen.width, is_strict=True):
            yield pen.style(line, _DIM)


def _told(address: str) -> str:
    """An address; of one that holds the picture itself, what it is."""
    if not address.lower().startswith("data:"):
        return address
    kind = address[5:].partition(",")[0].partition(";")[0]
    return f"{cut(kind, _LEAST_COLUMN)[0] or 'data'}, {len(address):,} characters"


def _fallback(attachment: Attachment) -> str:
    """What stands for an attachment that has nothing else to draw."""
    has_more = attachment.title or attachment.fields or attachment.image_url
    return "" if has_more else attachment.fallback.strip()


def _linked(text: str, address: str, code: str, pen: _Pen) -> Iterator[str]:
    text, address = (_one_line(pen.safe(part)) for part in (text, address))
    if not text:
        text, address = address, ""
    lines = wrap(text, pen.width, is_strict=True) if text else []
    if address and lines and width_of(f"{lines[-1]} ({address})") <= pen.width:
        yield from (pen.style(line, code) for line in lines[:-1])
        yield f"{pen.style(lines[-1], code)} ({address})"
        return
    yield from (pen.style(line, code) for line in lines)
    if address:
        yield address


def _fields(fields: tuple[Field, ...], pen: _Pen) -> Iterator[str]:
    """Short fields two by two where two columns fit, the others one under the other."""
    column = (min(pen.width, _WIDEST_PAIR) - _GAP) // 2
    waiting: list[Field] = []
    for field in fields:
        if field.short and column >= _LEAST_COLUMN:
            waiting.append(field)
            if len(waiting) == 2:  # noqa: PLR2004  # as chat networks draw them
                yield from _side_by_side(waiting, column, pen)
                waiting.clear()
            continue
        yield from _side_by_side(waiting, column, pen)
        waiting.clear()
        yield from _field(field, pen.width, pen)
    yield from _side_by_side(waiting, column, pen)


def _side_by_side(fields: list[Field], column: int, pen: _Pen) -> Iterator[str]:
    if len(fields) < 2:  # noqa: PLR2004  # a pair
        for field in fields:
            yield from _field(field, pen.width, pen)
        return
    plain = replace(pen, width=column, color=False, prose=_plain)
    left, right = (list(_field(field, column, plain)) for field in fields)
    titles = len(wrap(_title(fields[0], pen), column, is_strict=True))
    for number in range(max(len(left), len(right))):
        first = pad(left[number] if number < len(left) else "", column)
        second = right[number] if number < len(right) else ""
        code = _BOLD if number < titles else ""
        yield pen.style(first, code) + " " * _GAP + pen.style(second, code)


def _field(field: Field, width: int, pen: _Pen) -> Iterator[str]:
    title = _title(field, pen)
    if title:
        for line in wrap(title, width, is_strict=True):
            yield pen.style(line, _BOLD)
    if field.value.strip():
        yield from _text(pen.safe(field.value), width, pen, in_frame=True)


def _title(field: Field, pen: _Pen) -> str:
    return _one_line(pen.safe(field.title))


def _color_code(color: str) -> str:
    """The colour as a parameter of the terminal's own sequence; 256 colours for other ones."""
    color = color.strip()
    if color.lower() in _NAMED_COLORS:
        return _NAMED_COLORS[color.lower()]
    found = _HEX.fullmatch(color)
    if found is None:
        return ""
    digits = found[1] if len(found[1]) == 6 else "".join(d * 2 for d in found[1])  # noqa: PLR2004  # rrggbb
    red, green, blue = (round(int(digits[i : i + 2], 16) / 255 * 5) for i in (0, 2, 4))
    return f"38;5;{16 + 36 * red + 6 * green + blue}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
