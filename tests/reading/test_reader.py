"""The Reader: typed values out of a mapping, every mistake reported with its place."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.model.problem import Problem, Severity
from chatops_cli.reading.reader import Reader
from chatops_cli.reading.source import parse


def open_text(text: str) -> tuple[Reader, list[str]]:
    """A reader, and its problems as they are told, filled as they come."""
    told: list[str] = []

    class Told(list[Problem]):
        def append(self, problem: Problem) -> None:
            told.append(str(problem))

    reader = Reader.of_source(parse(text.encode(), file="f"), Told())
    assert reader is not None
    return reader, told


def test_values_of_their_types_are_read_without_a_word() -> None:
    reader, told = open_text(
        "name: x\nenabled: off\ncount: 3\nratio: 2\nwords: [a, 'b']\nword: a\nkind: big\n"
        "data: {a: [1, ~]}\nnothing: ~\nlist: [{a: 1}, {a: 2}]\n"
    )
    assert reader.text("name", required=True) == "x"
    assert reader.flag("enabled", default=True) is False
    assert reader.integer("count", 1, minimum=3, maximum=3) == 3
    assert reader.number("ratio", 1.0) == 2.0
    assert reader.strings("words") == ("a", "b")
    assert reader.strings("word") == ("a",)
    assert reader.choice("kind", ("big", "small"), "small") == "big"
    assert reader.mapping("data") == {"a": [1, None]}
    assert reader.json("data") == {"a": [1, None]}
    assert [section.integer("a") for section in reader.sections("list")] == [1, 2]
    assert reader.has("nothing")
    assert reader.text("nothing", None) is None
    reader.finish()
    assert told == []


def test_what_is_absent_is_the_default() -> None:
    reader, told = open_text("a: 1")
    reader.accept("a")
    assert reader.text("x") == ""
    assert reader.text("x", None) is None
    assert reader.flag("x", default=True) is True
    assert reader.integer("x") is None
    assert reader.number("x", 1.5) == 1.5
    assert reader.strings("x", ("d",)) == ("d",)
    assert reader.choice("x", ("a",), "b") == "b"
    assert reader.json("x", [1]) == [1]
    assert (reader.mapping("x"), reader.section("x"), reader.sections("x")) == ({}, None, ())
    assert reader.items("x") == ()
    reader.finish()
    assert told == []


@pytest.mark.parametrize(
    ("text", "getter", "answer", "message"),
    [
        (
            "k: [a]",
            lambda r: r.text("k"),
            "",
            "f:1:4: error[wrong-type] k must be text, not a list",
        ),
        (
            "k: 0.1",
            lambda r: r.text("k"),
            "0.1",
            (
                "f:1:4: warning[unquoted-text] k is text, but YAML reads '0.1' as a number"
                " (put it in quotes)"
            ),
        ),
        (
            "k: 2020-01-01",
            lambda r: r.text("k"),
            "2020-01-01",
            (
                "f:1:4: warning[unquoted-text] k is text, but YAML reads '2020-01-01' as a date"
                " (put it in quotes)"
            ),
        ),
        (
            "k: [yes]",
            lambda r: r.strings("k"),
            ("yes",),
            (
                "f:1:5: warning[unquoted-text] k[0] is text, but YAML reads 'yes' as true or false"
                " (put it in quotes)"
            ),
        ),
        (
            "k: {}",
            lambda r: r.strings("k"),
            (),
            "f:1:4: error[wrong-type] k must be a list, not a mapping",
        ),
        (
            "k: [{}]",
            lambda r: r.strings("k"),
            (),
            "f:1:5: error[wrong-type] k[0] must be text, not a mapping",
        ),
        (
            "k: ' '",
            lambda r: r.text("k", required=True),
            "",
            "f:1:4: error[missing-key] k is empty",
        ),
        (
            "k: 'True'",
            lambda r: r.flag("k", default=False),
            True,
            (
                "f:1:4: warning[quoted-flag] k is the text 'True', read as true"
                " (write it without quotes)"
            ),
        ),
        (
            "k: maybe",
            lambda r: r.flag("k", default=False, broken=True),
            True,
            "f:1:4: error[wrong-type] k must be true or false, not 'maybe'",
        ),
        (
            "k: 1",
            lambda r: r.flag("k", default=False),
            False,
            "f:1:4: error[wrong-type] k must be true or false, not '1'",
        ),
        (
            "k: yes",
            lambda r: r.integer("k", 5),
            5,
            "f:1:4: error[wrong-type] k must be a whole number, not 'yes'",
        ),
        (
            "k: 1.5",
            lambda r: r.integer("k"),
            None,
            "f:1:4: error[wrong-type] k must be a whole number, not '1.5'",
        ),
        (
            "k: 0",
            lambda r: r.integer("k", 5, minimum=1),
            5,
            "f:1:4: error[out-of-range] k must be at least 1, not 0",
        ),
        (
            "k: 7.5",
            lambda r: r.number("k", 5.0, maximum=7.0),
            5.0,
            "f:1:4: error[out-of-range] k must be at most 7.0, not 7.5",
        ),
        (
            "k: no",
            lambda r: r.number("k", 5.0),
            5.0,
            "f:1:4: error[wrong-type] k must be a number, not 'no'",
        ),
        (
            "k: smal",
            lambda r: r.choice("k", ("small", "big"), "big"),
            "big",
            (
                "f:1:4: error[unknown-value] k is 'smal', which is none of big, small"
                " (did you mean small?)"
            ),
        ),
        (
            "k: 3",
            lambda r: r.mapping("k"),
            {},
            "f:1:4: error[wrong-type] k must be a mapping, not '3'",
        ),
        (
            "k: 3",
            lambda r: r.section("k"),
            None,
            "f:1:4: error[wrong-type] k must be a mapping, not '3'",
        ),
        (
            "k: [~]",
            lambda r: r.sections("k"),
            (),
            "f:1:5: error[wrong-type] k[0] must be a mapping, not nothing",
        ),
        (
            "k: " + "x" * 99,
            lambda r: r.flag("k", default=True),
            True,
            f"f:1:4: error[wrong-type] k must be true or false, not '{'x' * 59}…'",
        ),
    ],
)
def test_a_wrong_value_is_told_and_the_default_stands(
    text: str, getter: object, answer: object, message: str
) -> None:
    reader, told = open_text(text)
    assert callable(getter)
    assert getter(reader) == answer
    assert told == [message]


def test_a_missing_key_is_told_at_the_mapping() -> None:
    reader, told = open_text("a:\n  b: 1\nc: ~")
    inner = reader.section("a")
    assert inner is not None
    inner.text("name", required=True)
    reader.text("c", required=True)
    assert told == [
        "f:2:3: error[missing-key] a.name is missing",
        "f:3:1: error[missing-key] c is missing",
    ]


def test_an_unknown_key_is_told_with_the_one_that_was_meant() -> None:
    reader, told = open_text("ack:\n  enabeld: false\n  format: x\n  zzz: 1\n")
    ack = reader.section("ack")
    assert ack is not None
    ack.flag("enabled", default=True)
    ack.text("format")
    ack.finish(severity=Severity.WARNING)
    reader.finish()
    assert told == [
        "f:2:3: warning[unknown-key] the key 'ack.enabeld' is not known (did you mean enabled?)",
        "f:4:3: warning[unknown-key] the key 'ack.zzz' is not known",
    ]


def test_keys_that_are_the_users_own_are_entries() -> None:
    reader, told = open_text("b: 1\na: ~\n")
    assert reader.keys() == ("b", "a")
    assert [(key, value.name, value.json()) for key, value in reader.entries()] == [
        ("b", "b", 1),
        ("a", "a", None),
    ]
    reader.finish()
    assert told == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f: error[empty-file] there is nothing in this file (fill or remove it)"),
        ("- a", "f:1:1: error[wrong-type] the content of this file must be a mapping, not a list"),
        ("a: @", "f:1:4: error[yaml-syntax] text may not start with '@' (put the text in quotes)"),
    ],
)
def test_a_file_without_a_mapping_has_no_reader(text: str, message: str) -> None:
    problems: list[Problem] = []
    assert Reader.of_source(parse(text.encode(), file="f"), problems) is None
    assert [str(problem) for problem in problems] == [message]


TEXT = st.text(alphabet=" \n:-[{é😀az019.", max_size=9)
KEYS = st.sampled_from(["a", "b", "ä", "1"])
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
    max_leaves=8,
)


@settings(deadline=None)
@given(mapping=st.dictionaries(KEYS, VALUES, min_size=1))
def test_no_getter_raises_and_each_answers_its_type(mapping: object) -> None:
    """JSON text is YAML: whatever the values, a getter answers its type."""
    problems: list[Problem] = []
    reader = Reader.of_source(
        parse(json.dumps(mapping, ensure_ascii=False).encode(), file="f"), problems
    )
    assert reader is not None
    for key in ("a", "b", "ä", "1"):
        assert isinstance(reader.text(key), str)
        assert isinstance(reader.flag(key, default=False), bool)
        assert isinstance(reader.integer(key, 0), int)
        assert isinstance(reader.number(key, 0.0, minimum=0), float)
        assert all(isinstance(text, str) for text in reader.strings(key))
        assert isinstance(reader.mapping(key), dict)
        assert reader.choice(key, ("x",), "x") == "x"
        assert isinstance(reader.sections(key), tuple)
