"""A value is compared as StackStorm compares it; what can't be compared is said."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatops_cli.model.json import Json
from chatops_cli.model.rule import Operator
from chatops_cli.notifications.operators import ComparisonError, compare

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
COMPARED = frozenset(Operator) - {Operator.SEARCH}


def holds(operator: Operator, value: Json, pattern: Json) -> bool:
    return compare(operator, value, pattern, now=lambda: NOW)


@pytest.mark.parametrize(
    ("operator", "value", "pattern"),
    [
        ("equals", "a", "a"),
        ("equals", 1, 1.0),
        ("equals", [1, {"a": None}], [1, {"a": None}]),
        ("nequals", "a", "b"),
        ("nequals", None, "b"),
        ("nequals", "a", None),
        ("iequals", "aB", "Ab"),
        ("contains", "abc", "b"),
        ("contains", ["a", 1], 1),
        ("contains", {"a": 1}, "a"),
        ("ncontains", "abc", "d"),
        ("icontains", "aBc", "Bc"),
        ("incontains", "aBc", "x"),
        ("startswith", "abc", "ab"),
        ("istartswith", "ABc", "ab"),
        ("endswith", "abc", "bc"),
        ("iendswith", "abC", "Bc"),
        ("lessthan", 1, 1.5),
        ("lessthan", "a", "b"),
        ("greaterthan", 2, 1),
        ("matchwildcard", "web-1.log", "web-[0-9]*.log"),
        ("matchregex", "a\nb", "a.b"),
        ("matchregex", "abc", "ab"),
        ("regex", "xaby", "a.y?"),
        ("iregex", "xABy", "ab"),
        ("timediff_lt", "2026-05-04T11:59:30Z", 31),
        ("timediff_lt", "2026-05-04 11:59:30", "31"),
        ("timediff_gt", "2026-05-04T13:59:00+02:00", 59),
        ("timediff_gt", "Mon, 04 May 2026 11:00:00 +0000", 3599),
        ("exists", 0, None),
        ("nexists", None, True),
        ("inside", "a", ["a", "b"]),
        ("inside", "b", "abc"),
        ("ninside", "c", ["a", "b"]),
        ("ninside", None, ["a"]),
    ],
)
def test_what_holds(operator: str, value: Json, pattern: Json) -> None:
    assert holds(Operator(operator), value, pattern)


@pytest.mark.parametrize(
    ("operator", "value", "pattern"),
    [
        ("equals", "1", 1),
        ("equals", None, None),
        ("nequals", 1, 1),
        ("contains", ["ab"], "a"),
        ("startswith", "Abc", "ab"),
        ("lessthan", 1, 1),
        ("greaterthan", 1, 1),
        ("matchwildcard", "WEB", "web"),
        ("matchregex", "xab", "ab"),
        ("regex", "a\nb", "a.b"),
        ("timediff_lt", "2026-05-04T11:59:30Z", 30),
        ("exists", None, True),
        ("nexists", False, True),
        ("inside", None, ["a"]),
        ("inside", "a", None),
    ],
)
def test_what_does_not_hold(operator: str, value: Json, pattern: Json) -> None:
    assert not holds(Operator(operator), value, pattern)


@pytest.mark.parametrize(
    ("operator", "value", "pattern", "told"),
    [
        ("lessthan", "a", 1, "a text and a number have no order"),
        ("greaterthan", {}, [], "a list and an object have no order"),
        ("iequals", True, "a", "true or false is no text"),
        ("contains", 12, "1", "a text can't be looked for in a number"),
        ("inside", {"a": 1}, {"a": 1}, "an object can't be looked for in an object"),
        ("ninside", None, "abc", "nothing is no text"),
        ("regex", "a", "(", "'(' is not a regular expression: "),
        ("matchregex", "a", "[", "'[' is not a regular expression: "),
        ("timediff_lt", "yesterday", 1, "the text is no date, such as 2026-01-31T08:15:00Z"),
        ("timediff_gt", "2026-05-04", "soon", "a text is no number of seconds"),
        ("timediff_lt", "2026-05-04", 10**400, "a number is no number of seconds"),
    ],
)
def test_what_can_not_be_compared_is_said(
    operator: str, value: Json, pattern: Json, told: str
) -> None:
    with pytest.raises(ComparisonError) as caught:
        holds(Operator(operator), value, pattern)
    assert caught.value.message.startswith(told)


@pytest.mark.parametrize("operator", sorted(COMPARED - {"exists", "nexists", "nequals"}))
def test_an_absent_value_fits_nothing_that_asks_for_one(operator: Operator) -> None:
    """That it isn't there is no mistake of the rule, so nothing is said."""
    assert holds(operator, None, ["x"]) is (operator is Operator.NINSIDE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(operator=st.sampled_from(sorted(COMPARED)), value=JSON, pattern=JSON)
def test_whatever_is_compared_there_is_an_answer(
    operator: Operator, value: Json, pattern: Json
) -> None:
    with contextlib.suppress(ComparisonError):
        assert isinstance(holds(operator, value, pattern), bool)


PAIRS = [
    (Operator.EQUALS, Operator.NEQUALS),
    (Operator.CONTAINS, Operator.NCONTAINS),
    (Operator.ICONTAINS, Operator.INCONTAINS),
    (Operator.INSIDE, Operator.NINSIDE),
]


@given(pair=st.sampled_from(PAIRS), value=st.text(), pattern=st.text())
def test_of_opposites_one_holds(pair: tuple[Operator, Operator], value: str, pattern: str) -> None:
    assert [holds(operator, value, pattern) for operator in pair].count(True) == 1


@given(before=st.text(), text=st.text(), after=st.text())
def test_a_text_is_found_where_it_is(before: str, text: str, after: str) -> None:
    assert holds(Operator.CONTAINS, before + text + after, text)
    assert holds(Operator.STARTSWITH, text + after, text)
    assert holds(Operator.ENDSWITH, before + text, text)
    assert holds(Operator.INSIDE, text, before + text + after)


@given(seconds=st.integers(min_value=-(10**6), max_value=10**6))
def test_ages_are_seconds(seconds: int) -> None:
    date = (NOW - timedelta(seconds=seconds)).isoformat()
    assert holds(Operator.TIMEDIFF_LT, date, seconds + 1)
    assert holds(Operator.TIMEDIFF_GT, date, seconds - 1)


def test_an_expression_that_would_take_for_ever_does_not() -> None:
    """StackStorm's engine takes 2^40 steps for this."""
    assert not holds(Operator.MATCHREGEX, "a" * 40 + "!", "(a+)+$")
    assert not holds(Operator.REGEX, "a" * 40 + "!", "^(a|a)+$")
