"""What a pack's files hold, in a form by which changes are seen."""

import os
from hashlib import file_digest
from pathlib import Path

from chatops_cli.catalog.installation.filling import LEFT_OUT, PROVENANCE
from chatops_cli.model.frozen import frozen


@frozen
class Differences:
    """The names of files that differ between two states of a pack."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.changed, *self.added, *self.removed)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def digests_of(folder: Path) -> dict[str, str]:
    """The digest of each file and link below a folder, by its path in it; caches are passed over.

    Raises:
        OSError: Something can't be read.
    """
    found: dict[str, str] = {}
    waiting = [""]
    while waiting:
        part = waiting.pop()
        with os.scandir(folder / part) as entries:
            for entry in entries:
                name = f"{part}/{entry.name}" if part else entry.name
                if name == PROVENANCE or entry.name.lower() in LEFT_OUT:
                    continue
                if entry.is_symlink():
                    found[name] = f"link:{Path(entry.path).readlink()}"
                elif entry.is_dir():
                    waiting.append(name)
                elif entry.is_file() and not name.endswith(".pyc"):
                    found[name] = _digest(entry)
    return dict(sorted(found.items()))


def compare(before: dict[str, str], after: dict[str, str]) -> Differences:
    """What has changed from one state to the other."""
    return Differences(
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        changed=tuple(name for name in after if before.get(name, after[name]) != after[name]),
    )


def _digest(entry: "os.DirEntry[str]") -> str:
    with open(entry.path, "rb") as file:  # noqa: PTH123  # names that are no text stay what they are
        digest = file_digest(file, "sha256").hexdigest()
    return f"{'x' if entry.stat().st_mode & 0o100 else '-'}:{digest}"
