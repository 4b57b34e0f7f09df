"""``# chatops: ignore[CODE] reason`` in files of packs: what somebody decided to live with."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from chatops_cli.model.frozen import frozen
from chatops_cli.reading.file import read_file

MARK = b"chatops: ignore["
_REMARK = re.compile(r"(?:^|\s)#\s*chatops: ignore\[([^\]]*)\]\s*(.*)")

_BLOCK = re.compile(r"(?:^|[\s:-])[|>][+-]?\d?[+-]?\s*(?:#.*)?$")
"""The end of a line of YAML below which a block of text stands, in which nothing is a comment."""


@frozen
class Remark:
    """One comment. `line` is its own, `target` the line that it is about; both count from 1.

    Where a block of text begins in that line, `last` is the block's last line, else the same.
    """

    file: str
    line: int
    column: int
    target: int
    last: int
    codes: tuple[str, ...]
    reason: str

    def covers(self, file: str, line: int, code: str) -> bool:
        """Whether it is about this; what concerns a whole file is covered at the file's top."""
        is_there = self.target <= line <= self.last or (line == 0 and self.line == 1)
        return is_there and file == self.file and code in self.codes


def remarks_in(folder: str, shown: str) -> Iterator[Remark]:
    """All remarks in the YAML and Python files below a folder.

    Links and hidden files are passed over.

    Args:
        folder: Where it is.
        shown: What places call it.
    """
    for path, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(files):
            if not name.startswith(".") and name.endswith((".yaml", ".yml", ".py")):
                inside = os.path.relpath(os.path.join(path, name), folder)  # noqa: PTH118  # text
                yield from _of_file(Path(path) / name, f"{shown}/{inside}")


def _of_file(path: Path, shown: str) -> Iterator[Remark]:
    data = read_file(str(path), file=shown) if not path.is_symlink() else b""
    if isinstance(data, bytes) and MARK in data:
        yield from remarks_of(data.decode("utf-8", "replace").splitlines(), shown)


def remarks_of(lines: Sequence[str], file: str) -> Iterator[Remark]:
    """The remarks in a file's lines: each about its own line, or alone on one, about the next."""
    for number, line in enumerate(lines, 1):
        found = _REMARK.search(line)
        if found is None:
            continue
        codes = tuple(code.strip().upper() for code in found[1].split(",") if code.strip())
        at = found.start() if line[found.start()] == "#" else found.start() + 1
        target = number if line[:at].strip() else _next(lines, number)
        yield Remark(
            file=file,
            line=number,
            column=at + 1,
            target=target,
            last=_last(lines, target) if _BLOCK.search(lines[target - 1]) else target,
            codes=codes,
            reason=found[2].strip(),
        )


def _next(lines: Sequence[str], number: int) -> int:
    """The line after `number` that is neither empty nor a comment."""
    for later, line in enumerate(lines[number:], number + 1):
        if line.strip() and not line.lstrip().startswith("#"):
            return later
    return number


def _last(lines: Sequence[str], number: int) -> int:
    """The last line of a block of text that begins in line `number`: all that is further in."""
    width = _indentation(lines[number - 1])
    last = number
    for later, line in enumerate(lines[number:], number + 1):
        if not line.strip():
            continue
        if _indentation(line) <= width:
            break
        last = later
    return last


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
