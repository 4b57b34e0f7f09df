"""RE2 answers as Python's `re` wherever it is asked, and nothing makes it hang."""

import re
import time
import warnings
from unicodedata import category

import pytest
import re2
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chatops_cli.rendering.filters.engine import SLOW_LIMIT, choose_engine
from chatops_cli.rendering.filters.pattern import regex_replace, regex_search, regex_substring
from chatops_cli.rendering.filters.translation import Alphabet, translate
from chatops_cli.rendering.limits import TemplateLimitError

_ATOMS = st.sampled_from(
    [
        *("a", "b", ".", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", r"[\s\S]", r"\b", r"\B"),
        *("[ab]", "[^a]", r"[\w-]", r"[^\d\n]", "[]a]", "[^]a]", "[[a]", r"\.", r"\]", "]"),
        *("^", "$", r"\A", r"\Z", "é", r"\x41", r"\/", "(?i:a)", "(?=a)", r"\n", " ", "{", "}"),
    ]
)
_REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,2}?"])


def _join(parts: list[tuple[str, str]]) -> str:
    return "".join(
        atom + ("" if atom[0] in "^$" or atom in r"\b\B\A\Z" else n) for atom, n in parts
    )


_SEQUENCES = st.lists(st.tuples(_ATOMS, _REPEATS), min_size=1, max_size=4).map(_join)
_GROUPS = st.tuples(st.sampled_from(["({})", "(?:{})", "(?P<n>{})"]), _SEQUENCES, _SEQUENCES)
_PATTERNS = st.one_of(
    _SEQUENCES,
    st.tuples(_SEQUENCES, _SEQUENCES).map("|".join),
    _GROUPS.map(lambda g: g[0].format(g[1]) + g[2]),
    _GROUPS.map(lambda g: g[2] + g[0].format(g[1]) + "?"),
)
_TEXTS = st.text(alphabet="aabbAB1 _-.\n\t\x0b\x1c]é٣\u00a0ß", max_size=12)


def _compiled(pattern: str, flags: int) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            return re.compile(pattern, flags)
    except re.error:
        assume(False)
        raise


def _is_special(pattern: str, text: str) -> bool:
    is_wide = not text.isascii() and re.search(r"\\[bDWS]", pattern) is not None
    is_at_line_end = "$" in pattern and text.endswith("\n")
    return is_wide or is_at_line_end or re.search(r"\||[*+?}]\?", pattern) is not None


@settings(max_examples=600)
@given(pattern=_PATTERNS, text=_TEXTS)
@example(pattern="a??", text="a")
@example(pattern="|a", text="aa")
@example(pattern="a$", text="a\n")
@example(pattern=r"\s", text="\x1c")
def test_matches_and_groups_are_pythons(pattern: str, text: str) -> None:
    slow = _compiled(pattern, 0)
    # A pattern with several repeats gets RE2's reading of these rather than hang.
    assume(len(re.findall(r"[*+{|?]", pattern)) < 2 or not _is_special(pattern, text))
    engine = choose_engine(text, pattern, ignorecase=False)
    assert engine.starts() == (slow.match(text) is not None)
    assert engine.contains() == (slow.search(text) is not None)
    found = [(m.start(), m.end(), m.groups()) for m in engine.find()]
    assert found == [(m.start(), m.end(), m.groups()) for m in slow.finditer(text)]


@settings(max_examples=200)
@given(pattern=_PATTERNS, text=st.text(alphabet="aabbAB1 _-.\n]", max_size=12))
def test_without_regard_to_case_ascii_texts_agree(pattern: str, text: str) -> None:
    slow = _compiled(pattern, re.IGNORECASE)
    assume(len(re.findall(r"[*+{|?]", pattern)) < 2 or not _is_special(pattern, text))
    engine = choose_engine(text, pattern, ignorecase=True)
    found = [(m.start(), m.end()) for m in engine.find()]
    assert found == [(m.start(), m.end()) for m in slow.finditer(text)]


@settings(max_examples=300)
@given(
    replacement=st.text(alphabet="ab\\\\\\\\g<>n0123.é", max_size=8),
    text=st.text(alphabet="abx\n", max_size=8),
)
@example(replacement=r"\g<n>\g<1>\1\\\n\.\0\012", text="ab")
@example(replacement=r"\12\g<0>", text="ab")
def test_replacements_are_pythons(replacement: str, text: str) -> None:
    pattern = r"(?P<n>a)(b)?"
    try:
        expected = re.sub(pattern, replacement, text)
    except (re.error, IndexError):
        assume(False)
        raise
    assert regex_replace(text, pattern, replacement) == expected


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("(a+)+$", "a" * 50_000 + "!"),
        ("(a|aa)+$", "a" * 50_000 + "!"),
        (r"(\w+\s?)*:", "word " * 20_000),
        (r"^(\s*\S+\s*)*=", "é x " * 20_000),
        (r".*a.*b.*c.*d", "a b c " * 10_000),
        ("([a-z]+)*!", "a" * 1_000_000),
    ],
)
def test_hostile_texts_take_no_longer_than_others(pattern: str, text: str) -> None:
    start = time.monotonic()
    assert not regex_search(text, pattern)
    assert regex_replace(text, pattern, "") == text
    assert time.monotonic() - start < 3


def test_many_long_looks_end_at_a_limit() -> None:
    with pytest.raises(TemplateLimitError, match="takes more than 2 seconds"):
        regex_replace("a" * 1_000_000, "a(?:.*b)?", "x")


def test_a_long_text_is_not_given_to_the_slow_engine() -> None:
    assert regex_search("a" * SLOW_LIMIT, "(?=a)a")
    with pytest.raises(TemplateLimitError, match=r"for '\(\?=a\)a', a pattern that only Python's"):
        regex_search("a" * (SLOW_LIMIT + 1), "(?=a)a")


def test_surrogates_do_not_reach_re2() -> None:
    assert regex_replace("a\ud800b", "a", "x") == "x\ud800b"


def test_several_groups_are_given_together() -> None:
    assert regex_substring("k=v; l=w", r"(\w)=(\w)", 1) == ("l", "w")


@pytest.mark.parametrize(
    ("pattern", "alphabet", "expected"),
    [
        (r"\d+\.\w", Alphabet.ASCII, r"[\d]+\.[\w]"),
        (r"\d\W", Alphabet.UNICODE, r"[\p{Nd}][^\p{L}\p{N}_]"),
        (r"[\w.]\bx", Alphabet.ASCII, r"[\w.]\bx"),
        (r"\bx", Alphabet.UNICODE, None),
        (r"\bx[\b]", Alphabet.NEAR, r"\bx[\x08]"),
        (r"[\W.]", Alphabet.UNICODE, None),
        (r"[\D\n]\s", Alphabet.ASCII, r"[\D\n][\t-\r\x1c-\x20]"),
        (r"[\D]", Alphabet.UNICODE, r"[\P{Nd}]"),
        (r"[\s\S]x\Z", Alphabet.UNICODE, r"(?s:.)x\z"),
        ("(?!a)b", Alphabet.NEAR, None),
        (r"(a)\1", Alphabet.NEAR, None),
        (r"\(?[(?!{,]", Alphabet.ASCII, r"\(?[(?!{,]"),
        ("a{,2}", Alphabet.ASCII, None),
        ("[[:alpha:]]", Alphabet.ASCII, r"[\[:alpha:]\]"),
        ("[]a]]", Alphabet.ASCII, r"[\]a]\]"),
        (r"\u0041", Alphabet.ASCII, None),
    ],
)
def test_translation(pattern: str, alphabet: Alphabet, expected: str | None) -> None:
    assert translate(pattern, alphabet) == expected


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        # What would make Python's engine answer is not enough to make it hang.
        (r"^(\w+\s?)*$", "word " * 40 + "!\n", []),
        (r"^(\w+\s?)*$", "two words\n", ["two words"]),
        (r"(a+)+\b!", "a" * 60 + "é", []),
        (r"(a|aa)+[\W]", "a" * 60 + "é.", []),
        (r"(a+)+b", "a" * 60 + "\ud800", []),
        (r"(a|b??)+c", "a" * 60, []),
    ],
)
def test_no_ending_of_a_text_makes_it_hang(pattern: str, text: str, found: list[str]) -> None:
    start = time.monotonic()
    engine = choose_engine(text, pattern, ignorecase=False)
    assert [match.group() for match in engine.find()] == found
    assert engine.contains() is engine.starts() is bool(found)
    assert time.monotonic() - start < 1


@pytest.mark.parametrize("escape", ["d", "D", "w", "W", "s", "S"])
def test_classes_of_characters_are_pythons(escape: str) -> None:
    """Over the assigned characters of the two lowest planes; RE2's Unicode may be older."""
    everything = "".join(c for c in map(chr, range(0x20000)) if category(c) not in ("Cs", "Cn"))
    for pattern in (f"\\{escape}", f"[\\{escape}]"):
        translated = translate(pattern, Alphabet.NEAR)
        assert translated is not None
        ours = set(re2.findall(translated, everything))
        assert len(ours ^ set(re.findall(pattern, everything))) <= 20
