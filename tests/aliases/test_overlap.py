"""Formats overlap exactly if some message matches both; the message named is one, and shortest."""

from collections.abc import Iterable, Iterator
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatops_cli.aliases.outcome import Ambiguous
from chatops_cli.aliases.overlap import Overlap, Undecided, overlaps
from chatops_cli.aliases.table import AliasTable, build_table
from chatops_cli.catalog.catalog import open_catalog
from tests.support.aliases import make_alias
from tests.support.shared import CORPUS, needs_corpus


def table_of(*formats: str, strict: bool = False, settable: Iterable[str] = ()) -> AliasTable:
    keys = frozenset(settable)
    aliases = [make_alias(f"a{i}", text) for i, text in enumerate(formats)]
    return build_table(aliases, strict=strict, settable=lambda _: keys, plans=None)


def message_of(first: str, second: str, *, strict: bool = False) -> str | None:
    """What matches both; None if nothing does."""
    found = list(overlaps(table_of(first, second, strict=strict)))
    assert all(isinstance(verdict, Overlap) for verdict in found)
    return found[0].message if found else None  # type: ignore[union-attr]  # asserted above


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        pytest.param("ping {{host}}", "ping {{name}} now", "ping x now", id="one value holds more"),
        pytest.param("ping {{host}}", "pong {{host}}", None, id="other words"),
        pytest.param("ping {{host}}", "ping", None, id="a value is never empty"),
        pytest.param("deploy {{x=1}} to b", "deploy a to {{y}}", "deploy a to b", id="default"),
        pytest.param("{{who}} please", "restart {{what}}", "restart please", id="value first"),
        pytest.param("(show|sh) {{x}}", "sh(ow)? all", "sh all", id="alternatives"),
        pytest.param("a{2,3}", "a{3,5}", "aaa", id="counts"),
        pytest.param("a{2}", "a{3,5}", None, id="counts apart"),
        pytest.param(r"wait \d+", r"wait [5-9]", "wait 5", id="classes"),
        pytest.param(r"wait \d+", r"wait \D+", None, id="classes apart"),
        pytest.param("Ping", "ping", "Ping", id="case is ignored"),
        pytest.param("a  b", "a b", "a b", id="white space is loose"),
        pytest.param("it's", "it\u2019s", "it's", id="quotes have several forms"),
        pytest.param("a -- b", "a \u2014 b", "a \u2014 b", id="two hyphens are a long dash"),
        pytest.param("^.*$", "a", "a", id="own anchors"),
        pytest.param(r"b\b{{x}}", r"b\B{{x}}", None, id="word boundary or none"),
        pytest.param(r"b\b{{x}}", "bc.*|b-.*", "b-", id="a boundary looks at both sides"),
        pytest.param(r"(?m:^)b.*", "{{x}} c", "x\nb c", id="the space comes before"),
        pytest.param(r"a\s(?m:^)b", "a\nb", "a\nb", id="start of the second line"),
        pytest.param("(a|b)(?m:$){{x}}", "{{y}}b", "a\nb", id="end of the first line"),
        pytest.param("say {{x}}", 'say "{{x}}"', 'say "x"', id="quotes of its own"),
        pytest.param(r"set (\w)=(\w)", "set {{x}}", "set x=x", id="an equals sign"),
        pytest.param("(a|b)*c", "(b|c)+", "c", id="loops"),
        pytest.param("", "a", None, id="no text at all"),
        pytest.param("[^a]", "\\W", "-", id="readable, not any"),
        pytest.param("\u0436{{x}}", "\u0416a", "\u0416a", id="letters of all languages"),
    ],
)
def test_formats_overlap_or_not(first: str, second: str, message: str | None) -> None:
    """In either order, with a message of the same length."""
    assert message_of(first, second) == message
    other = message_of(second, first)
    assert (other and len(other)) == (message and len(message))


def test_strict_formats_are_taken_letter_by_letter() -> None:
    """Case and white space tell formats apart there."""
    assert message_of("Ping", "ping", strict=True) is None
    assert message_of("a  b", "a b", strict=True) is None
    assert message_of("a  b", r"a \S", strict=True) is None
    assert message_of("a  b", "a {{x}}", strict=True) == "a  b"


def test_what_key_value_pairs_hide_is_not_called_an_overlap() -> None:
    """In strict mode the pair is cut off before the format is looked at."""
    (verdict,) = overlaps(table_of(r"set (\w)=(\w)", "set {{x}}", strict=True))
    assert isinstance(verdict, Undecided)
    assert verdict.entries == (0, 1)
    assert "key=value" in verdict.reason


def test_formats_that_count_too_far_are_named() -> None:
    """The one format stands alone: it was compared with none."""
    (verdict,) = overlaps(table_of("a{900}b{900}" * 3, "a+"))
    assert isinstance(verdict, Undecided)
    assert verdict.entries == (0,)
    assert "4,000" in verdict.reason


def test_a_search_that_takes_too_many_steps_is_given_up() -> None:
    """The pair is named, with the reason; what was found before holds."""
    left, right = ".*a.{90}", ".*b.{91}c"
    table = table_of(left, right, "{{x}}")
    given_up, *found = sorted(overlaps(table, steps=2_000), key=lambda v: isinstance(v, Overlap))
    assert given_up == Undecided((0, 1), "telling the two formats apart takes over 2,000 steps")
    assert {v[:2] for v in found} == {(0, 2), (1, 2)}
    assert [v for v in overlaps(table) if isinstance(v, Undecided)] == []


def test_a_format_that_the_matcher_refuses_overlaps_with_nothing() -> None:
    """The table says itself why it is left out."""
    table = table_of("(?=a)a", "a")
    assert list(overlaps(table)) == []
    assert "look-around" in table.problems[0].message


def test_only_pairs_with_a_chosen_entry_are_given() -> None:
    """Whichever of the two it is, and each pair once."""
    table = table_of("a {{x}}", "a b", "a c", "{{y}}")
    everything = {(v.first, v.second) for v in overlaps(table) if isinstance(v, Overlap)}
    assert everything == {(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)}
    for chosen in range(4):
        found = [(v.first, v.second) for v in overlaps(table, {chosen}) if isinstance(v, Overlap)]
        assert sorted(found) == sorted(pair for pair in everything if chosen in pair)


@needs_corpus
def test_pairs_of_public_packs_are_found() -> None:
    """Two packs answer ``ping ...``: a room with both asks back."""
    catalog = open_catalog([CORPUS], cache=None)
    table = build_table(catalog.aliases, strict=False, settable=lambda _: frozenset(), plans=None)
    found = {}
    for verdict in overlaps(table):
        assert isinstance(verdict, Overlap)
        owners = tuple(table.entries[i].alias.ref for i in verdict[:2])
        if owners[0] != owners[1]:
            found[owners] = verdict.message
    assert found["networking_utils.ping", "vyatta.ping"] == "ping from device count : x"
    for message in found.values():
        assert isinstance(table.match(message), Ambiguous)


ATOMS = ("a", "b", "ab", " ", "{{x}}", "{{y=1}}", "{{y}}", ".", "a?", "[ab]", "'", '"', r"\b")
EDGES = ("^", "$", r"\B", "(?m:^)", "(?m:$)", "\n")


@st.composite
def formats(draw: st.DrawFn) -> str:
    """Small formats; each placeholder stands in one once."""
    atoms = draw(st.lists(st.sampled_from((*ATOMS, *EDGES)), min_size=1, max_size=4))
    used: set[str] = set()
    pieces = []
    for atom in atoms:
        if atom[:3] in used and atom.startswith("{{"):
            continue
        used.add(atom[:3])
        shape = draw(st.sampled_from(("{}", "{}", "{}", "({})?", "({}|b)", "({}){{1,2}}", "({})*")))
        pieces.append(atom if atom.startswith("{{") else shape.format(atom))
    return "".join(pieces)


def short_messages(letters: str, longest: int) -> Iterator[str]:
    for length in range(1, longest + 1):
        for characters in product(letters, repeat=length):
            message = "".join(characters)
            if message == message.strip():
                yield message


@settings(max_examples=120, deadline=None)
@given(first=formats(), second=formats(), strict=st.booleans())
def test_the_answer_is_that_of_trying_all_short_messages(
    first: str, second: str, strict: bool
) -> None:
    """What trying finds is found, with a message no longer; what is not found isn't there."""
    table = table_of(first, second, strict=strict)
    verdicts = list(overlaps(table))
    shortest = None
    if not table.broken:
        for message in short_messages("ab '\n", 4):
            if all(table.view(message, number).executions for number in (0, 1)):
                shortest = message
                break
    if shortest is None:
        assert all(len(v.message) > 0 for v in verdicts if isinstance(v, Overlap))
        if verdicts and isinstance(verdicts[0], Overlap):
            message = verdicts[0].message
            assert len(message) > 4 or not set(message) <= set("ab '\n")
    else:
        (verdict,) = verdicts
        assert isinstance(verdict, Overlap)
        assert len(verdict.message) <= len(shortest)
