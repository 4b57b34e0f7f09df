"""Transcripts are read, all that is wrong in them is told, and they have one form."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.rehearsal.layout import formatted
from chatops_cli.rehearsal.parse import parse
from chatops_cli.rehearsal.script import exchanges
from chatops_cli.rehearsal.transcript import Blank, Block, Expectation, Pause, Said, Spot
from tests.support.transcripts import transcript

WHOLE = """\
---
people:
  alice: {id: "slack:T1:U1", roles: [ops]}
  bob:
clock: 2026-03-01T10:00:00Z
---

# A comment.
[#ops] alice: !deploy api to staging
= alias ops.deploy
= parameters app=api env="a b"
bot: first line

  third line
    indented
+ 1h30m
[#ops > t1] bob (edited):
  \tlines
  | below
[#log] bot (notice): <...>
"""


def meaning(blocks: tuple[Block, ...]) -> list[object]:
    """Blocks without their places, and without the empty lines between them."""
    return [
        (type(b), *(getattr(b, f.name) for f in fields(b) if f.name not in {"at", "last"}))
        for b in blocks
        if not isinstance(b, Blank)
    ]


def test_every_kind_of_line_is_read() -> None:
    found = transcript(WHOLE)
    said = [block for block in found.blocks if isinstance(block, Said)]
    assert [(each.speaker, each.note, each.spot, each.text) for each in said] == [
        ("alice", "", Spot(room="#ops"), "!deploy api to staging"),
        ("bot", "", None, "first line\n\nthird line\n  indented"),
        ("bob", "edited", Spot(room="#ops", thread="t1"), "\tlines\n| below"),
        ("bot", "notice", Spot(room="#log"), "<...>"),
    ]
    assert [b.value for b in found.blocks if isinstance(b, Expectation)] == [
        "ops.deploy",
        'app=api env="a b"',
    ]
    assert [b.seconds for b in found.blocks if isinstance(b, Pause)] == [5400]
    assert found.text == WHOLE
    assert str(found.front.people["alice"].principal) == "slack:T1:U1"
    assert found.front.start.isoformat() == "2026-03-01T10:00:00+00:00"


def test_places_are_those_of_the_file() -> None:
    (first, second) = exchanges(transcript(WHOLE))
    assert (first.message.at, first.replies[0].at, first.replies[0].last) == (9, 12, 15)
    assert (first.rest, second.pause, second.message.at, second.edits) == (5400, 0, 17, None)


def test_an_edit_is_of_what_the_person_said_last_at_that_place() -> None:
    text = "[#a] ann: one\nann: two\nbob: three\n[#b] ann (edited): x\n[#a] ann (edited): y\n"
    assert [each.edits for each in exchanges(transcript(text))] == [None, None, None, None, 2]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        pytest.param("hello there\n", ["1:1 transcript-line"], id="no line"),
        pytest.param("http://x\n", ["1:1 transcript-line"], id="no blank behind the name"),
        pytest.param("  x\n", ["1:1 transcript-line"], id="indented, below nothing"),
        pytest.param("alice: x\n", ["1:1 transcript-place"], id="no place"),
        pytest.param("[ ] alice: x\n", ["1:2 transcript-place"], id="an empty place"),
        pytest.param("[#a >] alice: x\n", ["1:2 transcript-place"], id="an empty thread"),
        pytest.param("bot: x\n", ["1:1 transcript-order"], id="the bot first"),
        pytest.param("= alias x\n", ["1:1 transcript-order"], id="expected of nothing"),
        pytest.param(
            "[#a] alice: x\n= stauts failed\n", ["2:1 transcript-expectation"], id="a key"
        ),
        pytest.param(
            "[#a] alice: x\n= status fine\n", ["2:3 transcript-expectation"], id="a status"
        ),
        pytest.param(
            "[#a] alice: x\n= decision maybe\n", ["2:3 transcript-expectation"], id="a decision"
        ),
        pytest.param(
            '[#a] alice: x\n= parameters a="b\n= parameters a=1 a=2\n= parameters b\n',
            [f"{line}:3 transcript-expectation" for line in (2, 3, 4)],
            id="parameters",
        ),
        pytest.param("[#a] alice: x\n= alias\n", ["2:3 transcript-expectation"], id="nothing"),
        pytest.param("[#a] a: x\n+ soon\n", ["2:1 transcript-pause"], id="a pause"),
        pytest.param("[#a] a: x\n y\n", ["2:1 transcript-indentation"], id="one blank"),
        pytest.param("[#a] a (loud): x\n", ["1:9 transcript-note"], id="a note"),
        pytest.param("[#a] a: x\nbot (edited): x\n", ["2:6 transcript-note"], id="a kind"),
        pytest.param("[#a] a: x\x1b[0m\n", ["1:10 control-character"], id="an escape"),
        pytest.param(
            "[#a] a: x\nbot: y\n  |clor: red\n\t|text\n  |color: plaid\n  |field : x\n  |field a\n",
            [f"{place} transcript-attachment" for place in ("3:4", "4:3", "5:11", "6:4", "7:4")],
            id="attachments",
        ),
        pytest.param("---\npeople: {ann: }\n", ["1:1 transcript-front"], id="no end"),
        pytest.param(
            "---\npeople: {ann: }\n---\n[#a] anna: x\n", ["4:6 transcript-person"], id="a stranger"
        ),
        pytest.param("---\npeople: {bot: }\n---\n", ["2:15 transcript-person"], id="called bot"),
        pytest.param("---\npeople: {a: 'x'}\n---\n", ["2:13 not-a-principal"], id="a principal"),
        pytest.param("---\npoeple: 1\n---\n", ["2:1 unknown-key"], id="a key of the front"),
        pytest.param(
            "---\nclock: noon\nsettings: {home: x}\nstubs:\n  a.b: {result: 1, stdout: x}\n---\n",
            ["2:8 wrong-type", "3:12 transcript-setting", "5:20 transcript-stub"],
            id="values of the front",
        ),
        pytest.param("---\nchaos: {cuts: 2}\n---\n", ["2:15 out-of-range"], id="a share"),
        pytest.param(
            "---\na: b: c\n---\n[#a] x: y\nz\n",
            ["2:5 yaml-syntax", "5:1 transcript-line"],
            id="YAML",
        ),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_told_with_its_place(text: str, problems: list[str]) -> None:
    found = parse(text, file="a.chat").problems
    assert [f"{p.place.line}:{p.place.column} {p.rule}" for p in found] == problems


def test_a_hint_names_who_may_be_meant() -> None:
    (problem,) = parse("---\npeople: {alice: }\n---\n[#a] alcie: x\n", file="a.chat").problems
    assert str(problem) == (
        "a.chat:4:6: error[transcript-person] 'alcie' is none of the people in the front matter "
        "(did you mean alice?)"
    )


def test_what_is_no_utf8_is_told() -> None:
    found = parse(b"[#a] ann: caf\xe9\n", file="a.chat")
    assert found.transcript is None
    assert [each.rule for each in found.problems] == ["not-utf8"]


def test_a_transcript_has_one_form() -> None:
    text = "#x\n[#ops>t] alice :hello\n" + "\n\n=  alias   none\nbot:   hi  \n\tthere\n\n\n\n"
    text = text.replace("alice :", "alice  (edited):  ")
    assert formatted(transcript(text)) == (
        "# x\n[#ops > t] alice (edited): hello\n\n= alias none\nbot: hi\n  there\n"
    )
    assert formatted(transcript(WHOLE)).count("\n\n") == 3


words = st.text(st.sampled_from("ab <>|\\=#:é…\t"), max_size=12)
names = st.sampled_from(["alice", "bob", "x.y-z", "bot"])
lines = st.one_of(
    st.builds("[#{}] {}: {}".format, st.sampled_from(["a", "b > c", "b>c"]), names, words),
    st.builds("{}{}: {}".format, names, st.sampled_from(["", " (edited)", "  ( ack )"]), words),
    st.builds("{}:".format, names),
    st.builds("  {}".format, words),
    st.builds("\t{}".format, words),
    st.builds("# {}".format, words),
    st.builds("= {} {}".format, st.sampled_from(["alias", "status", "parameters"]), words),
    st.sampled_from(["", "   ", "+ 1h", "+90s", "= effect none", "---", "---\nrun: [a.b]\n---"]),
)


@given(st.lists(lines, max_size=12))
def test_the_form_of_a_transcript_means_the_same_and_is_stable(texts: list[str]) -> None:
    parsed = parse("\n".join(texts), file="a.chat")
    assert parsed.transcript is not None
    if parsed.problems:
        return
    once = formatted(parsed.transcript)
    again = parse(once, file="a.chat")
    assert again.problems == ()
    assert again.transcript is not None
    assert meaning(again.transcript.blocks) == meaning(parsed.transcript.blocks)
    assert again.transcript.front == parsed.transcript.front
    assert formatted(again.transcript) == once


@given(st.text(max_size=60), st.binary(max_size=40))
def test_whatever_is_read_nothing_is_raised(text: str, data: bytes) -> None:
    for content in (text, data, f"---\n{text}\n---\n{text}"):
        for problem in parse(content, file="a.chat").problems:
            assert problem.place.line >= 0


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("nottify log", "'nottify log' is no effect (did you mean notify?)"),
        ("none x", "'none x' is no effect"),
        ("notify", "the effect 'notify' does not say of what (write = effect notify ROUTE)"),
        ("set a", "the effect 'set a' does not say of what (write = effect set system NAME)"),
        ("action", "the effect 'action' does not say of what (write = effect action REF)"),
        ("action core.echo x", "no name=value begins at 'x'"),
    ],
)
def test_an_effect_that_there_can_not_be_is_told(value: str, message: str) -> None:
    (problem,) = parse(f"[#ops] ann: !x\n= effect {value}\n", file="a.chat").problems
    assert (problem.place.line, problem.place.column) == (2, 3)
    assert message in str(problem)


@pytest.mark.parametrize("value", ["none", "<any>", "set user.ann a", "action a.b c=d", "notify x"])
def test_an_effect_that_there_can_be_is_read(value: str) -> None:
    assert parse(f"[#ops] ann: !x\n= effect {value}\n", file="a.chat").problems == ()


def test_a_line_of_an_attachment_that_there_can_be_is_read() -> None:
    parts = ["| text", "|", "|---", "|<...>", "|color: #36a64f", "|color: <any>", "|field a b: c"]
    text = "".join(f"  {part}\n" for part in [*parts, "|ti<any>: x", "|title_link: x"])
    assert parse(f"[#ops] ann: !x\nbot: y\n{text}", file="a.chat").problems == ()


def test_the_ends_of_lines_stay_as_they_are() -> None:
    text = "---\r\nrun: [a.b]\r\n---\r\n[#a>t] ann:x y\r\nbot:  hello\r\n  you"
    parsed = parse(text.replace("ann:x", "ann: x").encode(), file="a.chat")
    assert (parsed.problems, parsed.transcript is not None) == ((), True)
    assert parsed.transcript is not None
    assert formatted(parsed.transcript) == (
        "---\r\nrun: [a.b]\r\n---\r\n\r\n[#a > t] ann: x y\r\nbot: hello\r\n  you\r\n"
    )
