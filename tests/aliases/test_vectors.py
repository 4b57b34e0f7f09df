"""StackStorm's recorded answers: the same in strict mode, declared differences in the default."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import NamedTuple

from chatops_cli.aliases.outcome import Matched
from chatops_cli.aliases.table import AliasTable, build_table
from tests.support.alias_oracle import pairs_at_end, parameters
from tests.support.aliases import make_alias
from tests.support.shared import VECTORS, needs_vectors

pytestmark = needs_vectors


class Fact(NamedTuple):
    form: str
    message: str
    parameters: Mapping[str, str | None] | None


def facts() -> Iterator[Fact]:
    with VECTORS.open() as lines:
        for line in lines:
            fact = json.loads(line)
            yield Fact(fact["format"], fact["message"], fact["params"])


def tables(*, strict: bool) -> dict[str, AliasTable]:
    """One table for each format; chat may set the parameters that the format names."""
    return {
        form: build_table(
            [make_alias("one", form)],
            strict=strict,
            settable=lambda alias: own_names(alias.formats[0].display),
            plans=None,
        )
        for form in {fact.form for fact in facts()}
    }


def own_names(form: str) -> frozenset[str]:
    return frozenset(re.findall(r"{{\s*(\w+)", form))


def answer(table: AliasTable, message: str) -> Mapping[str, str | None] | None:
    outcome = table.match(message)
    return outcome.parameters[0] if isinstance(outcome, Matched) else None


def test_strict_mode_gives_every_recorded_answer() -> None:
    by_format = tables(strict=True)
    differing = [f for f in facts() if answer(by_format[f.form], f.message) != f.parameters]
    assert not differing
    assert all(not table.problems for table in by_format.values())


def test_the_oracle_of_other_tests_gives_every_recorded_answer() -> None:
    short = [fact for fact in facts() if len(fact.message) < 120]
    assert len(short) > 1500
    assert all(parameters(fact.form, fact.message) == fact.parameters for fact in short)


def test_the_default_mode_differs_only_as_declared() -> None:
    by_format = tables(strict=False)
    kinds = Counter(
        kind_of_difference(fact, answer(by_format[fact.form], fact.message)) for fact in facts()
    )
    assert kinds == {
        "none": 1146,
        "a pair that chat may not set is text": 408,
        "letter case of literal words": 153,
        "white space in literal words": 153,
        "a pair that chat may not set is text and letter case of literal words": 11,
        "a pair that chat may not set is text and white space in literal words": 11,
    }


def kind_of_difference(fact: Fact, got: Mapping[str, str | None] | None) -> str:
    """The declared rules that explain it: with their effect taken away nothing differs."""
    if got == fact.parameters:
        return "none"
    for number in range(1, len(RULES) + 1):
        for names in combinations(RULES, number):
            expected = parameters(
                applied(names, fact, fact.form), applied(names, fact, fact.message)
            )
            if expected == changed(names, fact, got):
                return " and ".join(names)
    return "undeclared"


def applied(names: tuple[str, ...], fact: Fact, text: str) -> str:
    for name in names:
        text = RULES[name](fact, text)
    return text


def changed(
    names: tuple[str, ...], fact: Fact, got: Mapping[str, str | None] | None
) -> dict[str, str | None] | None:
    """What was got, with the same changes as the message, for comparison."""
    if got is None:
        return None
    return {
        applied(names, fact, key): value and applied(names, fact, value)
        for key, value in got.items()
    }


def guarded(fact: Fact, text: str) -> str:
    """With another sign for ``=``, but in the last pairs that may be set and in placeholders."""
    if text == fact.form:
        return text.replace("={{", "\uff1d{{")
    found = pairs_at_end(text)
    kept = len(found[1]) if found else 0
    while found and kept and found[1][kept - 1][0] in own_names(fact.form):
        kept -= 1
    settable = "" if found is None else " ".join(f"{k}={v}" for k, v in found[1][kept:])
    assert text.endswith(settable)
    return text[: len(text) - len(settable)].replace("=", "\uff1d") + settable


RULES: Mapping[str, Callable[[Fact, str], str]] = {
    "a pair that chat may not set is text": guarded,
    "letter case of literal words": lambda _, text: text.lower(),
    "white space in literal words": lambda _, text: " ".join(text.split()),
}
