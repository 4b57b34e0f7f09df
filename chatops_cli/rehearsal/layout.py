"""A transcript in its one form: what the formatter writes, and what recordings are written with."""

from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from chatops_cli.rehearsal.moments import spelled
from chatops_cli.rehearsal.transcript import (
    DIRECT,
    Blank,
    Block,
    Comment,
    Expectation,
    Pause,
    Said,
    Spot,
    Transcript,
)

INDENTATION = "  "


def formatted(transcript: Transcript) -> str:
    """The same transcript in its one form; the front matter stays as it is.

    What is wrong in a transcript would be lost: only one without problems is to be formatted.
    """
    front = list(transcript.lines[: transcript.body - 1])
    body = list(body_lines(transcript.blocks))
    gap = [""] if front and body else []
    return transcript.written((*front, *gap, *body))


def body_lines(blocks: Iterable[Block]) -> Iterator[str]:
    """The lines of blocks: one empty line before what people say, and what belongs to it.

    Empty lines are kept as one, but not those at the start and at the end.
    """
    listed = tuple(blocks)
    is_first, is_apart, is_led = True, False, False
    for number, block in enumerate(listed):
        if isinstance(block, Blank):
            is_apart, is_led = True, False
            continue
        begins = _begins(listed[number:])
        if not is_first and (is_apart or (begins and not is_led)):
            yield ""
        yield from block_lines(block)
        is_first, is_apart, is_led = False, False, begins and not isinstance(block, Said)


def _begins(blocks: Sequence[Block]) -> bool:
    """Whether a person speaks here, or only comments and pauses stand before that."""
    for block in blocks:
        if not isinstance(block, Comment | Pause):
            return isinstance(block, Said) and not block.is_reply
    return False


def block_lines(block: Block) -> list[str]:
    """The lines of one block."""
    match block:
        case Blank():
            return [""]
        case Comment(text=text):
            return [f"# {text}".rstrip()]
        case Expectation(key=key, value=value):
            return [f"= {key} {value}".rstrip()]
        case Pause(seconds=seconds):
            return [f"+ {spelled(seconds)}"]
        case Said():
            return said_lines(block)
        case _:
            assert_never(block)


def said_lines(said: Said) -> list[str]:
    """What somebody says: its first line behind the name, or all of it below."""
    place = f"[{spot_name(said.spot)}] " if said.spot is not None else ""
    note = f" ({said.note})" if said.note else ""
    head = f"{place}{said.speaker}{note}:"
    lines = said.text.split("\n")
    if lines[0] and not lines[0][0].isspace() and not lines[0].startswith("|"):
        first, *rest = lines
        head = f"{head} {first}"
    else:
        rest = lines if said.text else []
    return [head, *(f"{INDENTATION}{line}".rstrip() for line in rest)]


def spot_name(spot: Spot) -> str:
    """A place as it is written between brackets."""
    room = spot.room or DIRECT
    return f"{room} > {spot.thread}" if spot.thread is not None else room
