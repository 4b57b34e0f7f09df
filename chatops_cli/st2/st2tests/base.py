"""All test cases, under the one name that packs import.

Source: StackStorm, `st2tests.base`.
"""

import os
import shutil
import unittest

from _chatops_missing import names_of

from .action_aliases import BaseActionAliasTestCase
from .actions import BaseActionTestCase
from .http import FakeResponse
from .pack_resource import BasePackResourceTestCase
from .sensors import BaseSensorTestCase

TYPE_CHECKING = False  # importing `typing` takes longer than all of this
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BaseActionAliasTestCase",
    "BaseActionTestCase",
    "BasePackResourceTestCase",
    "BaseSensorTestCase",
    "BaseTestCase",
    "CleanFilesTestCase",
    "FakeResponse",
]

__getattr__ = names_of(__name__)


class BaseTestCase(unittest.TestCase):
    """A test case with nothing added."""


class CleanFilesTestCase(unittest.TestCase):
    """These files and folders are gone before and after each test."""

    to_delete_files: "Sequence[str]" = ()
    to_delete_directories: "Sequence[str]" = ()

    def setUp(self) -> None:
        super().setUp()
        self._delete_files()

    def tearDown(self) -> None:
        super().tearDown()
        self._delete_files()

    def _delete_files(self) -> None:
        for path in self.to_delete_files:
            if os.path.isfile(path):
                os.remove(path)
        for path in self.to_delete_directories:
            shutil.rmtree(path, ignore_errors=True)
