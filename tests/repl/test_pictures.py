"""Pictures in the terminal: which terminals draw them, which pictures are drawn, and how."""

import os
import re
from base64 import b64decode, b64encode
from pathlib import Path
from urllib.parse import quote

import pytest

from chatops_cli.model.chat import Attachment, Reply, ReplyKind
from chatops_cli.repl.drawing.graphics import Graphics, graphics_of
from chatops_cli.repl.drawing.look import Look
from chatops_cli.repl.drawing.pictures import LARGEST, picture
from chatops_cli.repl.drawing.post import lines_of
from chatops_cli.repl.session import begin, place_of, principal_of, replied
from tests.support.chat import NOON


def png(width: int, height: int, *, size: int = 100) -> bytes:
    """What a PNG begins with, and some bytes."""
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    return head + width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes(size)


GIF = b"GIF89a" + (40).to_bytes(2, "little") + (60).to_bytes(2, "little")
JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x0b\x08" + bytes([0, 60, 0, 40]) + bytes(9)


def data_of(data: bytes) -> str:
    return f"data:image/png;base64,{b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("environment", "graphics"),
    [
        pytest.param({"TERM": "xterm-kitty"}, Graphics.KITTY, id="kitty"),
        pytest.param({"KITTY_WINDOW_ID": "1"}, Graphics.KITTY, id="kitty by its window"),
        pytest.param({"TERM_PROGRAM": "iTerm.app"}, Graphics.ITERM2, id="iTerm2"),
        pytest.param({"LC_TERMINAL": "iTerm2"}, Graphics.ITERM2, id="iTerm2 over ssh"),
        pytest.param({"TERM_PROGRAM": "WezTerm"}, Graphics.ITERM2, id="WezTerm"),
        pytest.param({"TERM": "xterm-kitty", "TMUX": "x"}, Graphics.NONE, id="in tmux"),
        pytest.param({"TERM": "screen", "KITTY_WINDOW_ID": "1"}, Graphics.NONE, id="in screen"),
        pytest.param({"TERM": "xterm-256color"}, Graphics.NONE, id="another"),
    ],
)
def test_which_terminals_draw_pictures(environment: dict[str, str], graphics: Graphics) -> None:
    assert graphics_of(environment) is graphics


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        pytest.param((40, 100), "r=5", id="as high as it is"),
        pytest.param((4000, 4000), "r=12", id="not too high"),
        pytest.param((4000, 40), "c=60", id="not too wide"),
    ],
)
def test_a_picture_in_parts(size: tuple[int, int], shape: str) -> None:
    """For kitty: all of it arrives, and it asks for no answer."""
    data = png(*size, size=9000)
    drawn = picture(data_of(data), Graphics.KITTY, columns=60)
    parts = re.findall("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", drawn)
    assert "".join(f"\x1b_G{keys};{part}\x1b\\" for keys, part in parts) == drawn
    assert [keys for keys, _ in parts] == [f"a=T,f=100,q=2,{shape},m=1", "m=1", "m=0"]
    assert max(len(part) for _, part in parts) == 4096
    assert b64decode("".join(part for _, part in parts)) == data


@pytest.mark.parametrize("data", [png(40, 60), GIF, JPEG])
def test_a_picture_for_iterm2(data: bytes) -> None:
    drawn = picture(data_of(data), Graphics.ITERM2, columns=60)
    head = f"\x1b]1337;File=inline=1;size={len(data)};height=3:"
    assert drawn == f"{head}{b64encode(data).decode()}\x07"


def test_a_picture_in_a_file(tmp_path: Path) -> None:
    """Files only: nothing that could be waited for, nothing huge, nothing elsewhere."""
    file = tmp_path / "a picture.png"
    file.write_bytes(png(40, 60))
    big = tmp_path / "big.png"
    big.write_bytes(png(40, 60) + bytes(LARGEST))
    os.mkfifo(tmp_path / "pipe")
    address = f"file://{quote(str(file))}"
    assert picture(address, Graphics.ITERM2, columns=60) != ""
    assert picture(address, Graphics.NONE, columns=60) == ""
    for other in (
        *(f"file://{big}", f"file://{tmp_path}/pipe", f"file://{tmp_path}", "file:///nope\0"),
        *(f"file://elsewhere{file}", str(file), f"https://127.0.0.1/{file}", ""),
    ):
        assert picture(other, Graphics.ITERM2, columns=60) == ""


@pytest.mark.parametrize(
    "address",
    [
        pytest.param(data_of(b"\x1b]0;title\x07"), id="no picture"),
        pytest.param(data_of(png(0, 60)), id="nothing across"),
        pytest.param(data_of(png(1_000_000, 60)), id="more pixels than memory"),
        pytest.param("data:image/png;base64,###", id="no base64"),
        pytest.param("data:,\x89PNG", id="cut off"),
        pytest.param(data_of(JPEG[:8]), id="a JPEG without its frame"),
    ],
)
def test_what_is_not_drawn(address: str) -> None:
    assert picture(address, Graphics.ITERM2, columns=60) == ""


def test_a_post_with_pictures() -> None:
    """One is drawn below it, of the other the address is shown. Elsewhere it is said what it is."""
    inner, outer = data_of(png(40, 60)), "https://example.com/a.png"
    attachments = tuple(Attachment(title="t", image_url=each) for each in (inner, outer))
    reply = Reply(kind=ReplyKind.RESULT, message_id="m", room="#x", attachments=attachments)
    session = begin(principal_of("alice"), place_of("#x"))
    _, post = replied(session, reply, time=NOON)
    drawn = list(lines_of(post, Look(graphics=Graphics.KITTY), bot="chatops"))
    assert drawn[1:4] == ["  ▌ t", "  ▌ t", f"  ▌ image: {outer}"]
    assert drawn[4].startswith("\x1b_Ga=T")
    plain = list(lines_of(post, Look(), bot="chatops"))
    assert plain[2] == f"  ▌ image: image/png, {len(inner)} characters"
