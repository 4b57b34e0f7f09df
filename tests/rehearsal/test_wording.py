"""Wildcards stand for what they say, and what is written without them is taken as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.rehearsal.wording import (
    BAR,
    escaped,
    filled_in,
    match,
    plain_lines,
    unescaped,
    with_wildcards,
)

ID = "6b045c821382d522eaa2d3e9"


@pytest.mark.parametrize(
    ("wanted", "said", "fits"),
    [
        ("a", "a", True),
        ("a", "ab", False),
        ("<id>", ID, True),
        ("<id>", "2b1f8d9e-0000-4000-8000-0123456789ab", True),
        ("<id>", "x" * 24, False),
        ("at <time>", "at 2026-01-05T09:00:00Z", True),
        ("at <time>", "at 2026-01-05 09:00:00.5 +01:00", True),
        ("at <time>", "at 9:15", True),
        ("at <time>", "at nine", False),
        ("<number> %", "-1,234.5 %", True),
        ("<number>", "one", False),
        ("<any> there", "hello you there", True),
        ("<any>", "two\nlines", False),
        ("a<any>", "a", False),
        ("a<...>", "a", True),
        ("a<…>b", "a\nx\nb", True),
        ("a\n<...>\nb", "a\nb", True),
        ("a\n<...>\nb", "a\n1\n2\nb", True),
        ("a\n<...>", "a", True),
        ("a\n<...>", "ab", False),
        ("<...>\nb", "b", True),
        ("<...>\nb", "xb", False),
        ("<...>", "", True),
        (r"\<id>", "<id>", True),
        (r"\<id>", ID, False),
        (r"\\<id>", "\\" + ID, True),
        (r"C:\dir", r"C:\dir", True),
        ("<https://x|y>", "<https://x|y>", True),
        ("| a", f"{BAR} a", True),
        ("| a", "| a", False),
        (r"\| a", "| a", True),
        (r"\| <any>", "| a", True),
        ("| <any>", f"{BAR} a", True),
        ("<number:n> = <number:n>", "1 = 1", True),
        ("<number:n> = <number:n>", "1 = 2", False),
    ],
)
def test_a_text_stands_for_what_was_said(wanted: str, said: str, fits: bool) -> None:
    assert (match(wanted, said, {}) is not None) is fits


def test_a_named_wildcard_keeps_what_it_stood_for() -> None:
    names = match("Started as <id:job>.", f"Started as {ID}.", {})
    assert names == {"job": ID}
    assert match("<id:job> has ended", f"{ID} has ended", names) == names
    assert match("<id:job> has ended", f"{ID[::-1]} has ended", names) is None
    assert filled_in(r"show <id:job> \<id>", names) == (f"show {ID} <id>", None)
    assert filled_in("show <id:other>", names) == ("show ", "other")
    assert filled_in("a < b, <id>", names) == ("a < b, <id>", None)


def test_white_space_at_ends_and_control_characters_do_not_count() -> None:
    assert plain_lines("\n\n a  \n\x1b[31mb\x1b[0m\n\n") == " a\nb"


def test_ids_and_times_become_wildcards() -> None:
    text = f"{ID} <id> at 2026-01-05T09:00:00Z\n| x {ID}| y"
    assert with_wildcards(text) == "<id> \\<id> at <time>\n\\| x <id>| y"


texts = st.text(st.sampled_from("ab<>|\\.… \n:" + "idnumbertimeany"), max_size=30).map(plain_lines)


@given(texts)
def test_escaped_text_stands_for_itself_alone(text: str) -> None:
    assert match(escaped(text), text, {}) == {}
    assert unescaped(escaped(text)) == text


@given(st.lists(st.one_of(texts, st.sampled_from([ID, f"{BAR} ", "\n", f"\n{BAR}"])), max_size=6))
def test_what_was_said_is_expected_with_wildcards(parts: list[str]) -> None:
    said = "".join(parts).replace(BAR, "\n" + BAR).replace("\n\n", "\n").strip("\n ")
    said = "\n".join(line.rstrip() for line in said.split("\n"))
    assert match(with_wildcards(said), said, {}) == {}
