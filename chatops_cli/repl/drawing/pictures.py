"""Pictures of attachments, drawn in the terminal where it can.

Nothing is fetched for them: what is said in a chat must not have this program call addresses. A
picture is drawn that came with the message (``data:``) or lies in a file here (``file:``).
"""

import binascii
import math
import os
import stat
from base64 import b64decode, b64encode
from contextlib import suppress
from urllib.parse import unquote, unquote_to_bytes

from chatops_cli.repl.drawing.graphics import Graphics

LARGEST = 4 << 20
"""Bytes of a picture that is drawn."""
MOST_PIXELS = 10_000
"""Pixels across or down."""
ROWS = 12
"""Lines of the terminal that a picture takes at most."""
LINE = 20
"""Pixels that a line of a terminal is high, about."""
CHUNK = 4096
"""Characters of one part. Source: kitty, "Terminal graphics protocol", remote client."""

_PNG, _GIF, _JPEG = b"\x89PNG\r\n\x1a\n", b"GIF8", b"\xff\xd8\xff"


def picture(address: str, graphics: Graphics, *, columns: int) -> str:
    """What draws the picture at this address, in a line of its own; empty where it can't be."""
    if graphics is Graphics.NONE:
        return ""
    data = _read(address.strip())
    size = _size(data)
    if size is None or not 0 < max(size) <= MOST_PIXELS or not min(size):
        return ""
    rows = min(max(math.ceil(size[1] / LINE), 1), ROWS)
    is_wide = rows * 2 * size[0] / size[1] > columns  # a cell is about twice as high as wide
    encoded = b64encode(data).decode("ascii")
    if graphics is Graphics.KITTY:
        return _kitty(encoded, f"c={columns}" if is_wide else f"r={rows}") if _is_png(data) else ""
    shape = f"width={columns}" if is_wide else f"height={rows}"
    return f"\x1b]1337;File=inline=1;size={len(data)};{shape}:{encoded}\x07"


def _kitty(encoded: str, shape: str) -> str:
    """Source: kitty, "Terminal graphics protocol": a PNG in parts, without an answer."""
    parts = [encoded[at : at + CHUNK] for at in range(0, len(encoded), CHUNK)]
    said = []
    for number, part in enumerate(parts):
        keys = [f"a=T,f=100,q=2,{shape}"] if number == 0 else []
        keys.append(f"m={int(number < len(parts) - 1)}")
        said.append(f"\x1b_G{','.join(keys)};{part}\x1b\\")
    return "".join(said)


def _read(address: str) -> bytes:
    """The bytes at an address that is at hand; none where there are none, or too many."""
    scheme, _, rest = address.partition(":")
    if scheme.lower() == "data" and len(address) <= 2 * LARGEST:
        head, _, body = rest.partition(",")
        if not head.lower().endswith(";base64"):
            return unquote_to_bytes(body)
        try:
            return b64decode(unquote(body), validate=True)
        except (binascii.Error, ValueError):
            return b""
    if scheme.lower() == "file" and rest.startswith(("///", "//localhost/")):
        return _file(unquote(rest.removeprefix("//localhost").removeprefix("//")))
    return b""


def _file(path: str) -> bytes:
    found = b""
    # A pipe or a device that somebody names must not be waited for.
    with suppress(OSError, ValueError):
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            status = os.fstat(number)
            if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST:
                found = os.read(number, LARGEST)
        finally:
            os.close(number)
    return found


def _is_png(data: bytes) -> bool:
    return data.startswith(_PNG)


def _size(data: bytes) -> tuple[int, int] | None:
    """Pixels across and down; None where it is no picture that terminals draw."""
    if _is_png(data) and len(data) >= 24:  # noqa: PLR2004  # signature and the head of IHDR
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith(_GIF) and len(data) >= 10:  # noqa: PLR2004  # its first fields
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    return _jpeg_size(data) if data.startswith(_JPEG) else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Source: ITU-T T.81, B.2: segments with their lengths up to the frame's header."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:  # noqa: PLR2004  # what markers begin with
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:  # noqa: PLR2004  # frames
            found = data[at + 5 : at + 9]
            return int.from_bytes(found[2:], "big"), int.from_bytes(found[:2], "big")
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
