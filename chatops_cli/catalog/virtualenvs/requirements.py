"""What a pack's ``requirements.txt`` asks for, whatever it was saved as.

Source: pip, "Requirements File Format"; a census of public packs found UTF-16, CR LF, files with
comments only, and addresses of version control among them.
"""

import os
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from collections.abc import Iterator

from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Problem
from chatops_cli.reading.file import read_file

FILE = "requirements.txt"
MOST_FILES = 50
"""Files that one may include; more is a circle, or no list of requirements."""

_MARKS = (
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_CONTINUED = re.compile(r"\\\n")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_INCLUDE = re.compile(
    r"(?P<option>-r|--requirement|-c|--constraint)(?:\s*=\s*|\s+|(?=[^-\s=]))(.+)"
)
_EDITABLE = ("-e", "--editable")
_NAME = re.compile(r"([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)(?![\w.-]|\s*[:/])")
_EGG = re.compile(r"[#&]egg=([\w.-]+)")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")


@frozen
class Requirements:
    """What a pack asks for.

    `lines` are all that say something, of included files too, and decide whether an environment is
    up to date. `wanted` are those that ask for a package. `text` is the file's own text where it
    isn't plain UTF-8, which is what installers are sure to read. `is_locked` where packages are
    given with their hashes: then nothing can be installed beside them. `variables` are those of
    the environment that it names, for passwords. `error` says why the file can't be read.
    """

    lines: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    text: str | None = None
    is_locked: bool = False
    variables: frozenset[str] = frozenset()
    error: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it asks for nothing."""
        return not self.wanted and self.error is None


def read_requirements(pack: str, name: str = FILE) -> Requirements:
    """The requirements of the pack in that folder; nothing where it has no file of that name."""
    path = f"{pack}/{name}"
    try:
        os.lstat(path)
    except OSError:
        return Requirements()
    content = read_file(path, file=path)
    if isinstance(content, Problem):
        return Requirements(lines=(f"# {content.message}",), error=content.message)
    text = decode(content)
    lines = tuple(_walk(text, pack, seen={path}))
    return Requirements(
        lines=lines,
        wanted=tuple(line for line in lines if _asks(line)),
        text=None if _is_plain(content) else _with_whole_paths(text, pack),
        is_locked=any("--hash" in line for line in lines),
        variables=frozenset(name for line in lines for name in _VARIABLE.findall(line)),
    )


def decode(content: bytes) -> str:
    """The text of a file: by its mark, else UTF-16 if it has zeros, UTF-8, or Latin-1."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if b"\0" in content:
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
        return content.decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def name_of(requirement: str) -> str:
    """The name of the package that a line asks for, as indexes write it; empty for a bare path."""
    found = _EGG.search(requirement) or _NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found[1]).lower() if found is not None else ""


def _is_plain(content: bytes) -> bool:
    if b"\0" in content or content.startswith(BOM_UTF8):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _split(text: str) -> Iterator[str]:
    """The lines that say something, without comments; what a backslash continues is one line."""
    whole = _CONTINUED.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    for line in whole.split("\n"):
        said = " ".join(_COMMENT.sub("", line).split())
        if said:
            yield said


def _walk(text: str, folder: str, seen: set[str]) -> Iterator[str]:
    """The lines of a file, and behind each that includes another those of that one."""
    for line in _split(text):
        yield line
        included = _INCLUDE.match(line)
        if included is None or "://" in included[2]:
            continue
        path = os.path.normpath(f"{folder}/{included[2]}" if included[2][0] != "/" else included[2])
        if path in seen or len(seen) >= MOST_FILES:
            continue
        seen.add(path)
        content = read_file(path, file=path)
        if isinstance(content, Problem):
            yield f"# {content.message}"
            continue
        constrains = included["option"] in {"-c", "--constraint"}
        for inner in _walk(decode(content), os.path.dirname(path), seen):  # noqa: PTH120  # at each run: text
            yield f"# {inner}" if constrains else inner


def _asks(line: str) -> bool:
    """Whether a line asks for a package: no option does, but an editable and a list elsewhere."""
    if line.startswith("#"):
        return False
    if line.startswith("-"):
        included = _INCLUDE.match(line)
        if included is not None:
            return "://" in included[2] and included["option"] in {"-r", "--requirement"}
        return line.startswith(_EDITABLE)
    return True


def _with_whole_paths(text: str, folder: str) -> str:
    """The text for a file that lies elsewhere: what it includes is still found."""

    def whole(line: str) -> str:
        included = _INCLUDE.match(line)
        if included is None or "://" in included[2] or included[2][0] == "/":
            return line
        return f"{included['option']} {folder}/{included[2]}"

    return "".join(f"{whole(line)}\n" for line in _split(text))
