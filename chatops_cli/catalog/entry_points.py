"""Whether the files that actions run are there, and in their pack."""

import os
from collections.abc import Iterable

from chatops_cli.catalog.folder import Folder, show
from chatops_cli.catalog.reference import Reference
from chatops_cli.catalog.stamps import Stamp, is_inside, stamp_folder
from chatops_cli.model.problem import Problem
from chatops_cli.reading.value import nearest_word

_YAML = (".yaml", ".yml")

Listing = dict[str, "os.DirEntry[str]"]


class EntryPoints:
    """The entry points of one pack.

    `watched` grows to the stamps of all folders that an answer depends on, by name; names of
    folders in the pack are relative to it.
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.watched: dict[str, Stamp] = {}
        self._listings: dict[str, Listing | None] = {}

    def check(self, references: Iterable[Reference]) -> list[Problem]:
        """What is wrong with each of some entry points."""
        problems = (self._check(reference) for reference in references)
        return [problem for problem in problems if problem is not None]

    def _check(self, reference: Reference) -> Problem | None:
        name = self._relative(reference.name)
        if name is None:
            return _problem(reference, "leads out of its pack")
        part, _, base = name.rpartition("/")
        listing = self._listing(part)
        if listing is None:
            return _problem(reference, "leads out of its pack through a symbolic link")
        entry = listing.get(base)
        if base == ".":
            return _problem(reference, "is not a file")
        if entry is None:
            hint = _near(base, listing)
            return _problem(reference, f"does not exist in {part or '.'}", hint=hint)
        if entry.is_symlink():
            return self._check_link(reference, entry)
        return None if entry.is_file() else _problem(reference, "is not a file")

    def _check_link(self, reference: Reference, entry: "os.DirEntry[str]") -> Problem | None:
        target = os.path.realpath(entry.path)
        self._watch(os.path.dirname(target))  # noqa: PTH120  # see Folder.name
        if not is_inside(self.folder, entry.path):
            return _problem(reference, "leads out of its pack through a symbolic link")
        if not os.path.exists(target):  # noqa: PTH110  # see Folder.name
            return _problem(reference, "is a symbolic link that leads nowhere")
        return None if entry.is_file() else _problem(reference, "is not a file")

    def _relative(self, name: str) -> str | None:
        """An entry point as a path in the pack, None where it is outside of it."""
        if os.path.isabs(name):  # noqa: PTH117  # see Folder.name
            path = os.path.normpath(name)
            prefix = f"{self.folder.path}/"
            return path.removeprefix(prefix) if path.startswith(prefix) else None
        path = os.path.normpath(f"actions/{name}")
        return None if path == ".." or path.startswith("../") else path

    def _listing(self, part: str) -> Listing | None:
        """The entries of a folder of the pack, none where it doesn't exist, None if outside."""
        if part not in self._listings:
            self._watch(part)
            self._listings[part] = self._list(f"{self.folder.path}/{part}")
        return self._listings[part]

    def _watch(self, name: str) -> None:
        # Before it is looked into: a change between the two is then seen the next time.
        if name not in self.watched:
            self.watched[name] = stamp_folder(self.folder, name)

    def _list(self, path: str) -> Listing | None:
        if not is_inside(self.folder, path):
            return None
        try:
            with os.scandir(path) as entries:
                return {entry.name: entry for entry in entries}
        except OSError:
            return {}


def _near(name: str, listing: Listing) -> str | None:
    """A hint at a file of the same name but for case and ending, else at one of a like name."""
    is_yaml = name.endswith(_YAML)
    others = sorted(other for other in listing if other.endswith(_YAML) == is_yaml)
    stem = _stem(name)
    for other in others:
        if _stem(other) == stem:
            return f"did you mean {show(other)}?"
    near = nearest_word(name, others)
    return f"did you mean {show(near)}?" if near is not None else None


def _stem(name: str) -> str:
    return name.rpartition(".")[0].lower() or name.lower()


def _problem(reference: Reference, message: str, *, hint: str | None = None) -> Problem:
    return Problem(
        place=reference.place,
        rule="entry-point",
        message=f"the entry_point {show(reference.name)} {message}",
        hint=hint,
    )
