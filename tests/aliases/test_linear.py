"""No message makes a match take long: time grows as the message does, and has a bound."""

import json
import re
from time import process_time

import pytest

from chatops_cli.aliases.outcome import Refused
from chatops_cli.aliases.placeholders import FORMAT_LIMIT
from chatops_cli.aliases.table import MESSAGE_LIMIT, AliasTable, build_table
from tests.support.aliases import make_alias
from tests.support.hostile import FORMATS, HEADS, TAILS, UNITS, message
from tests.support.shared import VECTORS, needs_vectors

GENEROUS = 1.0
"""Seconds of processor time. On an idle machine it is 0.03; a busy one must not fail here."""
OWN = (
    "{{a}}{{b}} {{c}}",
    "say '{{x}}' and {{y}}",
    r"(?:\b|^)dup (?P<k>[A-Z]+)(?:\b|$)",
    "((beep|honk|meep)-?)+ {{vin}}[!.]*",
    "(a*)*(b|c*)* {{x}}",
)


def table(form: str, *, strict: bool) -> AliasTable:
    return build_table(
        [make_alias("one", form)],
        strict=strict,
        settable=lambda _: frozenset({"a", "k"}),
        plans=None,
    )


def seconds(some: AliasTable, text: str) -> float:
    start = process_time()
    outcome = some.match(text)
    taken = process_time() - start
    assert not isinstance(outcome, Refused)
    return taken


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "default"])
@pytest.mark.parametrize(
    ("form", "head", "tail"),
    [*zip(FORMATS, HEADS, TAILS, strict=True), *((form, "dup A ", "") for form in OWN)],
)
def test_no_hostile_message_takes_long(form: str, head: str, tail: str, *, strict: bool) -> None:
    some = table(form, strict=strict)
    slow = {
        name: taken
        for name, unit in UNITS.items()
        for end in (tail, "")
        if (taken := seconds(some, message(unit, MESSAGE_LIMIT, head, end))) > GENEROUS
    }
    assert not slow


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_ten_times_the_message_takes_about_ten_times_as_long(unit: str) -> None:
    some = [table(form, strict=False) for form in (*FORMATS, *OWN)]
    heads, tails = (*HEADS, *HEADS, ""), (*TAILS, *TAILS, "")

    def best(size: int) -> float:
        return min(
            sum(
                seconds(one, message(unit, size, head, tail))
                for one, head, tail in zip(some, heads, tails, strict=True)
            )
            for _ in range(3)
        )

    # Quadratic would be 100; what is constant is added so that small times don't divide.
    assert best(40_000) <= 25 * (best(4_000) + 0.001)


@needs_vectors
@pytest.mark.slow
def test_no_format_of_the_public_packs_takes_long() -> None:
    with VECTORS.open() as lines:
        forms = sorted({json.loads(line)["format"] for line in lines})
    slow = []
    for form in forms:
        some = table(form, strict=False)
        head = re.split(r"[({]", form)[0]
        for name in ("mixed quotes", "quoted pairs", "links", "spaces", "braces and pairs"):
            taken = seconds(some, message(UNITS[name], MESSAGE_LIMIT, head))
            if taken > GENEROUS:
                slow.append((form, name, taken))
    assert not slow


@pytest.mark.parametrize(
    "form",
    ["{{ " * 3000, "{{a=" * 2000, '{{a="' * 1500 + "}}", " " * 9000 + "{{a}}", "{{a}} " * 1500],
    ids=["open", "open with default", "quotes", "spaces", "repeated"],
)
def test_no_format_takes_long_to_read(form: str) -> None:
    assert len(form) <= FORMAT_LIMIT
    start = process_time()
    table(form, strict=False)
    assert process_time() - start < 3 * GENEROUS
