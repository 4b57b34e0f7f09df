"""How commands print: results on stdout, all else on stderr; colour only where it is welcome."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

from chatops_cli.cli.streams import give_up
from chatops_cli.model.json import Json
from chatops_cli.rendering.cleaning import clean

UNBOUNDED = 10_000
"""Columns of what isn't a terminal: there nothing is wrapped or cut."""


ROOM = 24
"""Columns that the last column of a table needs at least."""


def print_json(value: Json) -> None:
    """One JSON value on one line of stdout, in ASCII, which no terminal misreads."""
    sys.stdout.write(json.dumps(value, separators=(",", ":")) + "\n")


def print_text(text: str) -> None:
    """Text on stdout, with one newline at its end, safe for a terminal."""
    write(sys.stdout, clean(text if text.endswith("\n") else text + "\n"))


def print_note(text: str) -> None:
    """A line on stderr that is no result: progress, a warning."""
    write(sys.stderr, clean(text) + "\n")


def print_error(message: str, *, hint: str | None = None) -> None:
    """What went wrong on stderr, and what to do about it."""
    red, dim, reset = ("\x1b[31m", "\x1b[2m", "\x1b[0m") if has_color(sys.stderr) else ("", "", "")
    write(sys.stderr, f"{red}error:{reset} {clean(message)}\n")
    if hint:
        write(sys.stderr, f"{dim}hint:{reset} {clean(hint)}\n")


def print_table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on stdout: fitted to a terminal; elsewhere one row a line, never cut.

    Where the last column would have too little room, it stands below the others; where they have
    too little, each row is a few lines instead.
    """
    from chatops_cli.rendering.cells import width_of

    cells = [[" ".join(clean(cell).split()) for cell in row] for row in rows]
    columns = width(sys.stdout)
    widths = [max(map(width_of, column)) for column in zip(*[headers, *cells], strict=True)]
    taken = sum(width + 2 for width in widths[:-1])
    if columns - taken >= min(ROOM, widths[-1]):
        print_grid(headers, cells, columns)
    elif taken - 2 <= columns:
        print_below(headers, cells, columns, widths)
    else:
        print_stacked(headers, cells, columns)


def print_below(
    headers: Sequence[str], rows: Sequence[Sequence[str]], columns: int, widths: Sequence[int]
) -> None:
    """Columns side by side, but for the last one: what stands in it is below each row."""
    from chatops_cli.rendering.cells import width_of, wrap

    bold, reset = ("\x1b[1m", "\x1b[0m") if has_color(sys.stdout) else ("", "")
    for number, row in enumerate([headers, *rows]):
        cells = zip(row[:-1], widths, strict=False)
        line = "  ".join(cell + " " * (width - width_of(cell)) for cell, width in cells).rstrip()
        below = wrap(row[-1], columns - 2, is_strict=True) if number and row[-1] else []
        lines = [line if number else f"{bold}{line}{reset}", *(f"  {text}" for text in below)]
        write(sys.stdout, "\n".join(lines) + "\n")


def print_stacked(headers: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> None:
    """Each row below the other: its first cell, then the others with their headers."""
    from chatops_cli.rendering.cells import wrap

    for first, *others in rows:
        lines = wrap(first, columns)
        for header, cell in zip(headers[1:], others, strict=True):
            if cell:
                lines += [f"  {line}" for line in wrap(f"{header.lower()}: {cell}", columns - 2)]
        write(sys.stdout, "\n".join(lines) + "\n")


def print_grid(headers: Sequence[str], rows: Sequence[Sequence[str]], columns: int) -> None:
    """Columns side by side, the last one folded where it is long."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for header in headers:
        table.add_column(header, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(no_color=not has_color(sys.stdout), highlight=False, width=columns)
    with console.capture() as capture:
        console.print(table)
    write(sys.stdout, "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n")


def has_color(stream: TextIO) -> bool:
    """Whether colour is welcome: a terminal that isn't dumb, and no NO_COLOR."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return stream.isatty()


def has_unicode(stream: TextIO) -> bool:
    """Whether the stream's encoding holds more than ASCII."""
    return (stream.encoding or "ascii").lower().replace("-", "") in {"utf8", "utf16", "utf8sig"}


def width(stream: TextIO) -> int:
    """The columns to lay out for: COLUMNS, or the terminal's; where is neither, beyond any line."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said) > 0:
        return max(20, int(said))
    if not stream.isatty():
        return UNBOUNDED
    try:
        columns = os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(20, columns or 80)


def height(stream: TextIO) -> int:
    """The lines of the terminal; 24 where it doesn't say, or there is none."""
    try:
        return os.get_terminal_size(stream.fileno()).lines or 24
    except (OSError, ValueError):
        return 24


def write(stream: TextIO, text: str) -> None:
    """Text to a stream; what its encoding can't hold is written as escapes, never an error.

    That nobody reads stderr any more is no reason to stop: what is said there is lost then.

    Raises:
        OSError: The stream is another one, and can't be written.
    """
    try:
        write_escaped(stream, text)
        if stream is sys.stderr:
            stream.flush()
    except OSError:
        if stream is not sys.stderr:
            raise
        give_up(2)


def write_escaped(stream: TextIO, text: str) -> None:
    """Text to a stream, with escapes for what its encoding can't hold."""
    try:
        stream.write(text)
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
