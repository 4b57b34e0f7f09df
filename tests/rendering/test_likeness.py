"""What networks make of replies, and how marks are drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.chat import Attachment, Field, Reply, ReplyKind
from chatops_cli.rendering.likeness import likeness
from chatops_cli.rendering.markup import Run, runs, without_markup
from chatops_cli.rendering.networks import NETWORKS, Markup, Network, find_network, pieces, size_of
from chatops_cli.repl.drawing.prose import Prose


def network(name: str) -> Network:
    found = find_network(name)
    assert found is not None
    return found


def reply(text: str, *attachments: Attachment, thread: str | None = None) -> Reply:
    return Reply(
        kind=ReplyKind.RESULT,
        message_id="m",
        room="r",
        text=text,
        attachments=attachments,
        thread=thread,
        extra={"slack": {"color": "good"}},
    )


@given(
    text=st.text(alphabet=st.sampled_from("ab é€😀\n`"), max_size=300), limit=st.integers(20, 60)
)
@pytest.mark.parametrize("name", ["slack", "irc", "telegram"])
def test_no_piece_is_too_long_and_nothing_is_lost(name: str, text: str, limit: int) -> None:
    """But for white space, and the fences of code that are closed and opened again."""
    from dataclasses import replace

    small = replace(network(name), limit=limit)
    found = pieces(text, small)
    assert all(size_of(piece, small.unit) <= limit for piece in found)
    kept = "".join("".join(found).split()).replace("`", "")
    assert kept == "".join(text.split()).replace("`", "")


def test_a_block_of_code_is_closed_and_opened_again() -> None:
    text = "```\n" + "\n".join(f"line {i}" for i in range(400)) + "\n```"
    found = pieces(text, network("discord"))
    assert len(found) > 1
    assert all(piece.startswith("```\n") and piece.endswith("\n```") for piece in found)


def test_irc_gets_lines_without_marks() -> None:
    """The attachment becomes text, the thread a line in the room."""
    attachment = Attachment(
        color="danger",
        title="Health",
        title_link="http://h.example/",
        fields=(Field(title="Ill", value="2"),),
        image_url="http://h.example/i.png",
    )
    like = likeness(reply("*Two* are `ill`", attachment, thread="t"), network("irc"))
    assert [part.text for part in like.parts] == [
        "Two are ill",
        "Health (http://h.example/)",
        "Ill: 2",
        "http://h.example/i.png",
    ]
    assert {part.thread for part in like.parts} == {None}
    assert like.remarks == (
        "attachments become text, colours are dropped",
        "bold, code and the like are dropped",
        "there are no threads: it stands in the room",
        "4 messages of at most 400 bytes",
        "after four lines about one a second",
        "extra has a part for slack, and none for irc",
    )


def test_slack_gets_it_as_it_is() -> None:
    said = reply("*Two*", Attachment(text="x", color="good"), thread="t")
    like = likeness(said, network("slack"))
    assert (like.parts, like.remarks) == ((said,), ())


def test_discord_takes_large_attachments_in_several_messages() -> None:
    like = likeness(reply("", *[Attachment(text="x" * 700)] * 11), network("discord"))
    assert like.remarks[:1] == (
        "11 attachments of 7,700 characters: several messages, of 10 and 6,000 at most",
    )
    assert len(like.parts) == 1


def test_every_network_is_known_by_its_name() -> None:
    assert all(find_network(each.name) is each for each in NETWORKS)
    assert find_network("nope") is None


@pytest.mark.parametrize(
    ("text", "markup", "expected"),
    [
        pytest.param("a *b* c", Markup.MRKDWN, [("a ", ""), ("b", "1"), (" c", "")], id="bold"),
        pytest.param("*b*", Markup.MARKDOWN, [("b", "3")], id="italic of Markdown"),
        pytest.param("**b** ~~c~~", Markup.MARKDOWN, [("b", "1"), (" ", ""), ("c", "9")], id="two"),
        pytest.param("**b**", Markup.MRKDWN, [("**b**", "")], id="no mark of Slack"),
        pytest.param("~b~ _c_", None, [("b", "9"), (" ", ""), ("c", "3")], id="both"),
        pytest.param("*a `b` c*", None, [("a ", "1"), ("b", "1;36"), (" c", "1")], id="nested"),
        pytest.param("`*a*`", None, [("*a*", "36")], id="none within code"),
        pytest.param("a_b_c 2*3*4 * x *", None, [("a_b_c 2*3*4 * x *", "")], id="no marks"),
        pytest.param(
            "[t](http://x.example)", Markup.MARKDOWN, [("t", ""), (" (http://x.example)", "")],
            id="a link",
        ),
        pytest.param("*b*", Markup.PLAIN, [("*b*", "")], id="plain"),
    ],
)  # fmt: skip
def test_marks(text: str, markup: Markup | None, expected: list[tuple[str, str]]) -> None:
    assert list(runs(text, markup)) == [Run(*each) for each in expected]


def test_without_marks() -> None:
    assert without_markup("*a*\n```sh\nls *x*\n```\nb") == "a\nls x\nb"


def test_headings_lists_quotes_and_tables() -> None:
    text = "# Head\n- one two three\n> said\n| a | b |\n|---|:-:|\n| 1 | *22* |\nend"
    draw = Prose(None, color=False, unicode=True)
    assert list(draw(text, 12, is_strict=False)) == [
        "Head", "• one two", "  three", "│ said", "a  b", "1  22", "end",
    ]  # fmt: skip


def test_a_table_that_is_too_wide_stands_row_by_row() -> None:
    draw = Prose(Markup.MARKDOWN, color=False, unicode=False)
    text = "| name | value |\n|---|---|\n| alpha | a long value |"
    assert list(draw(text, 14, is_strict=False)) == ["name: alpha", "value: a long", "value"]


@given(
    text=st.text(alphabet=st.sampled_from("ab *_~`\n|-#>"), max_size=120), width=st.integers(8, 40)
)
def test_colours_change_no_letter(text: str, width: int) -> None:
    """What is drawn in colour has the letters that the marks leave; every style is ended."""
    import re

    draw = Prose(Markup.MRKDWN, color=True, unicode=True)
    lines = list(draw(text, width, is_strict=True))
    for line in lines:
        codes = re.findall(r"\x1b\[([\d;]+)m", line)
        assert len(codes) % 2 == 0
        assert all((code == "0") == bool(i % 2) for i, code in enumerate(codes))


def test_in_colour() -> None:
    draw = Prose(None, color=True, unicode=True)
    assert list(draw("is *very\tfull* now", 80, is_strict=False)) == [
        "is \x1b[1mvery\tfull\x1b[0m now"
    ]
