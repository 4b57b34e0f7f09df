"""What people have to allow holds until they have, and then runs, once; all of it on record."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chatops_cli.model.access import (
    AccessPolicy,
    AccessRule,
    Approval,
    Confirmation,
    Effect,
    Requirement,
)
from chatops_cli.model.chat import Message, Principal, Reply, ReplyKind
from chatops_cli.model.execution import Status
from chatops_cli.model.problem import Place
from chatops_cli.records.events import ApprovalEnded, ApprovalRequested
from chatops_cli.room.deadlines import Deadlines
from chatops_cli.room.room import Room
from tests.support.chat import make_message
from tests.support.packs import write_pack
from tests.support.rooms import Memory, make_room, replies_to
from tests.support.small_packs import alias

PLACE = Place(file="chatops.yaml", line=3, column=1)
DEPLOY = (
    "name: deploy\nrunner_type: local-shell-cmd\nparameters:\n"
    "  target: {type: string}\n  pin: {type: string, secret: true}\n"
    "  cmd: {default: 'echo {{ target }} >> {{ pin }}.txt; echo done', immutable: true}\n"
)


def person(user: str, network: str = "slack") -> Principal:
    return Principal(network=network, workspace="T1", user=user, name=user.lower())


ANN, BOB, CAT, DAN = (person(user) for user in ("U1", "U2", "U3", "U4"))
ROLES = {"leads": ("slack:T1:U1", "slack:T1:U2", "slack:T1:U3")}


def policy(approval: Approval | None = None, confirm: Confirmation | None = None) -> AccessPolicy:
    rule = AccessRule(
        name="deploys",
        effect=Effect.ALLOW,
        place=PLACE,
        require=Requirement(approval=approval, confirm=confirm),
    )
    return AccessPolicy(roles=ROLES, rules=(rule,))


ONE, TWO = Approval(by=("@leads",)), Approval(by=("@leads",), count=2)


class Stage:
    """Rooms over one state folder, one after the other, as after restarts."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root, self.home = root, home
        self.memory = Memory()
        self.number = 0

    def room(self, access: AccessPolicy) -> Room:
        self.number += 100
        return make_room(
            self.root, home=self.home, memory=self.memory, access=access, first=self.number
        )

    def say(self, access: AccessPolicy, who: Principal, text: str, **more: Any) -> list[Reply]:
        return replies_to(self.room(access), make_message(text, principal=who, **more))

    def ask(self, access: AccessPolicy, who: Principal = ANN, env: str = "live") -> str:
        (asked,) = self.say(access, who, f"deploy {env}")
        assert (asked.kind, asked.status) == (ReplyKind.INFO, Status.PENDING), asked
        assert asked.execution_id is not None
        return asked.execution_id

    @property
    def runs(self) -> int:
        return self.memory.names().count("execution.requested")

    @property
    def outcomes(self) -> list[str]:
        return [e.outcome for e, _ in self.memory.events if isinstance(e, ApprovalEnded)]


@pytest.fixture
def stage(tmp_path: Path, isolated: Path) -> Stage:
    files = {
        "actions/deploy.yaml": DEPLOY.replace("{{ pin }}.txt", str(tmp_path / "ran.txt")),
        "aliases/deploy.yaml": alias("deploy", "t.deploy", "deploy {{ target }}"),
    }
    write_pack(tmp_path / "packs", "t", files)
    return Stage(tmp_path / "packs", isolated.parent / "home")


def kinds(replies: list[Reply]) -> list[tuple[ReplyKind, str | None]]:
    return [(reply.kind, reply.reason) for reply in replies]


def test_two_approvals_start_it_once(stage: Stage, tmp_path: Path) -> None:
    """Held until two others have approved; then run as it was asked for, in a later process."""
    access = policy(TWO)
    (asked,) = stage.say(access, ANN, "deploy live")
    first = asked.execution_id
    assert asked.text.splitlines()[0].startswith(
        "t.deploy for u1 waits for approval by 2 of @leads (until 2026-05-04 13:00:0"
    )
    assert asked.text.splitlines()[1:2] + asked.text.splitlines()[3:] == [
        '  target = "live"',
        f"To approve, say: approve {first}   To refuse: deny {first} reason",
    ]
    assert stage.memory.names() == ["message", "match", "decision", "approval.requested", "reply"]
    assert stage.memory.events[3][1] is True
    (own,) = stage.say(access, ANN, f"approve {first}")
    assert (own.kind, own.text) == (
        ReplyKind.DENIED,
        f"You may not approve {first}: you asked for it yourself.",
    )
    (stranger,) = stage.say(access, DAN, f"approve {first}")
    assert stranger.text == f"You may not approve {first}: it needs approval by 2 of @leads."
    (one,) = stage.say(access, BOB, f"approve {first}")
    assert one.text == "u2 approves t.deploy (1 of 2); 1 more to go."
    (again,) = stage.say(access, BOB, "approve")
    assert again.text == "You have approved it already (1 of 2)."
    assert stage.runs == 0
    started, result = stage.say(access, CAT, "approve")
    assert started.text == f"t.deploy starts: approved by u2, u3 (execution {first})."
    assert (result.kind, result.status, result.execution_id) == (
        ReplyKind.RESULT,
        Status.SUCCEEDED,
        first,
    )
    assert (tmp_path / "ran.txt").read_text() == "live\n"
    (over,) = stage.say(access, CAT, f"approve {first}")
    assert over.kind is ReplyKind.ERROR
    assert stage.runs == 1
    assert stage.outcomes == ["started"]
    names = stage.memory.names()
    assert names.index("approval.ended") + 1 == names.index("execution.requested")


def test_confirmed_and_approved(stage: Stage) -> None:
    """Who asks says it again, with the word; nobody else can, and nobody approves before."""
    access = policy(ONE, Confirmation(word="live"))
    asked = stage.ask(access)
    assert kinds(stage.say(access, BOB, f"confirm {asked} live")) == [(ReplyKind.DENIED, "deploys")]
    assert kinds(stage.say(access, BOB, "approve")) == [(ReplyKind.ERROR, "confirm")]
    (wrong,) = stage.say(access, ANN, "confirm")
    assert wrong.text == "Nothing was run: to have it run, add the word 'live'."
    (now,) = stage.say(access, ANN, f"confirm {asked[:6]} live")
    assert (now.reason, now.status) == ("approval", Status.PENDING)
    assert kinds(stage.say(access, ANN, "confirm live"))[0] == (ReplyKind.INFO, "approval")
    assert [r.kind for r in stage.say(access, BOB, "approve")] == [ReplyKind.ACK, ReplyKind.RESULT]
    assert stage.memory.names().count("approval.confirmed") == 1


def test_confirmed_alone(stage: Stage) -> None:
    access = policy(confirm=Confirmation())
    (asked,) = stage.say(access, ANN, "!deploy live", is_direct=False)
    assert "To have it run, say: !confirm " in asked.text
    assert stage.runs == 0
    assert [r.kind for r in stage.say(access, ANN, "confirm")] == [ReplyKind.ACK, ReplyKind.RESULT]
    assert stage.runs == 1


def test_denied_and_withdrawn(stage: Stage) -> None:
    """Approvers refuse, who asked withdraws, others can do neither."""
    access = policy(ONE)
    first = stage.ask(access)
    assert kinds(stage.say(access, DAN, f"deny {first} no")) == [(ReplyKind.DENIED, "deploys")]
    (denied,) = stage.say(access, BOB, "deny not on a Friday")
    assert denied.text == f"t.deploy for u1 is not run (denied): u2: not on a Friday ({first})."
    stage.ask(access)
    (withdrawn,) = stage.say(access, ANN, "deny")
    assert "(withdrawn): u1 has withdrawn it" in withdrawn.text
    assert stage.outcomes == ["denied", "withdrawn"]
    assert stage.runs == 0
    (nothing,) = stage.say(access, BOB, "approve")
    assert nothing.text == "Nothing was run: nothing waits for an approval here"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param("actions/deploy.yaml", "changed since", id="the action"),
        pytest.param("aliases/deploy.yaml", "changed since", id="the alias"),
    ],
)
def test_an_edit_voids_it(stage: Stage, change: str, expected: str) -> None:
    """People allow what they have been shown, and nothing that was put in its place since."""
    access = policy(ONE)
    stage.ask(access)
    file = stage.root / "t" / change
    file.write_text(file.read_text() + "description: other\n")
    (void,) = stage.say(access, BOB, "approve")
    assert (void.kind, void.reason) == (ReplyKind.ERROR, "void")
    assert expected in void.text
    assert (stage.runs, stage.outcomes) == (0, ["void"])


def test_a_script_that_was_edited_voids_it(stage: Stage) -> None:
    """What is run counts as what was asked for."""
    pack = stage.root / "t"
    (pack / "actions/deploy.yaml").write_text(
        "name: deploy\nrunner_type: local-shell-script\nentry_point: d.sh\n"
        "parameters: {target: {type: string}}\n"
    )
    script = pack / "actions" / "d.sh"
    script.write_text("#!/bin/sh\necho good\n")
    access = policy(ONE)
    stage.ask(access)
    script.write_text("#!/bin/sh\necho evil\n")
    assert kinds(stage.say(access, BOB, "approve")) == [(ReplyKind.ERROR, "void")]


FLOW = "version: 1.0\ntasks:\n  one: {{action: {called}, input: {{cmd: echo}}}}\n"


@pytest.mark.parametrize(
    ("called", "changed"),
    [
        pytest.param("t.inner", "actions/inner.yaml", id="a called action"),
        pytest.param("t.inner", "actions/inner.sh", id="its script"),
        pytest.param("t.inner", "actions/workflows/flow.yaml", id="the workflow"),
        pytest.param("t.between", "actions/inner.sh", id="a script two calls down"),
        pytest.param("<% ctx().target %>", "actions/inner.sh", id="one that is chosen as it runs"),
    ],
)
def test_what_a_workflow_calls_voids_it(stage: Stage, called: str, changed: str) -> None:
    """Whoever allows a workflow allows what it calls, as that is now."""
    head = "runner_type: {}\nentry_point: {}\nparameters: {{target: {{type: string}}}}\n"
    files = {
        "actions/deploy.yaml": "name: deploy\n" + head.format("orquesta", "workflows/flow.yaml"),
        "actions/workflows/flow.yaml": "input: [target]\n" + FLOW.format(called=called),
        "actions/between.yaml": "name: between\n" + head.format("action-chain", "chain.yaml"),
        "actions/chain.yaml": "chain: [{name: a, ref: t.inner}]\n",
        "actions/inner.yaml": "name: inner\n" + head.format("local-shell-script", "inner.sh"),
        "actions/inner.sh": "#!/bin/sh\necho good\n",
    }
    write_pack(stage.root, "t", files)
    access = policy(TWO)
    asked = stage.ask(access)
    assert stage.say(access, BOB, f"approve {asked}")[0].kind is ReplyKind.INFO, "nothing changed"
    file = stage.root / "t" / changed
    more = "echo evil\n" if changed.endswith(".sh") else "description: other\n"
    file.write_text(file.read_text() + more)
    assert kinds(stage.say(access, CAT, f"approve {asked}")) == [(ReplyKind.ERROR, "void")]
    assert stage.outcomes == ["void"]


def test_it_is_decided_again(stage: Stage) -> None:
    """Who asked may no more, or the rules are others: void. Approvers are looked at again."""
    access = policy(TWO)
    stage.ask(access)
    (void,) = stage.say(AccessPolicy(), BOB, "approve")
    assert "may not run it any more" in void.text
    stage.ask(access)
    (void,) = stage.say(policy(ONE), BOB, "approve")
    assert "the access rules have been changed" in void.text
    asked = stage.ask(access, ANN)
    stage.say(access, BOB, f"approve {asked}")
    roles = {"leads": ("slack:T1:U1", "slack:T1:U3", "slack:T1:U4")}
    fewer = AccessPolicy(roles=roles, rules=access.rules)
    (one,) = stage.say(fewer, CAT, f"approve {asked}")
    assert one.text == "u3 approves t.deploy (1 of 2); 1 more to go."
    assert stage.runs == 0
    assert len(stage.say(fewer, DAN, f"approve {asked}")) == 2


def test_it_expires(stage: Stage) -> None:
    """After its time nobody can approve; it is ended when somebody looks."""
    room = stage.room(policy(Approval(by=("@leads",), within=1.0)))
    replies_to(room, make_message("deploy live", principal=ANN))
    (late,) = replies_to(room, make_message("approve", principal=BOB))
    assert (late.kind, late.reason) == (ReplyKind.ERROR, "expired")
    assert (stage.runs, stage.outcomes) == (0, ["expired"])


def test_it_expires_while_nobody_says_anything(stage: Stage) -> None:
    """As long as a room lasts; it is told where it was asked for."""
    access = policy(Approval(by=("@leads",), within=1.0))
    asked = stage.ask(access)

    async def wait() -> Reply:
        told: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()

        async def post(reply: Reply) -> None:
            told.set_result(reply)

        plain = stage.room(access)
        services = replace(plain._services, post=post)  # the same room with a port more
        room = Room(world=plain.world, services=services)
        deadlines = Deadlines(room.continuing, services, approvals=room.approvals, step=0.01)
        try:
            async with asyncio.timeout(30):
                return await told
        finally:
            await deadlines.close()

    reply = asyncio.run(wait())
    assert (reply.room, reply.execution_id, reply.reason) == ("#ops", asked, "expired")
    assert (stage.runs, stage.outcomes) == (0, ["expired"])


def test_an_edited_message_withdraws_what_it_asked_for(stage: Stage) -> None:
    access = policy(ONE)
    stage.ask(access)
    stage.say(access, ANN, "deploy test", is_edited=True)
    assert stage.outcomes == ["void"]
    (nothing,) = stage.say(access, BOB, "approve")
    assert nothing.reason == "not-found"


def test_several_wait(stage: Stage) -> None:
    """Without an id it has to be said which; words that are no id approve nothing."""
    access = policy(ONE)
    first, second = stage.ask(access), stage.ask(access, env="test")
    (which,) = stage.say(access, BOB, "approve")
    assert which.text == (
        f"Nothing was run: 2 wait here: {first} (t.deploy), {second} (t.deploy) (say which)"
    )
    (none,) = stage.say(access, BOB, "approve nonsense")
    assert none.text == "Nothing was run: there is no 'nonsense' that waits (say: approve ID)"
    (listed,) = stage.say(access, BOB, "help")
    assert "approve [ID]" in listed.text


def test_at_the_same_time_it_starts_once(stage: Stage, tmp_path: Path) -> None:
    """Several processes count one approval each, and one of them starts it."""
    access = policy(Approval(by=("slack:T1:*",), count=3))
    asked = stage.ask(access)
    rooms = [stage.room(access) for _ in range(6)]
    messages: list[Message] = [
        make_message(f"approve {asked}", principal=person(f"V{number}"), message_id=f"v{number}")
        for number in range(6)
    ]
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(replies_to, rooms, messages))
    assert sum(1 for replies in said if replies[-1].kind is ReplyKind.RESULT) == 1
    assert (tmp_path / "ran.txt").read_text() == "live\n"
    assert stage.memory.names().count("approval.given") == 3


def test_secrets_stay_secret(stage: Stage) -> None:
    """Neither the room nor the record has them; the files are for their owner only."""
    (stage.root / "t/aliases/deploy.yaml").write_text(
        alias("deploy", "t.deploy", "deploy {{ target }} {{ pin }}")
    )
    access = policy(ONE)
    (asked,) = stage.say(access, ANN, "deploy live canary-pin")
    assert "canary" not in asked.text
    assert "canary" not in repr(stage.memory.events)
    (pending,) = stage.room(access).approvals.all()
    assert "canary" not in str(pending.as_json())
    (event,) = [e for e, _ in stage.memory.events if isinstance(e, ApprovalRequested)]
    assert event.expires - event.expires.replace(minute=0, second=0) < timedelta(minutes=1)
    (file,) = (stage.home / "approvals").glob("*.json")
    assert file.stat().st_mode & 0o077 == 0
