"""A pack fetched from its source into a stage, and looked at."""

from collections.abc import Callable
from itertools import count
from pathlib import Path

from chatops_cli.catalog.installation.archive import unpack
from chatops_cli.catalog.installation.candidate import Candidate, check_folder, examine
from chatops_cli.catalog.installation.filling import Filling
from chatops_cli.catalog.installation.folder_copy import copy_folder
from chatops_cli.catalog.installation.git import Repository, Tell
from chatops_cli.catalog.installation.index import Index, source_of
from chatops_cli.catalog.installation.source import Kind, Source
from chatops_cli.catalog.installation.stage import NEW

_STEP = 500


class Fetching:
    """Fetches into a stage. The index is asked for when the first name is.

    Args:
        stage: A folder, in which the packs will be.
        index: Gives the index.
        tell: Told in a few words what is being done.
    """

    def __init__(self, stage: Path, *, index: Callable[[], Index], tell: Tell) -> None:
        self._stage = stage
        self._index = index
        self._tell = tell
        self._numbers = count(1)

    def resolve(self, source: Source) -> Source:
        """The place itself, where a name in the index was given.

        Raises:
            InstallError: No index has it.
        """
        if source.kind is not Kind.NAME:
            return source
        return source_of(self._index().get(source.location), source.revision)

    def fetch(self, source: Source) -> Candidate:
        """The pack at a source.

        Raises:
            InstallError: It can't be had, or is no pack.
        """
        place = self.resolve(source)
        asked = str(source) if source.kind is Kind.NAME else ""
        # Not a name that could stand for the pack's: see `read_pack`.
        folder = self._stage / f"{NEW}{next(self._numbers)}"
        filling = Filling(folder, tell=self._counted)
        commit = ""
        if place.kind is Kind.FOLDER:
            check_folder(Path(place.location), place)
            copy_folder(Path(place.location), filling)
        elif place.kind is Kind.ARCHIVE:
            unpack(Path(place.location), filling)
        else:
            repository = Repository(place, tell=self._tell)
            commit = repository.fetch(folder.with_name(f"{folder.name}.git"), filling)
        filling.finish()
        return examine(folder, place, commit=commit, asked=asked)

    def _counted(self, number: int) -> None:
        if number % _STEP == 0:
            self._tell(f"unpacking: {number} files")
