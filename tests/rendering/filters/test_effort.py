"""The longest that `re` may take is told from a pattern and a text's length."""

import re
import time

import pytest

from chatops_cli.rendering.filters.effort import effort
from chatops_cli.rendering.filters.engine import choose_engine
from chatops_cli.rendering.limits import TemplateLimitError


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("abc", 1),
        ("a|b|c", 3),
        (r"[*+|\]](?#a*)\*(?i:x)(?=y)(?<!z)(?P<n>w)(?P=n)", 1),
        ("a*", 11),
        ("a+", 10),
        ("a?b??", 4),
        ("a{3}", 1),
        ("a{2,4}b{,3}", 12),
        ("a{8,}", 3),
        ("a{", 1),
        ("(?=a*)b*", 121),
        ("(?:a|b)c*", 22),
        ("(ab){2}", 1),
        ("(a?){3}", 8),
        ("(?x) a # (\n b*", 11),
    ],
)
def test_ways(pattern: str, ways: int) -> None:
    """With a text of ten characters, for each of the eleven places in it."""
    assert effort(pattern, 10) == 11 * ways


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|aa)*", "((a?b?)+)+c", "(a?){90}"])
def test_what_may_take_for_ever(pattern: str) -> None:
    assert effort(pattern, 2) < 1e9
    assert effort(pattern, 50) > 1e12
    assert effort(pattern, 1_000_000) > 1e12


@pytest.mark.parametrize(
    "pattern", ["(?=a)(a+)+!", r"(?<!x)(a|aa)+!", r"(a*)\1*!", "(?!b)a*a*a*!", "(?=a)a*?!"]
)
def test_what_is_not_refused_ends_soon(pattern: str) -> None:
    """The longest text that each is answered for takes a few seconds at most."""
    length = 1
    while True:
        text = "a" * (2 * length)
        try:
            engine = choose_engine(text, pattern, ignorecase=False)
        except TemplateLimitError:
            break
        length *= 2
    begun = time.monotonic()
    engine = choose_engine("a" * length, pattern, ignorecase=False)
    assert not engine.contains()
    assert time.monotonic() - begun < 8
    assert re.search(pattern, "aa!")


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("(?i)A+b", "xAab", ["Aab"]),
        ("(?s)a.b", "a\nb", ["a\nb"]),
        ("(?m)^b.*$", "a\nbc\n\nb\n", ["bc", "b"]),
        ("(?im)^B$", "b\n", ["b"]),
        ("(?x) a b # c", "ab", ["ab"]),
    ],
)
def test_flags_at_the_start(pattern: str, text: str, found: list[str]) -> None:
    engine = choose_engine(text, pattern, ignorecase=False)
    assert [match.group() for match in engine.find()] == found
    assert [match.group() for match in re.finditer(pattern, text)] == found
