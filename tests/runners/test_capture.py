"""Output is bounded, and what is missing is said at the place where it is missing."""

from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.runners.capture import Capture


def feed(limit: int, *chunks: bytes) -> Capture:
    capture = Capture(limit)
    for chunk in chunks:
        capture.feed(chunk)
    return capture


def test_short_output_is_kept_as_it_is() -> None:
    capture = feed(4, b"ab", b"cdef", b"gh")
    assert (capture.is_whole, capture.content, capture.text()) == (True, b"abcdefgh", "abcdefgh")


def test_long_output_loses_its_middle() -> None:
    capture = feed(3, b"abc" + b"x" * 10 + b"def")
    assert not capture.is_whole
    assert capture.text() == "abc\n[… 10 bytes dropped here …]\ndef"


def test_what_is_no_utf8_is_replaced() -> None:
    assert feed(10, b"a\xffb").text() == "a\ufffdb"


def test_a_character_torn_by_the_cut_is_dropped() -> None:
    capture = feed(4, "aéé".encode() + b"x" * 5 + "éab".encode())
    assert capture.text() == "aé\n[… 7 bytes dropped here …]\néab"
    torn = feed(4, "aaaé".encode() + b"x" * 5 + "éaaa".encode())
    assert torn.text() == "aaa\n[… 9 bytes dropped here …]\naaa"


def test_a_limit_of_nothing_keeps_nothing() -> None:
    capture = feed(0, b"abc")
    assert (capture.content, capture.is_whole, capture.total) == (b"", False, 3)
    assert feed(0).is_whole


@given(limit=st.integers(1, 20), chunks=st.lists(st.binary(max_size=50), max_size=30))
def test_any_pieces_give_the_same_bounded_text(limit: int, chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    pieces, once = feed(limit, *chunks), feed(limit, whole)
    assert pieces.text() == once.text()
    assert pieces.total == len(whole)
    assert len(pieces.content) <= 3 * limit
    if len(whole) <= 2 * limit:
        assert pieces.content == whole
    else:
        assert "bytes dropped here" in pieces.text()
        assert pieces.content[:limit] == whole[:limit]
        assert pieces.content.endswith(whole[-limit:])
