"""Packs with tests of their own, for the tests of what runs them."""

from collections.abc import Mapping
from pathlib import Path

from tests.support.packs import write_pack

ACTION = """
from st2common.runners.base_action import Action

class Half(Action):
    def run(self, number):
        self.action_service.set_value("last", str(number))
        return number % 2 == 0, number // 2
"""
GOOD = """
from half import Half
from st2tests.base import BaseActionTestCase

class HalfTestCase(BaseActionTestCase):
    action_cls = Half

    def test_even(self):
        assert self.get_action_instance().run(number=4) == (True, 2)

def test_plain():
    assert True
"""
BAD = """
def test_bad():
    assert 1 == 2
"""


def write_suite(root: Path, ref: str, files: Mapping[str, str] | None = None) -> Path:
    """A pack with the action `half`, and these files; without any, with two tests that pass."""
    return write_pack(
        root, ref, {"actions/half.py": ACTION, **(files or {"tests/test_half.py": GOOD})}
    )
