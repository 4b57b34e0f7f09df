"""One alias, several, or none: what the table answers."""

from collections.abc import Mapping

import pytest

from chatops_cli.aliases.outcome import Ambiguous, Matched, Refused, Unmatched
from chatops_cli.aliases.table import MESSAGE_LIMIT, AliasTable, build_table
from chatops_cli.model.alias import Alias
from tests.support.aliases import make_alias, make_format


def table(*aliases: Alias, strict: bool = False, keys: tuple[str, ...] = ()) -> AliasTable:
    return build_table(aliases, strict=strict, settable=lambda _: frozenset(keys), plans=None)


def got(
    form: str, message: str, *, strict: bool = False, keys: tuple[str, ...] = ()
) -> Mapping[str, str | None] | None:
    outcome = table(make_alias("one", form), strict=strict, keys=keys).match(message)
    if isinstance(outcome, Unmatched):
        return None
    assert isinstance(outcome, Matched)
    (parameters,) = outcome.parameters
    return parameters


@pytest.mark.parametrize(
    ("form", "message", "parameters"),
    [
        pytest.param("ping {{host}}", "ping web1", {"host": "web1"}, id="word"),
        pytest.param("ping {{host}}", '  ping  "two words" ', {"host": "two words"}, id="quotes"),
        pytest.param("ping {{host}}", "PING web1", {"host": "web1"}, id="case"),
        pytest.param("Ping {{Host}}", "ping Web1", {"Host": "Web1"}, id="case of the value"),
        pytest.param("disk usage", "disk \t usage", {}, id="white space"),
        pytest.param("disk usage", "disk\u00a0usage", {}, id="no-break space"),
        pytest.param("don't {{x}}", "don\u2019t go", {"x": "go"}, id="typographic quote"),
        pytest.param("don\u2019t", "don't", {}, id="typographic quote in the format"),
        pytest.param("re-run --all", "re\u2011run \u2014all", {}, id="dashes"),
        pytest.param("say {{x}}", "say \u201chi\u201d", {"x": "\u201chi\u201d"}, id="value kept"),
        pytest.param("get {{u}}", "get http://h/?a=1", {"u": "http://h/?a=1"}, id="link"),
        pytest.param("ask {{x=yes}} now", "ask now", {"x": "yes"}, id="default"),
        pytest.param('ask {{x = "a b"}}', "ask", {"x": "a b"}, id="quoted default"),
        pytest.param("ask( {{x}})? now", "ask now", {"x": None}, id="optional group left out"),
        pytest.param("get {{j}} now", 'get {"a": "b c"} now', {"j": '{"a": "b c"}'}, id="braces"),
        pytest.param("a {{x}}{{y}}", "a bc", {"x": "b", "y": "c"}, id="adjacent"),
        pytest.param("on( {{x=live}}){0}", "on", {"x": "live"}, id="constant"),
        pytest.param("(s|h) {{x}}", "S 1", {"x": "1"}, id="case of one-letter alternatives"),
        pytest.param("say (?P<x>yes|no)", "SAY yes", {"x": "yes"}, id="own group"),
        pytest.param("say (?P<x>yes|no)", "say YES", None, id="case in own group"),
        pytest.param("ping {{host}}", "pingweb1", None, id="space is needed"),
        pytest.param("straße {{x}}", "STRASSE 1", None, id="one character is one character"),
        pytest.param("привет {{x}}", "ПРИВЕТ Мир", {"x": "Мир"}, id="other alphabets"),
    ],
)
def test_default_mode(form: str, message: str, parameters: Mapping[str, str | None] | None) -> None:
    assert got(form, message) == parameters


@pytest.mark.parametrize(
    ("message", "parameters"),
    [
        pytest.param("ping a count=3", {"host": "a", "count": "3"}, id="settable"),
        pytest.param("ping a sudo=1", {"host": "a sudo=1"}, id="not settable"),
        pytest.param("ping a sudo=1 count=3", {"host": "a sudo=1", "count": "3"}, id="last only"),
        pytest.param("ping a count=3 sudo=1", {"host": "a count=3 sudo=1"}, id="not the last"),
        pytest.param("ping a count='3 4'", {"host": "a", "count": "3 4"}, id="quoted"),
        pytest.param("ping a count=3 b count=3", {"host": "a count=3 b", "count": "3"}, id="twice"),
    ],
)
def test_pairs_bind_what_chat_may_set(message: str, parameters: Mapping[str, str]) -> None:
    assert got("ping {{host}}", message, keys=("count", "other")) == parameters


def test_strict_mode_is_literal_and_binds_every_pair() -> None:
    assert got("ping {{host}}", "PING a", strict=True) is None
    assert got("ping {{host}}", "ping a x=1 b x=1", strict=True) == {"host": "a b", "x": "1"}
    assert got("f oo", "f x=1 oo x=1", strict=True) == {"x": "1"}
    assert got("{{a=1}}", "", strict=True) == {"a": "1"}
    assert got("( {{a}})?", "", strict=True) is None


def test_two_aliases_that_match_are_both_named_and_none_is_chosen() -> None:
    found = table(make_alias("a", "ping {{x}}"), make_alias("b", "(ping|pong) {{y}}")).match(
        "ping z"
    )
    assert isinstance(found, Ambiguous)
    assert [(c.alias.ref, c.parameters) for c in found.candidates] == [
        ("demo.a", ({"x": "z"},)),
        ("demo.b", ({"y": "z"},)),
    ]


@pytest.mark.parametrize(
    ("formats", "message", "winner"),
    [
        pytest.param(["ping {{h}}", "ping {{h}} count {{n}}"], "ping a count 3", 1, id="more text"),
        pytest.param(["ping {{h}} count {{n}}", "ping {{h}}"], "ping a count 3", 0, id="order"),
        pytest.param(["ping {{h}}", "ping {{x}}"], "ping a", 0, id="the first of equals"),
        pytest.param(["ping {{h}}", "ping {{h}}( at {{n}})?"], "ping a at 3", 1, id="optional"),
        pytest.param(["ping.*{{h}}", "ping {{h}}"], "ping a b c", 0, id="wildcards fix nothing"),
    ],
)
def test_within_an_alias_the_most_literal_text_wins(
    formats: list[str], message: str, winner: int
) -> None:
    found = table(make_alias("a", *formats)).match(message)
    assert isinstance(found, Matched)
    assert found.representation.text == formats[winner]


def test_every_representation_of_a_format_is_matched() -> None:
    alias = make_alias("a", make_format("go {{x}}", "walk {{x}}", display="go <where>"))
    found = table(alias).match("walk home")
    assert isinstance(found, Matched)
    assert (found.format.display, found.representation.text) == ("go <where>", "walk {{x}}")
    assert found.representation.place.line == 2


def test_disabled_aliases_are_not_there() -> None:
    assert isinstance(table(make_alias("a", "ping", enabled=False)).match("ping"), Unmatched)


ISSUES = make_alias(
    "issues",
    make_format(r"(?:\b|^)see (?P<key>[A-Z]+-[0-9]+)(?:\b|$)", match_multiple=True),
)


def test_match_multiple_gives_one_execution_for_each_match() -> None:
    found = table(ISSUES).match("please see AB-1 and see CD-22, also überSee EF-3")
    assert isinstance(found, Matched)
    assert found.parameters == ({"key": "AB-1"}, {"key": "CD-22"})


def test_match_multiple_knows_the_letters_of_all_languages() -> None:
    assert isinstance(table(ISSUES).match("üsee AB-1"), Unmatched)
    assert isinstance(table(ISSUES).match("see AB-1é"), Unmatched)
    assert isinstance(table(ISSUES).match("é see AB-1"), Matched)


def test_match_multiple_is_tried_only_if_nothing_else_matches() -> None:
    found = table(ISSUES, make_alias("plain", "we see {{x}}")).match("we see AB-1")
    assert isinstance(found, Matched)
    assert found.alias.name == "plain"


def test_too_many_matches_are_refused() -> None:
    assert table(ISSUES).match("see AB-1 " * 101) == Refused(
        reason="the message stands for more than 100 executions"
    )
    assert isinstance(table(ISSUES).match("see AB-1 " * 100), Matched)


def test_match_multiple_goes_on_at_the_right_place_in_a_message_with_markers() -> None:
    alias = make_alias("a", make_format("(?: |^)q '?{{x}}'? z(?:|$)", match_multiple=True))
    found = table(alias).match("q 'ä ö' z q \"ü\" z")
    assert isinstance(found, Matched)
    assert found.parameters == ({"x": "ä ö"}, {"x": "ü"})


@pytest.mark.parametrize(
    ("form", "message", "hint"),
    [
        (
            "ping (",
            "the format is not a regular expression: missing ), unterminated subpattern",
            None,
        ),
        (
            "(?i)ping",
            (
                "the format is not a regular expression: "
                "global flags not at the start of the expression"
            ),
            "write (?i:...) around the text, in the place of (?i)",
        ),
        (
            r"(a|b)\1",
            (
                "the format has a back-reference, \\1 or (?P=name), "
                "which cannot be matched in bounded time"
            ),
            "write it without: alternatives and optional groups do",
        ),
        (
            "a(?=b)",
            (
                "the format has a look-around, (?=...) or (?<=...), "
                "which cannot be matched in bounded time"
            ),
            "write it without: alternatives and optional groups do",
        ),
        ("(?a:x)", "the format sets the flag (?a), which is not supported", None),
        ("(?a)^x$", "the format sets the flag (?a), which is not supported", None),
        (
            "{{a-b}}",
            "the format is not a regular expression: bad character in group name 'a-b'",
            "a name has letters, digits and underscores, and doesn't start with a digit",
        ),
        (
            "move {{a}} to {{a}}",
            "the parameter 'a' stands twice in the format",
            "write each parameter once; what differs goes into a format of its own",
        ),
        ("{{a=1\n2}}", "the default of 'a' runs over a line break", "write it on one line"),
        (
            "a{1001}",
            "the format cannot be bounded: invalid repetition size: {1001,1001}",
            "make it smaller: shorter alternatives, lower counts",
        ),
        ("(" * 2000 + ")" * 2000, "the format is nested too deeply, or counts too far", None),
        ("x" * 10_001, "the format has more than 10,000 characters", None),
        (r"\b" * 11, "the format has 13 anchors and \\b, at most 12 work together", None),
        ("\ud800", "the format is not Unicode text: it holds half of a surrogate pair", None),
    ],
)
def test_a_format_that_cannot_be_used_breaks_itself_alone(
    form: str, message: str, hint: str | None
) -> None:
    found = table(make_alias("a", "ping", form))
    (problem,) = found.problems
    assert (problem.rule, problem.message, problem.hint) == ("alias-format", message, hint)
    assert str(problem.place) == "alias.yaml:4:5"
    assert isinstance(found.match("ping"), Matched)


def test_long_and_broken_messages_are_refused() -> None:
    some = table(make_alias("a", "say {{x}}"))
    long = "say " + "x" * (MESSAGE_LIMIT - 4)
    assert isinstance(some.match(long), Matched)
    assert some.match(long + "x") == Refused(
        reason="the message has 40,961 bytes, at most 40,960 are read"
    )
    assert isinstance(some.match("say " + "é" * 20_479), Refused)
    assert some.match("say \udcff") == Refused(
        reason="the message is not Unicode text: it holds half of a surrogate pair"
    )


def test_control_characters_do_not_pass_for_markers() -> None:
    value = "\x01a \x05\x0e\ufdd0\ufdda"
    assert got("say '{{x}}' {{y}}", f"say '{value}' \"b\x02 c\"") == {"x": value, "y": "b\x02 c"}


def test_a_message_that_leaves_no_marker_is_refused() -> None:
    some = table(make_alias("a", "say '{{x}}'"))
    assert some.match("say '\x0e\ufdd0\ufde0\U000f0000'") == Refused(
        reason="the message holds too many different control characters"
    )


def test_an_empty_message_means_nothing() -> None:
    assert isinstance(table(make_alias("a", "say {{x}}")).match(""), Unmatched)
    assert isinstance(table().match("hello"), Unmatched)
