"""Packs that are there already, and whether they may be replaced or removed."""

import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from chatops_cli.catalog.catalog import Catalog
from chatops_cli.catalog.folder import MANIFEST, show
from chatops_cli.catalog.installation.provenance import Provenance, read_provenance
from chatops_cli.errors import InstallError, NotFoundError
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack
from chatops_cli.settings.load import bundled_packs
from chatops_cli.settings.values import Settings

_NAMED = 5
"""Files that an error names."""


@frozen
class Site:
    """The packs of some settings: `catalog` is what is read under their roots."""

    settings: Settings
    catalog: Catalog

    @property
    def packs(self) -> Mapping[str, Pack]:
        """The packs by ref."""
        return self.catalog.packs

    def installed(self, ref: str) -> "Installed | None":
        """A pack that is there, None for another."""
        pack = self.packs.get(ref)
        if pack is None:
            return None
        path = Path(pack.path)
        root = next(
            root for root in map(absolute, self.settings.roots) if root in {path, path.parent}
        )
        return Installed(
            pack=pack,
            root=root,
            is_bundled=root == absolute(bundled_packs()),
            provenance=read_provenance(Path(pack.path)),
        )

    def get(self, ref: str) -> "Installed":
        """A pack that is there.

        Raises:
            NotFoundError: It isn't.
        """
        found = self.installed(ref)
        if found is None:
            raise NotFoundError(
                f"no pack named {ref!r} is installed", hint="see 'chatops pack list'"
            )
        return found

    def place(self, into: Path | None) -> Path:
        """The folder for new packs: the one named, or the first of the settings' that is writable.

        Raises:
            InstallError: It is a pack itself, or none that can be written.
        """
        if into is not None:
            root = absolute(into)
            if (root / MANIFEST).exists():
                raise InstallError(f"{root} is a pack itself", hint="name the folder above it")
            return root
        for root in self.settings.roots:
            path = absolute(root)
            is_ours = root != bundled_packs() and not (path / MANIFEST).exists()
            if is_ours and os.access(path, os.W_OK | os.X_OK):
                return path
        return self.settings.installed_packs


@frozen
class Installed:
    """A pack that is there; `provenance` is None where nobody has installed it by this program."""

    pack: Pack
    root: Path
    is_bundled: bool
    provenance: Provenance | None = field(default=None)

    @property
    def path(self) -> Path:
        """Its folder."""
        return Path(self.pack.path)

    def check_movable(self) -> None:
        """Raise `InstallError` where its folder must stay where it is."""
        if self.is_bundled:
            raise InstallError(f"the pack {self.pack.ref} comes with chatops")
        if self.path == self.root:
            raise InstallError(
                f"{self.path} is itself named as a folder of packs",
                hint="take it out of 'packs' in the settings",
            )
        if self.path.is_symlink():
            raise InstallError(f"{self.path} is a symbolic link", hint="change what it leads to")

    def check_unedited(self) -> None:
        """Raise `InstallError` where replacing it would lose what somebody has written."""
        if self.provenance is None:
            raise InstallError(
                f"the pack {self.pack.ref} in {self.path} was not put there by 'pack install'",
                hint="--force does it all the same, and what is there is lost",
            )
        found = self.provenance.differences(self.path)
        if found:
            names = found.names
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            raise InstallError(
                f"files of the pack {self.pack.ref} were changed since it was installed:"
                f" {', '.join(map(show, names[:_NAMED]))}{more}",
                hint="keep them elsewhere; --force does it all the same, and they are lost",
            )


def absolute(path: Path) -> Path:
    """The path without ``..`` and the working folder's place, links not followed."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # Path.absolute keeps `..`
