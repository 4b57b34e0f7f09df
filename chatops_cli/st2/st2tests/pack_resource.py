"""What the test cases of all parts of a pack have in common."""

import inspect
import os
from unittest import TestCase


class BasePackResourceTestCase(TestCase):
    """A test case of a pack, in its folder `tests`.

    Source: StackStorm, `st2tests.pack_resource`.
    """

    def get_fixture_content(self, fixture_path: str) -> str:
        """The text of a file below `tests/fixtures/`."""
        path = os.path.join(self._get_base_pack_path(), "tests", "fixtures", fixture_path)
        with open(path, encoding="utf-8") as file:
            return file.read()

    def _get_base_pack_path(self) -> str:
        folder = os.path.dirname(inspect.getfile(type(self)))
        return os.path.abspath(os.path.join(folder, ".."))
