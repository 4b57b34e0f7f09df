"""A room forks the Python actions of its packs from workers, and ends these when it is closed."""

import os
from pathlib import Path

import pytest

from chatops_cli.model.chat import ReplyKind
from chatops_cli.room.opening import open_room
from chatops_cli.room.room import Room
from chatops_cli.settings.values import Settings
from tests.support.chat import make_message
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.process_list import wait_until

ACT = """
import os
from st2common.runners.base_action import Action

class Act(Action):
    def run(self):
        return os.getppid()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "actions/act.py": ACT,
        "actions/act.yaml": action_text("act", "python-script", "entry_point: act.py\n"),
        "aliases/act.yaml": alias_text("act", "demo.act", "who am i")
        + "result:\n  format: '{{ execution.result.result }}'\n",
    }
    write_pack(tmp_path / "packs", "demo", files)
    return tmp_path / "packs"


async def parents(room: Room, count: int) -> list[int]:
    """The process that each of so many actions came from, one after the other."""
    message = make_message("who am i")
    talks = [[reply async for reply in room.handle(message)] for _ in range(count)]
    replies = [reply for talk in talks for reply in talk]
    return [int(reply.text) for reply in replies if reply.kind is ReplyKind.RESULT]


async def test_from_the_second_action_on(root: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", roots=(root,))
    room = open_room(settings, operator=None, warn=pytest.fail)
    first, second, third = await parents(room, 3)
    assert first == os.getpid()
    assert second == third != first
    await room.close()
    await wait_until(lambda: not Path(f"/proc/{second}").exists())


@pytest.mark.parametrize(
    "options", [{"python_warm": False}, {"python_cold": ("demo",)}], ids=["none", "not this pack"]
)
async def test_not_where_the_settings_say_no(
    options: dict[str, bool | tuple[str, ...]], root: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", roots=(root,), **options)  # type: ignore[arg-type]  # a table of options
    room = open_room(settings, operator=None, warn=pytest.fail)
    assert await parents(room, 2) == [os.getpid()] * 2
    await room.close()
