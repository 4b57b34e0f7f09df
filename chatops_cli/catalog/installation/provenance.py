"""Where an installed pack came from, kept in its folder."""

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from pathlib import Path

from chatops_cli.catalog.installation.digest import Differences, compare, digests_of
from chatops_cli.catalog.installation.filling import PROVENANCE
from chatops_cli.catalog.installation.source import Kind, Source, split_revision
from chatops_cli.errors import InstallError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.problem import Problem
from chatops_cli.reading.file import read_file

_VERSION = 1


@frozen
class Provenance:
    """What was installed, when (aware UTC) and from where; `files` are digests by name.

    `asked` is the name in an index by which it was asked for, with the revision if one was named;
    `commit` is of a git repository.
    """

    source: Source
    installed: datetime
    commit: str = ""
    asked: str = ""
    files: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def origin(self) -> Source:
        """What to ask again for a newer one."""
        if self.asked:
            name, revision = split_revision(self.asked)
            return Source(kind=Kind.NAME, location=name, revision=revision)
        return self.source

    def differences(self, folder: Path) -> Differences:
        """What has been changed in the pack's folder since.

        Raises:
            InstallError: Something in it can't be read.
        """
        try:
            return compare(dict(self.files), digests_of(folder))
        except OSError as error:
            raise InstallError(f"{folder} can't be read: {error.strerror or error}") from error


def write_provenance(folder: Path, provenance: Provenance) -> None:
    """The folder says where its content came from."""
    content = {
        "version": _VERSION,
        "kind": provenance.source.kind,
        "source": provenance.source.location,
        "revision": provenance.source.revision,
        "commit": provenance.commit,
        "asked": provenance.asked,
        "installed": provenance.installed.isoformat(),
        "files": dict(provenance.files),
    }
    text = json.dumps(content, indent=1) + "\n"
    (folder / PROVENANCE).write_text(text, encoding="ascii")


def read_provenance(folder: Path) -> Provenance | None:
    """Where a pack came from; None for one that nobody has installed, or that can't be told."""
    path = folder / PROVENANCE
    data = read_file(str(path), file=str(path))
    if isinstance(data, Problem):
        return None
    try:
        content = json.loads(data)
        source = Source(
            kind=Kind(content["kind"]),
            location=str(content["source"]),
            revision=str(content["revision"]),
        )
        files = {str(name): str(digest) for name, digest in content["files"].items()}
        return Provenance(
            source=source,
            installed=datetime.fromisoformat(content["installed"]),
            commit=str(content["commit"]),
            asked=str(content["asked"]),
            files=files,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
