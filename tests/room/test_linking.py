"""Accounts: a code from the terminal, typed in a room, makes two ids one human to the rules."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from chatops_cli.errors import ChatOpsError, ExitCode, RecordError
from chatops_cli.model.access import AccessPolicy, AccessRule, Approval, Effect, Requirement
from chatops_cli.model.chat import Principal, Reply, ReplyKind
from chatops_cli.model.problem import Place
from chatops_cli.records.accounts import Accounts
from tests.support.chat import make_message
from tests.support.cli import invoke
from tests.support.packs import action_text, write_pack
from tests.support.rooms import Clock, Memory, make_room, replies_to
from tests.support.small_packs import alias

PLACE = Place(file="chatops.yaml", line=1, column=1)
SLACK = Principal(network="slack", workspace="T1", user="U1", name="ann")
IRC = Principal(network="irc", workspace="net", user="ann_")
BOB = Principal(network="irc", workspace="net", user="bob")


def policy(
    require: Requirement | None = None, who: tuple[str, ...] = ("account:ann",)
) -> AccessPolicy:
    return AccessPolicy(
        rules=(AccessRule(name="r", effect=Effect.ALLOW, place=PLACE, who=who, require=require),)
    )


class Talk:
    def __init__(self, root: Path, home: Path, access: AccessPolicy) -> None:
        files = {
            "actions/a.yaml": action_text("a"),
            "aliases/a.yaml": alias("a", "t.a", "do a"),
        }
        write_pack(root, "t", files)
        self.home, self.memory = home, Memory()
        self.accounts = Accounts(home, clock=Clock())
        self.room = make_room(root, home=home, access=access, memory=self.memory)

    def say(self, who: Principal, text: str) -> Reply:
        return replies_to(self.room, make_message(text, principal=who))[-1]


@pytest.fixture
def talk(tmp_path: Path, isolated: Path) -> Talk:
    return Talk(tmp_path / "packs", isolated.parent / "home", policy())


def test_a_link_gives_what_the_account_may(talk: Talk) -> None:
    """From the message that types the code on; the code is on record masked, and counts once."""
    assert talk.say(SLACK, "do a").kind is ReplyKind.DENIED
    code = talk.accounts.new_code("ann")
    assert re.fullmatch(r"[A-Z2-9]{5}-[A-Z2-9]{5}", code)
    assert code.replace("-", "") not in (talk.home / "account-codes.json").read_text()
    said = talk.say(SLACK, f"account link {code.lower()}")
    assert said.text == "You are linked to the account ann: slack:T1:U1."
    assert talk.say(SLACK, "do a").kind is ReplyKind.RESULT
    again = talk.say(BOB, f"link {code}")
    assert again.text.startswith("Nobody was linked: this code links nothing")
    assert talk.say(BOB, "do a").kind is ReplyKind.DENIED
    assert "account.linked" in talk.memory.names()
    assert code not in repr(talk.memory.events)
    assert code.lower() not in repr(talk.memory.events)
    talk.accounts.unlink("ann", (SLACK,))
    assert talk.say(SLACK, "do a").kind is ReplyKind.DENIED


def test_codes_can_not_be_guessed_for_long(talk: Talk) -> None:
    """After five tries even the right one has to wait."""
    code = talk.accounts.new_code("ann")
    for _ in range(5):
        assert talk.say(BOB, "link AAAAA-AAAAA").reason == "account"
    assert talk.say(BOB, f"link {code}").text == (
        "Nobody was linked: you have tried too many codes; wait ten minutes."
    )
    assert talk.say(SLACK, f"link {code}").kind is ReplyKind.INFO


def test_codes_grow_old_and_few(tmp_path: Path) -> None:
    """Ten minutes; and the sixth makes the first worthless."""
    clock = Clock()
    accounts = Accounts(tmp_path, clock=clock)
    old = accounts.new_code("ann")
    clock.time += timedelta(seconds=601)
    with pytest.raises(ChatOpsError, match="links nothing"):
        accounts.redeem(old)
    codes = [accounts.new_code(f"a{number}") for number in range(6)]
    with pytest.raises(ChatOpsError, match="links nothing"):
        accounts.redeem(codes[0])
    assert accounts.redeem(codes[5]) == "a5"


def test_one_principal_has_one_account(talk: Talk) -> None:
    talk.say(SLACK, f"link {talk.accounts.new_code('ann')}")
    again = talk.say(SLACK, f"link {talk.accounts.new_code('bob')}")
    assert "slack:T1:U1 is linked to another account" in again.text
    assert talk.say(SLACK, f"link {talk.accounts.new_code('ann')}").kind is ReplyKind.INFO
    assert len(talk.accounts.all()) == 1


def test_one_human_approves_once(tmp_path: Path, isolated: Path) -> None:
    """Neither their own wish from another network, nor the same wish twice."""
    needs = Requirement(approval=Approval(by=("*",), count=2))
    talk = Talk(tmp_path / "packs", isolated.parent / "home", policy(needs, who=("*",)))
    for who in (SLACK, IRC):
        talk.accounts.link("ann", who)
    carl, carla = (Principal(network=n, workspace="w", user="carl") for n in ("irc", "slack"))
    for who in (carl, carla):
        talk.accounts.link("carl", who)
    talk.say(SLACK, "do a")
    assert talk.say(IRC, "approve").text.endswith("you asked for it yourself.")
    assert "(1 of 2)" in talk.say(carl, "approve").text
    assert talk.say(carla, "approve").text == "You have approved it already (1 of 2)."
    assert talk.say(BOB, "approve").kind is ReplyKind.RESULT


def test_a_damaged_file_lets_nobody_in(talk: Talk) -> None:
    (talk.home / "accounts.json").parent.mkdir(exist_ok=True)
    (talk.home / "accounts.json").write_text("{")
    with pytest.raises(RecordError, match=r"accounts\.json"):
        talk.say(SLACK, "do a")
    assert "execution.requested" not in talk.memory.names()


def test_the_command_line() -> None:
    """A code, and what has become of it."""
    assert invoke("account", "list").stderr == "nobody is linked to an account\n"
    made = invoke("account", "link", "ann")
    code = made.stdout.strip()
    assert f"!account link {code}" in made.stderr
    assert invoke("account", "link", "an n").exit_code == ExitCode.USAGE
    said = invoke("run", "--as", "anna", f"account link {code}")
    assert said.stdout == "You are linked to the account ann: local:anna.\n"
    assert "local:anna" in invoke("account", "list").stdout
    (shown,) = invoke("account", "show", "ann", "--json").json_lines
    assert isinstance(shown, dict)
    assert (shown["account"], shown["principal"]) == ("ann", "local:anna")
    assert invoke("account", "unlink", "ann", "local:x").exit_code == ExitCode.FAILED
    gone = invoke("account", "unlink", "ann", "local:anna")
    assert gone.stderr == "unlinked local:anna from ann\n"
    assert invoke("account", "show", "ann").exit_code == ExitCode.FAILED
    events = invoke("audit", "search", "--json").stdout
    assert events.count('"account.') == 3
    assert code not in events
