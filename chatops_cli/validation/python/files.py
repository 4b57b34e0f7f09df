"""The Python files of a pack, with what is seen in each."""

import os
from collections.abc import Iterable, Iterator

from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.model.problem import Place, Problem
from chatops_cli.reading.file import read_file
from chatops_cli.validation.python.sight import Kind, Sight
from chatops_cli.validation.scope import Scope

_OTHERS = frozenset({"node_modules", "site-packages", "venv", "virtualenv", "virtualenvs"})


@frozen
class CodeFile:
    """One file and what was seen in it."""

    pack: Pack
    file: str
    sights: tuple[Sight, ...]

    def of(self, kind: Kind) -> Iterator[tuple[Place, Sight]]:
        """What is of one kind, with its places."""
        for sight in self.sights:
            if sight.kind is kind:
                yield Place(file=self.file, line=sight.line, column=sight.column), sight


def seen(files: Iterable[CodeFile], kind: Kind) -> Iterator[tuple[Place, Sight]]:
    """What is of one kind in all of some files, with its places."""
    for file in files:
        yield from file.of(kind)


def code_files(pack: Pack, scope: Scope) -> Iterator[CodeFile]:
    """Those that are asked about and of which something is to be said.

    The pack's own tests, hidden folders and installed packages are passed over; links are not
    followed, and what can't be read is others' to tell.
    """
    from chatops_cli.validation.python.looking import look

    shown = pack.place.file.rpartition("/")[0]
    for folder, folders, names in os.walk(pack.path):
        part = os.path.relpath(folder, pack.path)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith((".", "__"))
            and name not in _OTHERS
            and (part, name) != (".", "tests")
        )
        for name in sorted(names):
            inside = name if part == "." else f"{part}/{name}"
            file = f"{shown}/{inside}"
            path = f"{folder}/{name}"
            if name.endswith(".py") and scope.holds(file) and not os.path.islink(path):  # noqa: PTH114  # path is text throughout
                data = read_file(path, file=file)
                sights = () if isinstance(data, Problem) else look(data)
                if sights:
                    yield CodeFile(pack=pack, file=file, sights=sights)
