"""What is tried out becomes a transcript that can be played: without secrets, ids and times."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from chatops_cli.errors import ChatOpsError
from chatops_cli.model.access import AccessPolicy, AccessRule, Effect
from chatops_cli.model.chat import Message, Principal, Reply, ReplyKind
from chatops_cli.model.problem import Place
from chatops_cli.records.results import FOLDER, ResultStore
from chatops_cli.rehearsal.recording import Recording
from chatops_cli.rehearsal.rehearse import Rehearsals
from chatops_cli.rehearsal.verdict import Ending
from chatops_cli.room.opening import new_id, now, open_room
from chatops_cli.room.ports import Ports
from chatops_cli.runners.registry import find_runner
from chatops_cli.settings.values import Settings
from tests.support.chat import NOON, make_message
from tests.support.packs import action_text, alias_text
from tests.support.transcripts import ops_pack, said

BOB = Principal(network="slack", workspace="T1", user="U1", name="Bob B.")
LOGIN = {
    "actions/login.yaml": action_text(
        "login",
        "local-shell-cmd",
        "parameters:\n  password: {type: string, secret: true}\n"
        "  cmd: {default: 'echo {{ password }} is {{ password }}', immutable: true}\n",
    ),
    "aliases/login.yaml": alias_text("login", "ops.login", "login {{ password }}"),
}


def recorded(folder: Path, settings: Settings, *messages: Message) -> Recording:
    """The recording of these messages in a room in which actions really run."""
    recording = Recording(folder / "tried.chat", result=ResultStore(settings.home / FOLDER).get)
    ports = Ports(find_runner=find_runner, clock=now, new_id=new_id, witness=recording.witness)

    async def talk() -> None:
        room = open_room(settings, operator=None, warn=print, lasts=False, ports=ports)
        for message in messages:
            recording.told(message)
            async for reply in room.handle(message):
                recording.heard(reply)
        await room.close()

    asyncio.run(talk())
    return recording


def test_what_was_recorded_can_be_played_without_running_anything(tmp_path: Path) -> None:
    ops_pack(tmp_path / "packs", LOGIN)
    rule = AccessRule(name="no-bob", effect=Effect.DENY, place=Place(file="x"), who=("slack:*",))
    access = AccessPolicy(rules=(rule,))
    settings = Settings(home=tmp_path / "home", roots=(tmp_path / "packs",), access=access)
    texts = ["!deploy api to x", "just | talk", "!login hunter2secret", "!deploy", "!help"]
    messages = [
        make_message(text, message_id=f"m{number}", is_direct=False)
        for number, text in enumerate(texts)
    ]
    denied = make_message("deploy db to x", message_id="d1", principal=BOB, room="@U1")
    edit = replace(messages[0], text="!deploy\ndb to y", is_edited=True, thread="t1")
    recording = recorded(tmp_path, settings, *messages, denied, edit)
    path = recording.write()
    text = path.read_text()
    assert text == recording.text()
    assert text.startswith(
        '---\npeople:\n  alice:\n  Bob-B: {id: "slack:T1:U1", name: "Bob B."}\n'
        "clock: 2026-05-04T12:00:00Z\n"
        "record: true\n---\n\n[#ops] alice: !deploy api to x\n= alias ops.deploy\n"
        "bot: api: really api\n\nalice: just | talk\n"
    )
    assert "[dm] Bob-B: deploy db to x\n= alias ops.deploy\n= decision denied no-bob\n" in text
    assert "[#ops > t1] alice (edited): !deploy\n  db to y\n" in text
    assert "hunter2secret" not in text + (tmp_path / "tried.results.json").read_text()
    assert "execution <id>" in text or "<id>" in text
    verdict = Rehearsals(lambda _: settings).rehearse(str(path))
    assert said(verdict) == ""
    assert (verdict.ending, verdict.ran) == (Ending.PASSED, ())


def test_people_with_the_same_name_are_told_apart(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.chat", result=lambda _: None)
    people = [
        Principal(network="slack", user="U1", name="bot"),
        Principal(network="slack", user="U2", name="bot"),
        Principal(network="slack", user="U3", name="[[]]"),
    ]
    for number, principal in enumerate(people):
        recording.told(make_message("a", message_id=f"m{number}", principal=principal))
    assert recording.count == 3
    lines = recording.text().splitlines()
    assert lines[2:5] == [
        '  bot-1: {id: "slack:U1", name: "bot"}',
        '  bot-2: {id: "slack:U2", name: "bot"}',
        '  somebody: {id: "slack:U3", name: "[[]]"}',
    ]


def test_what_is_said_elsewhere_stands_with_its_place(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "a.chat", result=lambda _: None)
    recording.heard(Reply(kind=ReplyKind.NOTICE, message_id="", room="#x", text="too early"))
    recording.told(make_message("a", is_direct=False))
    recording.heard(Reply(kind=ReplyKind.NOTICE, message_id="", room="[dm]", text=f"at {NOON}"))
    assert recording.text().splitlines()[-2:] == ["[#ops] alice: a", "[-dm-] bot: at <time>"]


def test_a_transcript_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    recording = Recording(tmp_path / "none" / "a.chat", result=lambda _: None)
    with pytest.raises(ChatOpsError, match="can't be written: No such file"):
        recording.write()


def test_ids_that_people_type_stand_for_those_that_the_bot_said(tmp_path: Path) -> None:
    """Also what they begin with, if only one does; others stay. Threads have short names."""
    ids = ["6b04ce079dacf1153d2e002e", "6b04ce07a34d557bd8a92ab1"]
    recording = Recording(tmp_path / "a.chat", result=lambda _: None)
    recording.told(make_message("!ask", is_direct=False, message_id="m1"))
    for each in ids:
        recording.heard(
            Reply(kind=ReplyKind.INFO, message_id="m1", room="#ops", text=f"({each}) <id:x>")
        )
    for number, text in enumerate([ids[1], f"answer {ids[0][:9]} <id:job-1>", "answer 6b04 yes"]):
        message = make_message(text, is_direct=False, message_id=f"n{number}")
        recording.told(replace(message, thread="a-thread"))
    assert recording.text().splitlines()[6:] == [
        "[#ops] alice: !ask",
        "bot: (<id:job-2>) \\<id:x>",
        "bot: (<id:job-1>) \\<id:x>",
        "",
        "[#ops > t1] alice: <id:job-1>",
        "",
        "alice: answer <id:job-2> \\<id:job-1>",
        "",
        "alice: answer 6b04 yes",
    ]
