"""What a person is told when a message does not mean what was meant."""

import json
from dataclasses import asdict

import pytest

from chatops_cli.aliases.departure import departure
from chatops_cli.aliases.explain import explain
from chatops_cli.aliases.nearest import nearest
from chatops_cli.aliases.preparation import read
from chatops_cli.aliases.subject import Subject
from chatops_cli.aliases.table import build_table
from tests.support.aliases import make_alias, make_format

TABLE = build_table(
    [
        make_alias("deploy", "deploy {{app}} to {{env}}"),
        make_alias("ping", "ping {{host}}", "ping {{host}}( count {{n}})?( size {{size=64}})?"),
        make_alias("past", make_format("(show|sh) history on {{ip}}", display="show history <ip>")),
        make_alias("beer", "get {{who}} beer tab", "broken ("),
        make_alias("loud", "(beep|honk) {{x}}"),
        make_alias("say", "say (?P<what>yes|no)"),
        make_alias("echo", "echo {{text}}"),
        make_alias("echo", "echo {{text}}", pack="other"),
        make_alias("see", make_format(r"(?:\b|^)see (?P<k>\d+)(?:\b|$)", match_multiple=True)),
        make_alias("seen", "you see {{x}}"),
    ],
    strict=False,
    settable=lambda _: frozenset({"n"}),
    plans=None,
)


@pytest.mark.parametrize(
    ("message", "name", "until", "expected"),
    [
        pytest.param("deploy api on prod", "deploy", "deploy api ", "to", id="other word"),
        pytest.param("deplyo api to prod", "deploy", "", "deploy", id="misspelt"),
        pytest.param("deploy api", "deploy", "deploy api", "to", id="ends early"),
        pytest.param("deploy", "deploy", "deploy", "a value for app", id="no value"),
        pytest.param('deploy "a b" on x', "deploy", 'deploy "a b" ', "to", id="quoted value"),
        pytest.param("ping", "ping", "ping", "a value for host", id="one word"),
        pytest.param("show histroy on 3", "past", "show ", "history", id="later word"),
        pytest.param("get me a beer", "beer", "get me a beer", "tab", id="value goes on"),
        pytest.param("say maybe", "say", "say ", "a value for what", id="own group"),
    ],
)
def test_nearest_alias_and_the_place_of_departure(
    message: str, name: str, until: str, expected: str
) -> None:
    near = nearest(message, TABLE)[0]
    assert (near.alias.name, message[: near.offset], near.expected) == (name, until, expected)
    assert 45 <= near.score <= 100


@pytest.mark.parametrize(
    ("form", "message", "until", "expected"),
    [
        pytest.param("(beep|honk) {{x}}", "bark x", "", "beep or honk", id="alternatives"),
        pytest.param("go( fast)? now", "go fast then", "go fast ", "now", id="optional part"),
        pytest.param("run [0-9]+ times", "run many times", "run ", "other text", id="class"),
        pytest.param("(ab)+ x", "cd x", "", "ab", id="repeated"),
        pytest.param("(go {{x}}|stop)", "halt", "", "go or stop", id="sequence in alternatives"),
        pytest.param("list", "list all", "list ", "the end of the message", id="too long"),
        pytest.param("say '{{x}}' now", "say 'a b' then", "say 'a b' ", "now", id="own quotes"),
        pytest.param("a (?P<k>[0-9]+) b", "a 12 c", "a 12 ", "b", id="own group"),
        pytest.param(r"a \bb", "a c", "a ", "b", id="edge"),
        pytest.param("{{x}} now", "", "", "now", id="empty"),
    ],
)
def test_places_of_departure(form: str, message: str, until: str, expected: str) -> None:
    found = departure(Subject(message), read(form, strict=False).tree)
    assert (message[: found.offset], found.expected) == (until, expected)


@pytest.mark.parametrize("message", ["what is on /", "list or get pods", "x", "on"])
def test_a_word_that_is_half_alike_is_not_near(message: str) -> None:
    """`on` shares half of its letters with `honk`, `get` most of its own with `greet`."""
    aliases = [
        make_alias("honk", "(honk|beep) {{x}}"),
        make_alias("greet", "greet {{who}}"),
        make_alias("ticket", "EX-{{n}}"),
    ]
    table = build_table(aliases, strict=False, settable=lambda _: frozenset(), plans=None)
    assert nearest(message, table) == ()


def test_nearest_gives_one_format_of_an_alias_and_no_more_than_asked() -> None:
    found = nearest("ping deploy history", TABLE, limit=2)
    assert len(found) == 2
    assert len({near.alias.ref for near in found}) == 2
    assert nearest("what a lovely garden", TABLE) == ()
    assert nearest("", TABLE) == ()
    assert nearest("x" * 50_000, TABLE) == ()
    assert [near.display for near in nearest("show history", TABLE)] == ["show history <ip>"]


def kinds(message: str, ref: str) -> list[tuple[bool, list[str]]]:
    found = explain(message, TABLE, ref)
    json.dumps([asdict(one) for one in found])
    return [(one.matches, [step.kind for step in one.steps]) for one in found]


def says(message: str, ref: str, kind: str) -> list[str]:
    return [
        step.says for one in explain(message, TABLE, ref) for step in one.steps if step.kind == kind
    ]


def test_a_match_is_explained_value_by_value() -> None:
    assert kinds("ping web n=5", "demo.ping") == [
        (True, ["pairs", "text", "match", "captured", "pair", "chosen"]),
        (True, ["pairs", "text", "match", "captured", "pair", "default", "not-chosen"]),
    ]
    assert says("ping web n=5", "demo.ping", "captured")[0] == "host is 'web'"
    assert says("ping web n=5", "demo.ping", "pair")[0] == "n is '5', from a pair at the end"
    assert says("ping web", "demo.ping", "left-out") == ["n was left out and has no default"]
    assert says("ping web", "demo.ping", "default") == ["size takes its default, '64'"]


def test_pairs_that_stay_text_are_named() -> None:
    assert says("ping web sudo=1 n=5", "demo.ping", "pairs")[0] == (
        "cut off its end: n=5; stays text, since chat may not set it: sudo"
    )


def test_a_miss_names_the_missing_word_and_the_place() -> None:
    assert kinds("deploy api on x", "demo.deploy") == [
        (False, ["text", "literal-missing", "departs"])
    ]
    assert says("deploy api on x", "demo.deploy", "literal-missing") == ["it does not hold 'to'"]
    assert says("deploy api on x", "demo.deploy", "departs") == [
        "at character 11 stands 'on x', expected to"
    ]
    assert says("hit 3", "demo.past", "literal-missing") == ["it does not hold 'sh'"]
    assert says("on 3", "demo.loud", "literal-missing") == ["it does not hold 'beep' or 'honk'"]
    assert says("deploy", "demo.deploy", "departs") == [
        "at character 6 stands the end, expected a value for app"
    ]


def test_other_reasons() -> None:
    assert kinds("broken x", "demo.beer")[1] == (False, ["broken"])
    assert kinds("", "demo.echo") == [(False, ["text", "literal-missing", "blank"])]
    assert kinds("x" * 50_000, "demo.echo") == [(False, ["refused"])]
    assert says("echo a", "demo.echo", "ambiguous") == [
        "2 aliases match, so none is chosen: demo.echo, other.echo"
    ]
    assert says("you see 12", "demo.see", "not-chosen") == [
        "an alias without match_multiple matches, and goes first"
    ]
    assert kinds("see 1, see 2", "demo.see") == [
        (True, ["text", "match", "captured", "match", "captured", "chosen"])
    ]
    assert says("see 1 " * 101, "demo.see", "refused") == ["it matches more than 100 times"]


def test_without_an_alias_the_candidates_of_the_index_are_explained() -> None:
    assert {one.alias for one in explain("ping deploy", TABLE)} == {
        "demo.ping",
        "demo.deploy",
    }
    assert explain("x" * 50_000, TABLE) == ()
    assert explain("ping x", TABLE, "demo.unknown") == ()
