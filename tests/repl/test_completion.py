"""Completions and the live line, without a terminal."""

from pathlib import Path

import pytest

from chatops_cli.aliases.ahead import Ahead
from chatops_cli.model.access import AccessPolicy, AccessRule, Approval, Effect, Requirement
from chatops_cli.model.chat import Principal
from chatops_cli.model.problem import Place
from chatops_cli.repl.commands.command import Offer
from chatops_cli.repl.commands.table import COMMANDS
from chatops_cli.repl.completion import Completion, Kind, Known, complete
from chatops_cli.repl.disabled import Disabled
from chatops_cli.repl.fuzzy import ranked
from chatops_cli.repl.preview import Kind as Told
from chatops_cli.repl.preview import View, preview
from chatops_cli.repl.values import KnownValues
from chatops_cli.room.room import Room
from tests.support.chat import make_message
from tests.support.packs import action_text, alias_text, write_pack
from tests.support.rooms import make_room

DEPLOY = """
parameters:
  app: {type: string, required: true, enum: [api, web], description: What}
  host: {type: string, required: true}
  now: {type: boolean, default: false}
  token: {type: string, secret: true}
  log_path: {type: string}
"""
BOB = Principal(network="local", user="bob")
EVE = Principal(network="local", user="eve")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Eve may not deploy."""
    root = tmp_path / "packs"
    write_pack(
        root,
        "ops",
        {
            "actions/deploy.yaml": action_text("deploy", more=DEPLOY),
            "actions/ok.yaml": action_text("ok"),
            "aliases/deploy.yaml": alias_text(
                "deploy", "ops.deploy", "deploy {{ app }} on {{ host }}( now| later)?"
            ),
            "actions/login.yaml": action_text(
                "login", more="parameters:\n  token: {type: string, secret: true}\n"
            ),
            "aliases/login.yaml": alias_text("login", "ops.login", "log in with {{ token }}"),
            "aliases/log.yaml": alias_text("log", "ops.deploy", "log of {{ log_path }}"),
            "aliases/ok.yaml": alias_text(
                "ok", "ops.ok", "check health", "check (?P<what>all|none)"
            ),
            "aliases/off.yaml": alias_text("off", "ops.ok", "tear {{ what }} down")
            + "enabled: false\n",
            "aliases/same.yaml": alias_text("same", "ops.ok", "twice"),
            "aliases/twin.yaml": alias_text("twin", "ops.ok", "twice"),
        },
    )
    rule = AccessRule(
        name="no-eve",
        effect=Effect.DENY,
        place=Place(file="chatops.yaml"),
        who=("local:eve",),
        actions=("ops.deploy",),
    )
    approved = AccessRule(
        name="with-approval",
        effect=Effect.ALLOW,
        place=Place(file="chatops.yaml"),
        who=("local:bob",),
        actions=("ops.deploy",),
        require=Requirement(approval=Approval(by=("@leads",))),
    )
    access = AccessPolicy(roles={"leads": ("local:lea",)}, rules=(rule, approved))
    return make_room(root, home=tmp_path / "home", access=access)


def offers(room: Room, text: str, *, values: KnownValues | None = None) -> list[Completion]:
    known = Known(
        world=room.world,
        ahead=Ahead(room.world.table),
        message=make_message("", is_direct=False),
        values=values or KnownValues(),
        commands=COMMANDS,
        offers=lambda command: [Offer("alice"), Offer("bob")] if command.name == "as" else [],
    )
    return list(complete(text, known))


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        pytest.param("!ch", ["!check health", "!check "], id="words"),
        pytest.param("!CHECK HE", ["!CHECK HEalth"], id="in any case"),
        pytest.param("!check ", ["!check health", "!check all", "!check none"], id="alternatives"),
        pytest.param("!  check  h", ["!  check  health"], id="white space"),
        pytest.param("@chatops check h", ["@chatops check health"], id="by name"),
        pytest.param("!deploy w", ["!deploy web", "!deploy w on "], id="enum"),
        pytest.param("!deploy api o", ["!deploy api on "], id="behind a value"),
        pytest.param(
            "!deploy api on web1 ",
            [f"!deploy api on web1 {each}" for each in ("later", "now", "log_path=", "now=")],
            id="options",
        ),
        pytest.param("!deploy api on web1 lo", ["!deploy api on web1 log_path="], id="pairs"),
        pytest.param(
            "!deploy api on web1 now=t", ["!deploy api on web1 now=true"], id="value of a pair"
        ),
        pytest.param("!dply", ["!deploy "], id="fuzzy"),
        pytest.param("!xyzzy", [], id="nothing"),
        pytest.param("@ch", ["@chatops "], id="the bot's name"),
        pytest.param("hello", [], id="talk"),
        pytest.param("/expl", ["/explain "], id="a slash command"),
        pytest.param("/as b", ["/as bob"], id="its argument"),
        pytest.param("/explain check h", ["/explain check health"], id="a message behind one"),
        pytest.param("/nope x", [], id="no command"),
    ],
)  # fmt: skip
def test_what_a_line_may_become(room: Room, typed: str, becomes: list[str]) -> None:
    found = [each for each in offers(room, typed) if each.text]
    lines = [typed[: len(typed) - each.back] + each.text for each in found]
    assert sorted(lines) == sorted(becomes)


def test_a_value_that_nothing_is_known_of_tells_its_type(room: Room) -> None:
    found = offers(room, "!deploy api on ")
    assert [(each.kind, each.text, each.label) for each in found] == [
        (Kind.PARAMETER, "", "<host: string>")
    ]


def test_hosts_of_all_actions_are_offered(room: Room) -> None:
    """Other values only where the same parameter had them; what is masked never."""
    values = KnownValues()
    values.learn("net.ping", {"host": "db1", "count": 3, "token": "********"})
    values.learn("ops.deploy", {"host": "web7", "token": "********", "now": True})
    texts = [each.text for each in offers(room, "!deploy api on ", values=values)]
    assert texts == ["web7", "db1", ""]
    assert values.of("ops.deploy", "token") == ()
    assert values.of("net.ping", "count") == ("3",)


def test_files_are_offered_where_a_path_is_wanted(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "some.log").touch()
    (tmp_path / "some folder").mkdir()
    texts = [each.text for each in offers(room, f"!log of {tmp_path}/so")]
    assert texts == [f"{tmp_path}/some folder/", f"{tmp_path}/some.log"]
    monkeypatch.chdir(tmp_path)
    assert [each.text for each in offers(room, "!log of so")] == ["some folder/", "some.log"]
    assert "some.log" in [each.text for each in offers(room, "!log of ")]
    assert [each.text for each in offers(room, "!check ./some.")] == []
    (offered,) = offers(room, "/record some.")
    assert (offered.text, offered.back, offered.label) == ("some.log", 5, "some.log")


def test_nothing_is_offered_for_a_very_long_line(room: Room) -> None:
    assert offers(room, "!check " + "x" * 1000) == []


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        pytest.param("he", ["help", "the", "hxe"], id="beginning, inside, scattered"),
        pytest.param("", ["the", "hxe", "help"], id="as they are"),
        pytest.param("HE", ["help", "the", "hxe"], id="in any case"),
        pytest.param("z", [], id="none"),
    ],
)
def test_the_nearest_come_first(typed: str, order: list[str]) -> None:
    assert ranked(typed, ["the", "hxe", "help"], str) == order


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        pytest.param("", Told.NOTHING, "", id="nothing"),
        pytest.param("!", Told.NOTHING, "", id="the prefix"),
        pytest.param("hello", Told.TALK, "talk: not for the bot", id="talk"),
        pytest.param("!check health", Told.READY, "ops.ok  allowed", id="ready"),
        pytest.param(
            "!deploy api on web1 now log_path=/a",
            Told.READY,
            "ops.deploy  app=api  host=web1  log_path=/a  allowed",
            id="parameters",
        ),
        pytest.param(
            "!log in with xyz", Told.READY, "ops.login  token=********  allowed", id="a secret"
        ),
        pytest.param(
            "!deploy a", Told.PARTIAL,
            "ops.deploy  app=a  host=?  type deploy {{ app }} on {{ host }}( now| later)?",
            id="what is missing",
        ),
        pytest.param("!check", Told.PARTIAL, "ops.ok  type check health", id="the beginning"),
        pytest.param("!twice", Told.AMBIGUOUS, "ambiguous: ops.same, ops.twin", id="ambiguous"),
        pytest.param("!tear web down", Told.BLOCKED, "disabled: ops.off", id="disabled"),
        pytest.param("!tear w", Told.BLOCKED, "disabled: ops.off", id="begins as one disabled"),
        pytest.param("!xyzzy", Told.UNKNOWN, "no alias begins so", id="unknown"),
        pytest.param("!help linux", Told.READY, "help", id="help"),
        pytest.param("/", Told.COMMAND, "/help tells of the commands", id="a slash"),
        pytest.param("/nick x", Told.COMMAND, "/nick NAME", id="a slash command"),
        pytest.param("/d", Told.COMMAND, "/dm  /dry", id="some slash commands"),
        pytest.param("/zz", Told.UNKNOWN, "no command /zz", id="no slash command"),
    ],
)  # fmt: skip
def test_the_live_line(room: Room, typed: str, kind: Told, text: str) -> None:
    told = preview(view(room, typed))
    assert told.kind is kind
    assert told.text.startswith(text)


def view(room: Room, text: str, *, principal: Principal | None = None) -> View:
    message = make_message(text, is_direct=False)
    if principal is not None:
        message = make_message(text, is_direct=False, principal=principal)
    return View(
        world=room.world,
        ahead=Ahead(room.world.table),
        message=message,
        plan=lambda command: room.plan(message, command),
        commands=COMMANDS,
        disabled=Disabled(room.world).refs,
    )


@pytest.mark.parametrize("typed", ["!deploy api on web1", "!deploy api"])
def test_the_live_line_tells_who_has_to_approve(room: Room, typed: str) -> None:
    told = preview(view(room, typed, principal=BOB))
    assert told.kind is (Told.BLOCKED if "web1" in typed else Told.PARTIAL)
    assert "needs approval by @leads" in told.text


@pytest.mark.parametrize("typed", ["!deploy api on web1", "!deploy api"])
def test_the_live_line_tells_the_decision(room: Room, typed: str) -> None:
    """Before all is typed, too."""
    told = preview(view(room, typed, principal=EVE))
    assert told.kind is Told.DENIED
    assert "denied: rule no-eve" in told.text


def test_the_live_line_tells_what_keeps_it_from_running(room: Room) -> None:
    told = preview(view(room, "!deploy nope on web1"))
    assert told.kind is Told.BLOCKED
    assert "nope" in told.text
