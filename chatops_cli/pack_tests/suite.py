"""The tests of one pack, and where they are."""

import os
from collections.abc import Iterator
from pathlib import Path

from chatops_cli.catalog.virtualenvs.requirements import name_of, read_requirements
from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack

FOLDER = "tests"
TEST_REQUIREMENTS = "requirements-tests.txt"
"""What a pack's tests need beside the pack. Source: StackStorm, ``st2-run-pack-tests``."""


@frozen
class Suite:
    """What is run. `virtualenvs` is the folder with the environments of packs."""

    ref: str
    folder: str
    virtualenvs: str

    @property
    def tests(self) -> str:
        """The folder of the tests."""
        return f"{self.folder}/{FOLDER}"

    @property
    def requirements(self) -> Path:
        """The file that says what the tests need beside the pack; it need not be there."""
        return Path(self.folder, TEST_REQUIREMENTS)

    @property
    def required(self) -> tuple[str, ...]:
        """The names of the packages that this file asks for on any machine."""
        wanted = read_requirements(self.folder, TEST_REQUIREMENTS).wanted
        return tuple(name for line in wanted if ";" not in line and (name := name_of(line)))


def find_suite(pack: Pack, virtualenvs: Path) -> Suite | None:
    """The tests of a pack, None where it has none."""
    if next(files_of(pack.path), None) is None:
        return None
    return Suite(ref=pack.ref, folder=pack.path, virtualenvs=str(virtualenvs))


def files_of(pack: str) -> Iterator[str]:
    """The paths of the files that pytest takes for tests, in the pack of that folder."""
    for folder, folders, files in os.walk(f"{pack}/{FOLDER}"):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(files):
            if name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py")):
                yield f"{folder}/{name}"
