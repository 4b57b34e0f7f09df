"""The matcher answers as Python's ``re`` on StackStorm's own expression: captures, order, pairs."""

import random
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chatops_cli.aliases.characters import folded
from chatops_cli.aliases.format_error import FormatError
from chatops_cli.aliases.matcher import Matcher
from chatops_cli.aliases.pairs import cut_everywhere, trailing
from chatops_cli.aliases.placeholders import final_regex
from chatops_cli.aliases.plan import from_json, to_json
from chatops_cli.aliases.preparation import Ready, prepare
from chatops_cli.aliases.subject import Subject
from tests.support.alias_grammar import random_format, random_message
from tests.support.alias_oracle import captures, pairs_at_end

MANY = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
HARD = (
    r"(?:|^)\b(?P<k>a*)(?:|$)(é|)",
    r"(?:|^)(?P<k>[ab]*)(?:|$)",
    r"(?:x|^)({{v}})??( {{w}}|)(?: |$)",
    "(?i:{{v}}A[^k-m])",
    "(?-s:.)(?i:[^a-cé]){{v}}",
    "{{a}} {{b}}",
    "{{a}}{{b}}",
    "say '{{a}}' {{b=1}}",
    "x( {{a}})+ {{b}}",
    r"\b{{a}}\b(é|Ж)*",
    '{{a}} .*{{b="q r"}} b',
    "a|b {{c}}",
    "(?P<k>[ab']+){{v}}",
)


def compiles(form: str) -> bool:
    try:
        re.compile(final_regex(form), re.DOTALL)
    except (re.error, FormatError):
        return False
    return True


def ready(form: str) -> Ready | None:
    """What is prepared for a format, None where it is refused; exactly what `re` refuses is."""
    try:
        found = prepare(form, strict=True)
    except FormatError:
        assert not compiles(form)
        return None
    assert compiles(form)
    return found


def check(form: str, messages: list[str]) -> int:
    """Compares every match of every message; the answer is how many had one."""
    found = ready(form)
    if found is None:
        return 0
    matcher = Matcher(from_json(to_json(found.plan)))
    matched = 0
    for message in messages:
        expected = captures(form, message)
        got = [captured.values for captured in matcher.every(Subject(message))]
        assert got == expected, (form, message)
        if expected:
            matched += 1
            seen = folded(message)
            assert all(any(one in seen for one in any_of) for any_of in found.requirements)
    return matched


@MANY
@given(seed=st.integers(0, 2**32))
def test_random_formats_capture_the_same(seed: int) -> None:
    chance = random.Random(seed)
    form = random_format(chance)
    check(form, [random_message(chance, form) for _ in range(6)])


@pytest.mark.parametrize("form", HARD)
def test_hard_formats_capture_the_same(form: str) -> None:
    chance = random.Random(form)
    messages = [random_message(chance, form) for _ in range(300)]
    messages += ["".join(chance.choices("ab x'\"éЖ", k=chance.randint(1, 9))) for _ in range(300)]
    assert check(form, messages) > 20


@MANY
@given(
    st.lists(
        st.sampled_from(
            ["a", "b", " ", "=", '"', "'", "{", "}", "\n", "é", "\xa0", " a=", '="', "={", " b=1"]
        ),
        max_size=12,
    ).map("".join)
)
def test_pairs_at_the_end_are_the_same(text: str) -> None:
    found = trailing(text)
    expected = pairs_at_end(text)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert (found.text, [(p.key, p.value) for p in found.pairs]) == expected
        assert cut_everywhere(text, found) == text.replace(expected[0], "")
