"""Whatever a network does to messages and replies: one execution each, no reply lost, in order."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from chatops_cli.errors import RecordError
from chatops_cli.model.chat import Attachment, Message, Reply, ReplyKind
from chatops_cli.rehearsal.front import START
from chatops_cli.rehearsal.network import RoughNetwork
from chatops_cli.rehearsal.outbox import Parcel, split
from chatops_cli.rehearsal.rehearse import Manner
from chatops_cli.rehearsal.rough import SHARES, Roughness, all_of_it
from chatops_cli.rehearsal.timeline import Timeline, TimelineLoop
from chatops_cli.rehearsal.verdict import Ending, Verdict
from chatops_cli.room.claims import MemoryClaims
from tests.support.chat import make_message
from tests.support.transcripts import ops_pack, rehearsed, said

TALK = """\
---
stubs: {ops.deploy: {delay: 3s, stdout: "a long answer\\nof several lines\\nthat is cut somewhere"}}
---
[#a] ann: !deploy one to x
= status succeeded
bot: one: a long answer
  of several lines
  that is cut somewhere

[#b] bob: !deploy two to x
= status succeeded
bot: two: <...>

[#a > t] ann: !deploy three to x
= status succeeded
bot: three: <...>

[#a] bob: !do nothing
bot: <any>
bot: <...>
[#b] ann: talk
[#b] ann (edited): !deploy
bot: An edited message is never run. Send it again as a new one.
"""


async def echo(message: Message) -> AsyncIterator[Reply]:
    """Three replies, none of which is the other, one with an attachment."""
    for number in range(3):
        yield Reply(
            kind=ReplyKind.RESULT,
            message_id=message.id,
            room=message.room,
            thread=message.thread,
            text=f"{message.id} number {number} " + "x\n" * 30,
            attachments=(Attachment(text="a"),) if number == 1 else (),
        )
        await asyncio.sleep(0.5)


def delivered(roughness: Roughness) -> tuple[list[tuple[Reply, Reply, bool]], list[str]]:
    """What people have read of the answers to four messages, and what went wrong."""
    claims = MemoryClaims()
    found: list[tuple[Reply, Reply, bool]] = []
    troubles: list[str] = []

    async def handle(message: Message) -> AsyncIterator[Reply]:
        if claims.claim(message) and not (message.is_edited or message.is_cut):
            async for reply in echo(message):
                yield reply

    async def talk() -> None:
        network = RoughNetwork(roughness=roughness, happened=troubles.append)
        for number in range(4):
            message = make_message("hello", message_id=f"m{number}", room=f"#{number % 2}")
            network.send(message, handle=handle, deliver=lambda *delivery: found.append(delivery))
        await network.settle()

    with asyncio.Runner(loop_factory=lambda: TimelineLoop(Timeline(START, 0.0))) as runner:
        runner.run(talk())
    return found, troubles


@given(
    st.builds(
        Roughness,
        seed=st.integers(0, 10_000),
        **{share: st.sampled_from([0.0, 0.3, 1.0]) for share in SHARES},
    )
)
@examples(max_examples=40)
def test_every_reply_arrives_once_and_in_order(roughness: Roughness) -> None:
    found, _ = delivered(roughness)
    whole = [(reply.message_id, reply.text) for _, reply, is_last in found if is_last]
    for number in range(4):
        mine = [text for message_id, text in whole if message_id == f"m{number}"]
        assert [text.split()[2] for text in mine] == ["0", "1", "2"]
    for message_id in ("m0", "m3"):
        parts = [part for part, reply, _ in found if reply.message_id == message_id]
        alone = [reply for _, reply, is_last in found if is_last and reply.message_id == message_id]
        assert "".join(p.text for p in parts) == "".join(reply.text for reply in alone)
        assert sum(len(part.attachments) for part in parts) == 1


def test_a_seed_always_does_the_same_and_another_does_not() -> None:
    first, again, other = (delivered(all_of_it(seed)) for seed in (7, 7, 8))
    assert first == again
    assert first[1] != other[1]
    assert delivered(Roughness())[1] == []


def test_what_goes_wrong_in_the_room_is_raised_when_all_is_over() -> None:
    async def broken(message: Message) -> AsyncIterator[Reply]:
        async for reply in echo(message):
            yield reply
            raise RecordError("the disk is full")

    found: list[Reply] = []

    async def talk() -> None:
        passage = RoughNetwork(roughness=Roughness()).send(
            make_message("x"), handle=broken, deliver=lambda part, *_: found.append(part)
        )
        with pytest.raises(RecordError):
            await passage.settle()
        assert passage.is_over

    with asyncio.Runner(loop_factory=lambda: TimelineLoop(Timeline(START, 0.0))) as runner:
        runner.run(talk())
    assert len(found) == 1


def test_a_reply_is_divided_between_lines_where_it_can_be() -> None:
    reply = Reply(kind=ReplyKind.INFO, message_id="m", room="r", text="one\ntwo\nthree")
    parcel = Parcel(whole=reply, reply=reply, key=("m", 0))
    head, tail = split(parcel, 9)
    assert (head.text, tail.text, head.is_last, tail.number) == ("one\ntwo\n", "three", False, 1)
    assert [part.text for part in split(tail, 2)] == ["th", "ree"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rough")
    ops_pack(folder / "packs")
    return folder


def rough(folder: Path, roughness: Roughness) -> Verdict:
    return rehearsed(
        folder, TALK, manner=Manner(roughness=roughness), name=f"{roughness.seed}.chat"
    )


@pytest.mark.parametrize("seed", range(12))
def test_a_rehearsal_goes_the_same_over_a_rough_network(seed: int, folder: Path) -> None:
    verdict = rough(folder, all_of_it(seed, 0.7))
    assert said(verdict) == ""
    assert (verdict.ending, verdict.seed) == (Ending.PASSED, seed)
    assert verdict.troubles


def test_what_goes_wrong_is_told(folder: Path) -> None:
    verdict = rough(folder, Roughness(seed=99, **dict.fromkeys(SHARES, 1.0)))
    assert said(verdict) == ""
    told = "\n".join(verdict.troubles)
    for words in (
        "m1 is late",
        "m1 is overtaken",
        "m1 arrives twice",
        "m1 is edited",
        "m1 is sent again after the line broke",
        "m1 arrives cut short, and whole after that",
        "a reply to m1 comes too fast",
    ):
        assert words in told


def test_a_transcript_may_say_how_rough_it_is(folder: Path) -> None:
    text = TALK.replace("---\nstubs", "---\nchaos: {seed: 3, duplicates: 1}\nstubs", 1)
    verdict = rehearsed(folder, text, name="own.chat")
    assert (verdict.ending, verdict.seed) == (Ending.PASSED, 3)
    assert "m1 arrives twice" in verdict.troubles
