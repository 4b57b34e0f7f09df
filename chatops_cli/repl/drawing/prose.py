"""Prose of a reply on lines: marks drawn, headings, lists, quotes and tables laid out."""

import re
from collections.abc import Iterator

from chatops_cli.rendering.cells import pad, width_of, wrap
from chatops_cli.rendering.markup import Run, runs
from chatops_cli.rendering.networks import Markup

_HEADING = re.compile(r"(#{1,6}) +(\S.*)")
_ITEM = re.compile(r"(\s*)[-*] +(\S.*)")
_QUOTE = re.compile(r"(?:>|&gt;) ?(.*)")
_RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_BOLD, _DIM = "1", "2"


class Prose:
    """Draws prose in one markup. It is what `terminal.draw` takes as `prose`.

    Args:
        markup: Whose marks count; None for those of all.
        color: Whether styles can be shown; without, marks stay as they were typed.
        unicode: Whether more than ASCII can be.
    """

    def __init__(self, markup: Markup | None, *, color: bool, unicode: bool) -> None:
        self._markup = markup
        self._color = color
        self._unicode = unicode

    def __call__(self, text: str, width: int, is_strict: bool) -> Iterator[str]:
        """The lines of a text, at most `width` cells each; addresses stay whole outside frames."""
        lines = text.split("\n")
        at = 0
        while at < len(lines):
            rows = self._table(lines, at)
            if rows:
                yield from self._drawn_table(rows, width)
                at += len(rows) + 1
                continue
            yield from self._line(lines[at], width, is_strict)
            at += 1

    def _line(self, line: str, width: int, is_strict: bool) -> Iterator[str]:
        if self._markup is Markup.PLAIN:
            yield from wrap(line, width, is_strict=is_strict)
        elif (found := _HEADING.fullmatch(line)) and self._markup is not Markup.MRKDWN:
            yield from self._styled(found[2], width, is_strict, _BOLD)
        elif found := _ITEM.fullmatch(line):
            sign = "\u2022" if self._unicode else "-"
            indent = f"{found[1]}{sign} "
            drawn = self._styled(found[2], max(width - len(indent), 1), is_strict, "")
            for number, each in enumerate(drawn):
                yield (indent if not number else " " * len(indent)) + each
        elif found := _QUOTE.fullmatch(line):
            bar = self._style("\u2502 " if self._unicode else "| ", _DIM)
            for each in self._styled(found[1], max(width - 2, 1), is_strict, ""):
                yield f"{bar}{each}".rstrip()
        else:
            yield from self._styled(line, width, is_strict, "")

    def _styled(self, text: str, width: int, is_strict: bool, style: str) -> Iterator[str]:
        if not self._color:
            yield from wrap(text, width, is_strict=is_strict)
            return
        found = tuple(runs(text, self._markup, style=style))
        plain = "".join(run.text for run in found)
        styles = iter([run.style for run in found for letter in run.text if not letter.isspace()])
        # Breaking lines changes white space only: all other characters come in the same order.
        for line in wrap(plain, width, is_strict=is_strict):
            yield "".join(self._style(*run) for run in _runs_of(line, styles))

    def _style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._color and code and text else text

    def _table(self, lines: list[str], at: int) -> list[list[str]]:
        """The rows of a table that begins there, its header first; none where none does."""
        is_one = (
            self._markup not in {Markup.PLAIN, Markup.MRKDWN}
            and at + 1 < len(lines)
            and "|" in lines[at]
            and _RULE.fullmatch(lines[at + 1]) is not None
            and "|" in lines[at + 1]
        )
        if not is_one:
            return []
        rows = [_cells(lines[at])]
        for line in lines[at + 2 :]:
            if "|" not in line:
                break
            rows.append(_cells(line))
        return rows

    def _drawn_table(self, rows: list[list[str]], width: int) -> Iterator[str]:
        """Columns side by side; where they don't fit, each cell with its header, one by one."""
        columns = max(map(len, rows))
        filled = [[*row, *[""] * (columns - len(row))] for row in rows]
        widths = [max(width_of(row[i]) for row in filled) for i in range(columns)]
        if sum(widths) + 2 * (columns - 1) <= width:
            for number, row in enumerate(filled):
                cells = (pad(cell, size) for cell, size in zip(row, widths, strict=True))
                line = "  ".join(cells).rstrip()
                yield self._style(line, "" if number else _BOLD)
            return
        for row in filled[1:]:
            for header, cell in zip(filled[0], row, strict=True):
                yield from wrap(f"{header}: {cell}" if header else cell, width, is_strict=True)


def _cells(line: str) -> list[str]:
    """The cells of a row, without their marks."""
    inner = line.strip().removeprefix("|").removesuffix("|")
    return ["".join(run.text for run in runs(cell.strip())) for cell in inner.split("|")]


def _runs_of(line: str, styles: Iterator[str]) -> Iterator[Run]:
    """The line in runs; `styles` gives that of each character that is no white space."""
    text, style = "", ""
    for letter in line:
        own = style if letter.isspace() else next(styles, "")
        if own != style and text:
            # White space between two styles has none of them.
            yield Run(text.rstrip(), style)
            text = text[len(text.rstrip()) :]
            if text:
                yield Run(text)
            text = ""
        text, style = text + letter, own
    if text:
        yield Run(text, style)
