"""Replies drawn at 40 and 80 columns; nothing in them drives the terminal."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.chat import Attachment, Field, Reply, ReplyKind
from chatops_cli.rendering.cells import width_of, wrap
from chatops_cli.rendering.cleaning import clean, to_ascii
from chatops_cli.rendering.terminal import can_write, draw


def _reply(text: str = "", *attachments: Attachment, kind: ReplyKind = ReplyKind.RESULT) -> Reply:
    return Reply(kind=kind, message_id="m1", room="#ops", text=text, attachments=attachments)


RELEASE = Attachment(
    text="Fixes the *login* page, see <https://git.test/i/7|issue 7> for what was wrong with it.",
    color="#00ad52",
    author_name="alice",
    title="v1.2.0 - Spring",
    title_link="https://git.test/r/v1.2.0",
    fields=(
        Field(title="Branch", value="main", short=True),
        Field(title="Commit", value="c0ffee", short=True),
        Field(title="Notes", value="```\n$ make\nok\n```"),
        Field(title="Alone", value="x", short=True),
    ),
    image_url="https://git.test/r.png",
    footer="GitHub",
)

AT_80 = """\
Created a release:
▌ alice
▌ v1.2.0 - Spring (https://git.test/r/v1.2.0)
▌ Fixes the *login* page, see issue 7 (https://git.test/i/7) for what was wrong
▌ with it.
▌ Branch                                  Commit
▌ main                                    c0ffee
▌ Notes
▌ $ make
▌ ok
▌ Alone
▌ x
▌ image: https://git.test/r.png
▌ GitHub"""

AT_40 = """\
Created a release:
▌ alice
▌ v1.2.0 - Spring
▌ https://git.test/r/v1.2.0
▌ Fixes the *login* page, see issue 7
▌ (https://git.test/i/7) for what was
▌ wrong with it.
▌ Branch              Commit
▌ main                c0ffee
▌ Notes
▌ $ make
▌ ok
▌ Alone
▌ x
▌ image: https://git.test/r.png
▌ GitHub"""

AT_22 = """\
Created a release:
| alice
| v1.2.0 - Spring
| https://git.test/r/v1.2.0
| Fixes the *login*
| page, see issue 7
| (https://git.test/i/7)
| for what was wrong
| with it.
| Branch
| main
| Commit
| c0ffee
| Notes
| $ make
| ok
| Alone
| x
| image: https://git.test/r.png
| GitHub"""


@pytest.mark.parametrize(
    ("width", "unicode", "expected"), [(80, True, AT_80), (40, True, AT_40), (22, False, AT_22)]
)
def test_an_attachment_is_framed(width: int, unicode: bool, expected: str) -> None:
    drawn = draw(_reply("Created a release:", RELEASE), width=width, unicode=unicode)
    assert drawn == expected


def test_colours_are_ours_alone() -> None:
    attachment = Attachment(
        text="\x1b[31mred\x1b[0m", color="danger", title="T", footer="F", author_name="A"
    )
    assert draw(_reply("", attachment), color=True) == (
        "\x1b[31m▌\x1b[0m \x1b[2mA\x1b[0m\n"
        "\x1b[31m▌\x1b[0m \x1b[1mT\x1b[0m\n"
        "\x1b[31m▌\x1b[0m red\n"
        "\x1b[31m▌\x1b[0m \x1b[2mF\x1b[0m"
    )


@pytest.mark.parametrize(
    ("color", "code"),
    [
        ("good", "32"),
        ("WARNING", "33"),
        ("danger", "31"),
        ("#ff0000", "38;5;196"),
        ("00ad52", "38;5;36"),
        ("#fff", "38;5;231"),
        ("#12", ""),
        ("\x1b[31m", ""),
        ("", ""),
    ],
)
def test_the_bar_has_the_attachments_colour(color: str, code: str) -> None:
    drawn = draw(_reply("", Attachment(text="x", color=color)), color=True)
    assert drawn == (f"\x1b[{code}m▌\x1b[0m x" if code else "▌ x")


def test_fields_of_unlike_height_stand_side_by_side() -> None:
    fields = (
        Field(title="Left", value="one two three four five", short=True),
        Field(title="Right", value="日本語", short=True),
        Field(title="", value="untitled", short=True),
        Field(title="Empty", value="", short=True),
    )
    assert draw(_reply("", Attachment(fields=fields)), width=40, color=False) == (
        "▌ Left                Right\n"
        "▌ one two three four  日本語\n"
        "▌ five\n"
        "▌ untitled            Empty"
    )
    colored = draw(_reply("", Attachment(fields=fields[:2])), width=40, color=True)
    assert colored.split("\n")[0] == "▌ \x1b[1mLeft              \x1b[0m  \x1b[1mRight\x1b[0m"


def test_a_refusal_stands_out() -> None:
    assert draw(_reply("no\nask bob", kind=ReplyKind.DENIED), color=True) == (
        "\x1b[31mno\x1b[0m\nask bob"
    )
    assert draw(_reply("no", kind=ReplyKind.ERROR)) == "no"


def test_code_is_kept_as_it_is_and_prose_is_broken() -> None:
    text = (
        "Disks of web1, with a line that is longer than forty columns:\n"
        "```\nFilesystem      Size  Used Avail Use% Mounted on\n\n/dev/sda1\t  9G\n```\n"
        "  - indented things are broken below their own indentation\n"
        "https://chatops.test/a/very/long/address/that/is/left/whole\n"
    )
    assert draw(_reply(text), width=40) == (
        "Disks of web1, with a line that is\n"
        "longer than forty columns:\n"
        "Filesystem      Size  Used Avail Use% Mounted on\n"
        "\n"
        "/dev/sda1\t  9G\n"
        "  - indented things are broken below\n"
        "  their own indentation\n"
        "https://chatops.test/a/very/long/address/that/is/left/whole"
    )


def test_code_in_a_frame_is_cut_at_its_edge() -> None:
    attachment = Attachment(text="```json\n{\n" + "x" * 50 + "\n```")
    assert draw(_reply("", attachment), width=40) == "▌ {\n▌ " + "x" * 38 + "\n▌ " + "x" * 12


def test_code_inside_a_line_and_an_open_block_are_code() -> None:
    drawn = draw(_reply("Entry: ```a: 1\nb: 2```Status: ```open\n  block"), width=80)
    assert drawn == "Entry:\na: 1\nb: 2\nStatus:\n  block"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<https://a.test>", "https://a.test"),
        ("<https://a.test|label>", "label (https://a.test)"),
        ("<mailto:a@b.c|a@b.c>", "a@b.c (mailto:a@b.c)"),
        ("<https://a.test|>", "https://a.test"),
        ("pack show <pack>", "pack show <pack>"),
        ("a < b > c", "a < b > c"),
    ],
)
def test_links_of_slack_are_readable(text: str, expected: str) -> None:
    assert draw(_reply(text)) == expected


def test_a_fallback_stands_for_an_empty_attachment() -> None:
    assert draw(_reply("", Attachment(fallback="seen elsewhere"))) == "▌ seen elsewhere"
    assert draw(_reply("", Attachment(fallback="x", title="T"))) == "▌ T"
    assert draw(_reply("", Attachment(title_link="https://a.test"))) == "▌ https://a.test"
    assert draw(_reply("", Attachment(pretext="before", thumb_url="t.png"))) == (
        "before\n▌ thumbnail: t.png"
    )


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw(_reply(" \n")) == ""
    assert draw(_reply("", Attachment())) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[2J\x1b[1;1Hgone", "gone"),
        ("\x1b]0;title\x07rest", "rest"),
        ("\x1b]8;;http://evil.test\x1b\\click\x1b]8;;\x1b\\", "click"),
        ("\x1b]52;c;cm0gLXJm\x1b\\x", "x"),
        ("\x1bP1$r\x1b\\x\x1b_app\x1b\\y\x1b^pm\x1b\\z", "xyz"),
        ("\x1b]0;unfinished", "0;unfinished"),
        ("\x1b[", ""),
        ("\x1b(B\x1bc\x1b7x", "x"),
        ("\x9b31mred\x9d0;t\x9cx\x90q\x9c", "redx"),
        ("\x1b\x1b[0m[31mx", "[31mx"),
        ("10%\r20%\r\ndone", "10%\n20%\ndone"),
        ("a\x08\x07\x00\x7fb", "ab"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f", "a\nb\nc\nd\ne\nf"),
        ("user\u202egnp.exe", "user<U+202E>gnp.exe"),
        ("\u2066x\u2069\u200f\u061c", "<U+2066>x<U+2069><U+200F><U+061C>"),
        ("a\ud800b", "a\ufffdb"),
        ("日本語 é 👩‍👩‍👧", "日本語 é 👩‍👩‍👧"),
    ],
)
def test_control_sequences_are_taken_out(text: str, expected: str) -> None:
    assert clean(text) == expected


_WILD = st.text(
    alphabet="\x00\x07\x08\t\n\r\x1b[]();m0;\\\x7f\x85\x90\x9b\x9c\x9d\u202e\ud800ab `<|>é日",
    max_size=40,
)


@given(text=_WILD, title=_WILD, width=st.integers(min_value=1, max_value=60), plain=st.booleans())
def test_whatever_is_drawn_is_harmless(text: str, title: str, width: int, plain: bool) -> None:
    attachment = Attachment(
        text=text,
        title=title,
        title_link=title,
        pretext=text,
        author_name=title,
        color=title,
        footer=text,
        image_url=title,
        fallback=text,
        fields=(
            Field(title=title, value=text, short=True),
            Field(title=text, value=title, short=True),
        ),
    )
    drawn = draw(_reply(text, attachment), width=width, unicode=not plain)
    assert all(c in "\t\n" or c.isprintable() for c in drawn), repr(drawn)
    assert not plain or drawn.isascii()
    # Addresses are left whole; all else stays in the frame.
    framed = replace(attachment, image_url="", title_link="", pretext="")
    lines = draw(_reply("", framed), width=width).split("\n")
    assert all(width_of(line) <= max(width, 20) for line in lines), lines


def test_output_without_unicode_is_ascii() -> None:
    assert to_ascii("“naïve” — 5µs → ok… •✓ 日本 straße") == '"naive" - 5us -> ok... *ok ?? strasse'
    assert draw(_reply("é", Attachment(text="ü", title="日")), unicode=False) == "e\n| ?\n| u"


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [("utf-8", True), ("ascii", False), ("latin-1", False), (None, False), ("nonsense", False)],
)
def test_what_an_output_can_write(encoding: str | None, expected: bool) -> None:
    assert can_write(encoding) is expected


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👩‍👩‍👧", 2), ("…—•", 3), ("", 0), ("▌", 1)],
)
def test_width_in_cells(text: str, width: int) -> None:
    assert width_of(text) == width


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("日本語日本語 a", 8, ["日本語日", "本語 a"]),
        ("aaaa bbbb", 4, ["aaaa", "bbbb"]),
        ("a" * 9, 4, ["aaaa", "aaaa", "a"]),
        ("            x y", 10, ["x y"]),
        ("a  b   c", 5, ["a  b", "c"]),
        ("", 5, [""]),
    ],
)
def test_breaking_lines(text: str, width: int, expected: list[str]) -> None:
    assert wrap(text, width, is_strict=True) == expected
