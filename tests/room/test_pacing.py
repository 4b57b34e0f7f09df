"""Limits hold, tell when they will not, and let go; over rooms that share a state folder."""

from pathlib import Path
from typing import Any

import pytest

from chatops_cli.errors import RecordError, SettingsError
from chatops_cli.model.access import AccessPolicy, AccessRule, Denials, Effect
from chatops_cli.model.chat import Principal, Reply, ReplyKind
from chatops_cli.model.problem import Place
from chatops_cli.model.rate import Per, RateLimit
from chatops_cli.records.events import Decided
from chatops_cli.records.rates import Full, Rates, Window
from chatops_cli.settings.load import load_settings
from chatops_cli.settings.values import Settings
from tests.support.chat import make_message
from tests.support.packs import action_text, write_pack
from tests.support.rooms import Memory, make_room, replies_to
from tests.support.small_packs import alias

PLACE = Place(file="chatops.yaml", line=1, column=1)
ANN, BOB = (Principal(network="irc", workspace="net", user=user) for user in ("ann", "bob"))


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    files = {
        "actions/a.yaml": action_text("a"),
        "aliases/a.yaml": alias("a", "t.a", "do a"),
        "aliases/b.yaml": alias("b", "t.a", "do b"),
    }
    write_pack(tmp_path / "packs", "t", files)
    return tmp_path / "packs"


class Talk:
    def __init__(self, packs: Path, home: Path, *rates: RateLimit, **access: Any) -> None:
        allow = AccessRule(name="all", effect=Effect.ALLOW, place=PLACE, aliases=("t.*",))
        policy = AccessPolicy(rules=(allow,), **access)
        self.settings = Settings(home=home, roots=(packs,), access=policy, rates=rates)
        self.packs, self.home, self.memory = packs, home, Memory()

    def say(self, text: str, who: Principal = ANN, room: str = "#ops") -> Reply:
        here = make_room(self.packs, home=self.home, settings=self.settings, memory=self.memory)
        return replies_to(here, make_message(text, principal=who, room=room))[-1]

    def ran(self, *said: tuple[str, Principal, str]) -> list[bool]:
        return [self.say(*each).kind is ReplyKind.RESULT for each in said]


def test_one_person(packs: Path, isolated: Path) -> None:
    """The next after the limit is held back, and told when; another person's is not."""
    home = isolated.parent / "home"
    talk = Talk(packs, home, RateLimit(name="few", count=2, within=3600.0))
    assert talk.ran(("do a", ANN, "#ops"), ("do b", ANN, "#dev")) == [True, True]
    held = talk.say("do a")
    assert (held.kind, held.reason) == (ReplyKind.DENIED, "limit")
    assert held.text.startswith(
        "t.a is not run now: few allows 2 in 1 h for each person; the next in "
    )
    (decided,) = [e for e, _ in talk.memory.events if isinstance(e, Decided) and not e.allowed]
    assert (decided.rule, decided.alias) == ("few", "t.a")
    assert talk.ran(("do a", BOB, "#ops")) == [True]


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        pytest.param((Per.ROOM,), [True, False, True, False], id="room"),
        pytest.param((Per.ALIAS,), [True, True, False, False], id="alias"),
        pytest.param((Per.ACTION,), [True, False, False, False], id="action"),
        pytest.param((), [True, False, False, False], id="all together"),
        pytest.param((Per.PERSON, Per.ROOM), [True, False, True, True], id="both"),
    ],
)
def test_what_is_counted(
    packs: Path, isolated: Path, per: tuple[Per, ...], expected: list[bool]
) -> None:
    talk = Talk(packs, isolated.parent / "home", RateLimit(name="r", count=1, within=60.0, per=per))
    assert expected == talk.ran(
        ("do a", ANN, "#ops"), ("do b", ANN, "#ops"), ("do a", ANN, "#dev"), ("do a", BOB, "#ops")
    )


def test_whom_it_is_for(packs: Path, isolated: Path) -> None:
    limit = RateLimit(name="r", count=1, within=60.0, who=("irc:net:bob",), aliases=("t.b",))
    talk = Talk(packs, isolated.parent / "home", limit)
    said = [("do b", ANN, "#ops")] * 2 + [("do a", BOB, "#ops")] * 2 + [("do b", BOB, "#ops")] * 2
    assert talk.ran(*said) == [True] * 5 + [False]


def test_silent_denials(packs: Path, isolated: Path) -> None:
    """Nothing is said to who may not, and it is on record; at the terminal it is said."""
    talk = Talk(packs, isolated.parent / "home", denials=Denials.SILENT, local=Effect.DENY)
    talk.settings = Settings(
        home=talk.home,
        roots=(packs,),
        access=AccessPolicy(denials=Denials.SILENT, local=Effect.DENY),
    )
    denied = talk.say("do a")
    assert (denied.kind, denied.text) == (ReplyKind.DENIED, "")
    assert "decision" in talk.memory.names()
    assert talk.say("do a", Principal(network="local", user="ann")).text.startswith("You may not")


def test_windows_slide(tmp_path: Path) -> None:
    """There is room again when the first of them is old enough; a clock set back frees nothing."""
    rates = Rates(tmp_path / "rates")
    window = Window(key="k", count=2, within=10.0)
    other = Window(key="other", count=9, within=10.0)
    assert [rates.take([window, other], now) for now in (100.0, 104.0)] == [None, None]
    assert rates.take([other, window], 105.0) == Full(window=window, wait=5.0)
    assert rates.take([window], 99.0) is not None
    assert rates.take([window], 110.0) is None
    assert rates.take([window], 111.0) == Full(window=window, wait=3.0)


def test_what_can_not_be_counted_is_not_run(tmp_path: Path) -> None:
    rates = Rates(tmp_path / "rates")
    window = Window(key="k", count=2, within=10.0)
    rates.take([window], 1.0)
    (file,) = (tmp_path / "rates").glob("*.json")
    file.write_text("{")
    with pytest.raises(RecordError, match="is damaged"):
        rates.take([window], 2.0)


def test_the_settings(isolated: Path) -> None:
    file = isolated / "chatops.yaml"
    file.write_text(
        "limits:\n  rates:\n  - {count: 3, within: 1h, per: [room, alias], rooms: ['#a']}\n"
        "  - {count: 1, within: 5, per: []}\n  - {count: 1, within: 5, who: ['irc:net:ann']}\n"
    )
    first, second, third = load_settings(folder=isolated).rates
    assert first == RateLimit(
        name="limits.rates[1]",
        count=3,
        within=3600.0,
        per=(Per.ROOM, Per.ALIAS),
        rooms=("#a",),
    )
    assert (second.per, third.per, third.who) == ((), (Per.PERSON,), ("irc:net:ann",))
    file.write_text("limits: {rates: [{per: [persons]}]}\n")
    with pytest.raises(SettingsError, match="did you mean person") as caught:
        load_settings(folder=isolated)
    assert caught.value.message.count("[missing-key]") == 2
