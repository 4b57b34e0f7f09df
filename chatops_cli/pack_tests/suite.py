"""The tests of one pack: where they are, and which interpreter runs them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from chatops_cli.model.frozen import frozen
from chatops_cli.model.pack import Pack

FOLDER = "tests"
TEST_REQUIREMENTS = "requirements-tests.txt"
"""What a pack's tests need beside the pack. Source: StackStorm, ``st2-run-pack-tests``."""


@frozen
class Suite:
    """What is run. `python` is the interpreter of the pack's environment, or this one."""

    ref: str
    folder: str
    python: str

    @property
    def tests(self) -> str:
        """The folder of the tests."""
        return f"{self.folder}/{FOLDER}"

    @property
    def is_own(self) -> bool:
        """Whether the pack has an interpreter of its own, not this one."""
        return self.python != sys.executable

    @property
    def has_test_requirements(self) -> bool:
        """Whether the tests say what they need beside the pack."""
        return Path(self.folder, TEST_REQUIREMENTS).is_file()


def find_suite(pack: Pack, virtualenvs: Path) -> Suite | None:
    """The tests of a pack, None where it has none.

    Args:
        pack: The pack.
        virtualenvs: The folder with a virtual environment for each pack that has one.
    """
    if next(files_of(pack.path), None) is None:
        return None
    python = virtualenvs / pack.ref / "bin" / "python"
    return Suite(
        ref=pack.ref,
        folder=pack.path,
        python=str(python) if python.exists() else sys.executable,
    )


def files_of(pack: str) -> Iterator[str]:
    """The paths of the files that pytest takes for tests, in the pack of that folder."""
    for folder, folders, files in os.walk(f"{pack}/{FOLDER}"):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(files):
            if name.endswith(".py") and (name.startswith("test_") or name.endswith("_test.py")):
                yield f"{folder}/{name}"
